"""How laws and standards are cited: ``22–23``, ``A.5.12–13``, ``14, 26(2)`` as single articles, and back."""

import re
from collections.abc import Iterable, Iterator

_RANGE = re.compile(r"(.*?)(\d{1,4})\s*[–-]\s*(\d{1,4})")
_NUMBERED = re.compile(r"(.*?)(\d{1,4})")
_WORD = re.compile(r"(?i)(?:articles?|art\.)\s+")
_PLURAL = re.compile(r"(?i)^(tenet|section|chapter|regulation|paragraph|principle)s(?=\s+\d)")
_MOST = 200
"""How many articles a range may stand for; one that would stand for more is left as it is written."""
_FEW = 3
"""From how many articles in a row on they are written as a range."""


def articles(cited: str) -> tuple[str, ...]:
    """The single articles of a citation, in its order, each once.

    Law: ``articles(compact(articles(x))) == articles(x)``, up to the order.
    """
    parts = (_PLURAL.sub(r"\1", _WORD.sub("", part.strip(), count=1)) for part in cited.split(","))
    return tuple(dict.fromkeys(one for part in parts for one in _single(part)))


def names(cited: str, article: str) -> bool:
    """Whether who cites something means an article, or a paragraph of it: 26(2) is of 26."""
    return cited == article or cited.startswith(f"{article}(")


def _single(part: str) -> Iterator[str]:
    match = _RANGE.fullmatch(part)
    if match is None:
        if part:
            yield part
        return
    prefix, first, last = match[1], int(match[2]), int(match[3])
    if first < last <= first + _MOST:
        yield from (f"{prefix}{number}" for number in range(first, last + 1))
    else:
        yield part


def compact(single: Iterable[str]) -> str:
    """Single articles as a citation, neighbours as ranges."""
    told: list[str] = []
    for run in _runs(sorted(dict.fromkeys(single), key=order)):
        told += run if len(run) < _FEW else [f"{run[0]}–{_number(run[-1])[1]}"]
    return ", ".join(told)


def _runs(ordered: list[str]) -> Iterator[list[str]]:
    run: list[str] = []
    for one in ordered:
        if run and not _follows(run[-1], one):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _follows(one: str, other: str) -> bool:
    (prefix, number), (next_prefix, next_number) = _number(one), _number(other)
    return prefix == next_prefix and -1 < number == next_number - 1


def _number(article: str) -> tuple[str, int]:
    """What stands before the number at an article's end, and that number; -1 where there is none."""
    match = _NUMBERED.fullmatch(article)
    plain = match is not None and not (len(match[2]) > 1 and match[2].startswith("0"))
    return (match[1], int(match[2])) if match and plain else (article, -1)


def order(article: str) -> tuple[tuple[int, int, str], ...]:
    """A key by which articles come in the order of their numbers: A.5.9 before A.5.12."""
    parts = re.findall(r"\d+|\D+", article)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def anchor(framework: str, article: str) -> str:
    """A control's id: letters, digits and dashes."""
    return "-".join(re.findall(r"[a-z0-9]+", f"{framework} {article}".lower())) or "control"
