"""What fixtures announce: comments on the offending lines, or a list of places in ``expected.txt``."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from plimsoll.compiler.diagnostics import Diagnostic

LIST = "expected.txt"
_COMMENT = re.compile(
    r"# (?P<severity>error|warning|note|waived|ignored): \[(?P<code>PLM-[A-Z]+-\d+)\](?: @(?P<column>\d+))?"
    r"(?P<words>(?:(?! # (?:error|warning|note|waived|ignored): \[).)*)"
)

_Columns = defaultdict[tuple[str, int, str, str], list[int]]
"""The columns of findings by path, line, severity and code; the last is the leftmost."""


class Place(NamedTuple):
    """Where a finding is, and which."""

    path: str
    line: int
    column: int
    severity: str
    code: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column} {self.severity} {self.code}"


class Announced(NamedTuple):
    """What a comment announces: a finding at a place, and words that are part of its message or its help."""

    place: Place
    words: str


def place_of(one: Diagnostic) -> Place:
    """The place of a finding; a waiver or a comment that lets it be stands for its severity."""
    severity = "waived" if one.waived else "ignored" if one.ignored else str(one.severity)
    return Place(one.span.path, one.span.line, one.span.column, severity, one.code)


def announced_by(fixture: Path) -> list[Announced]:
    """Everything that the comments of a fixture announce."""
    return [
        Announced(Place(path, number, int(one["column"] or 0), one["severity"], one["code"]), one["words"].strip())
        for path, text in _texts(fixture)
        for number, line in enumerate(text.split("\n"), 1)
        for one in _COMMENT.finditer(line)
    ]


def hold_to_comments(found: Iterable[Diagnostic], fixture: Path) -> None:
    """Hold what was found against what comments announce: the same places, as often, in the words announced."""
    expected, given = announced_by(fixture), list(found)
    assert expected, f"nothing is announced in {fixture}"
    hold(map(place_of, given), (one.place for one in expected))
    for place, words in expected:
        texts = [f"{one.message} {one.help}" for one in given if place_of(one) == place]
        assert any(words in text for text in texts), f"{place}: {words!r} is not in {texts}"


def hold_to_list(found: Iterable[Diagnostic], file: Path) -> None:
    """Hold what was found against a list of places."""
    given, expected = sorted(str(place_of(one)) for one in found), sorted(file.read_text().splitlines())
    assert given == expected


def hold(found: Iterable[Place], expected: Iterable[Place]) -> None:
    """Hold the whole multiset of places against another."""
    one, other = Counter(found), Counter(expected)
    assert one == other, "\n".join(["found: ", *map(str, one - other), "expected:", *map(str, other - one)])


def write_list(found: Iterable[Diagnostic], file: Path) -> None:
    """Write a list of places anew."""
    file.write_text("".join(f"{place}\n" for place in sorted(map(place_of, found))))


def write_columns(found: Iterable[Diagnostic], fixture: Path) -> None:
    """Write the columns of comments anew, from left to right; what they announce is for a person to write."""
    columns: _Columns = defaultdict(list)
    for place in sorted(map(place_of, found), reverse=True):
        columns[place.path, place.line, place.severity, place.code].append(place.column)
    for path, text in _texts(fixture):
        lines = enumerate(text.split("\n"), 1)
        anew = [_COMMENT.sub(partial(_with_column, columns, path, number), line) for number, line in lines]
        (fixture / path).write_text("\n".join(anew), newline="")


def _with_column(columns: _Columns, path: str, line: int, one: re.Match[str]) -> str:
    """A comment with the next column of what it announces; without one where nothing of the kind is found."""
    waiting = columns[path, line, one["severity"], one["code"]]
    column = f" @{waiting.pop()}" if waiting else ""
    return f"# {one['severity']}: [{one['code']}]{column}{one['words']}"


def _texts(fixture: Path) -> list[tuple[str, str]]:
    """The specs of a fixture by path; a link is read where it leads to."""
    paths = sorted(path for path in fixture.rglob("*.yaml") if path.is_file() and not path.is_symlink())
    return [(path.relative_to(fixture).as_posix(), path.read_bytes().decode()) for path in paths]
