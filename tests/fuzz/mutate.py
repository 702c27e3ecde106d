"""Changes to a spec file that mostly leave it YAML, so that what is found lies deeper than the parser.

A block is a line and the lines below it that stand further right: in block style, a value with all that it holds.
"""

import re
from collections.abc import Callable, Sequence
from random import Random

Lines = list[str]
Change = Callable[[Lines, Random, Sequence[Lines]], None]

SCALARS = (
    """
~|null|""|''|0|-1|1|007|0x10|1_000|1:30|1e999|.inf|-.nan|99999999999999999999|1.5|-0.0|true|NO|on|y|x|a-b|A|parcels
3h|30m|150d|1d12h|-1h|0s|99999d|10Gi|1Mi|500m|100%|-5%|0.5|1/0|AE|NO|ZZ|us-east-1|me-central-1|USD|Europe/Oslo
* * * * *|0 6 * * 1|60 24 32 13 8|2026-11-20|2026-02-30|9999-12-31|0001-01-01|1.2.3|1.2|v1|latest|plimsoll.dev/v1
sha256:0000000000000000000000000000000000000000000000000000000000000000|sha256:x|image@sha256:0|a/b:c|http://[|../..
/etc/passwd|a/../../b|./x.py|"a\\0b"|"\\e[31m"|"\\u202e"|"\\ud800"|"\\U0010ffff"|{{x}}|"{{x}}"|"[[ x ]]"|[% x %]|$(x)
[]|{}|[[]]|[{}]|{a: b}|[a, a]|{? [a] : b}|{a, b}|[? a]|&a x|*a|&a [*a]|!!str 1|!!python/object:os.system x|! x|!a!b c
|-|>+|>9|- x|? x|: x|x:|"|'|%|@x|`x|#x|---|...|<<: *a|DataSource|FeatureSet|Model|Deployment|Environment|Policy
PolicyBinding|Waiver|object.spec.x == 1|object|1|'a' in object|object.spec.all(x, x)|size(object)|rows > 0|SELECT 1
int|float|string|bool|timestamp|public|confidential|personal|pii|none|special|online|batch|high|minimal|deny|audit
""".strip()
    .replace("\n", "|")
    .split("|")
)

FRAGMENTS = (
    *("---", "...", "%YAML 1.1", "%TAG !a! b:", "\t", "\ufeff", "\u2028", "\u202e", "\x00", "\x1b[2J", "\x7f", "\x85"),
    *("\U0001f600", "e\u0301", "\r", "\r\n", "[" * 300, "{a: " * 300, "- " * 300, "? " * 300, "x" * 600),
    *("&a [*a]", "*a", "<<: *a", "!!str", "# plimsoll: ignore[PLM-YML-006] x", "# plimsoll: ignore"),
    *('"', "'", "|", ">", ": ", "- ", ",", "]", "}", "#"),
)

FORMS = ("[{}]", "{{a: {}}}", "&a {}", "!!str {}", "'{}'", '"{}"', "{} # x", "[{0}, {0}]", "|\n{}")

_VALUE = re.compile(r"^(\s*(?:- )*(?:[^\s#'\"][^#:]*:)?\s+)(\S.*)$")
_KEY = re.compile(r"^(\s*(?:- )*)([A-Za-z][A-Za-z0-9]*)(:.*)$")


def mutate(text: str, random: Random, donors: Sequence[Lines]) -> str:
    """A text with one to four changes."""
    lines = text.split("\n")
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        random.choice(CHANGES)(lines, random, donors)
        if not lines:
            lines.append("")
    return "\n".join(lines)


def block(lines: Lines, start: int) -> slice:
    """The block that begins with a line."""
    depth = _depth(lines[start])
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or _depth(lines[end]) > depth):
        end += 1
    return slice(start, end)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _any_block(lines: Lines, random: Random) -> slice:
    return block(lines, random.randrange(len(lines)))


def _delete(lines: Lines, random: Random, _: Sequence[Lines]) -> None:
    del lines[_any_block(lines, random)]


def _duplicate(lines: Lines, random: Random, _: Sequence[Lines]) -> None:
    where = _any_block(lines, random)
    lines[where.stop : where.stop] = lines[where]


def _swap(lines: Lines, random: Random, _: Sequence[Lines]) -> None:
    first, second = sorted((_any_block(lines, random), _any_block(lines, random)), key=lambda part: part.start)
    if first.stop <= second.start:
        lines[first.start : second.stop] = lines[second] + lines[first.stop : second.start] + lines[first]


def _transplant(lines: Lines, random: Random, donors: Sequence[Lines]) -> None:
    """Put a block of another text in the place of one, at its depth."""
    donor = random.choice(donors)
    part = donor[_any_block(donor, random)]
    where = _any_block(lines, random)
    shift = _depth(lines[where.start]) - _depth(part[0])
    moved = [" " * max(0, _depth(line) + shift) + line.lstrip(" ") for line in part]
    lines[where] = [*([] if random.random() < 0.5 else lines[where]), *moved]


def _whole(lines: Lines, random: Random, donors: Sequence[Lines]) -> None:
    """Another text as one more document."""
    lines += ["---", *random.choice(donors)]


def _scalar(lines: Lines, random: Random, _: Sequence[Lines]) -> None:
    places = [number for number, line in enumerate(lines) if _VALUE.match(line)]
    if places and (found := _VALUE.match(lines[number := random.choice(places)])):
        lines[number] = found[1] + random.choice(SCALARS)


def _scalar_of_another(lines: Lines, random: Random, donors: Sequence[Lines]) -> None:
    places = [number for number, line in enumerate(lines) if _VALUE.match(line)]
    found = _VALUE.match(random.choice(random.choice(donors)))
    if places and found and (place := _VALUE.match(lines[number := random.choice(places)])):
        lines[number] = place[1] + found[2]


def _key(lines: Lines, random: Random, donors: Sequence[Lines]) -> None:
    places = [number for number, line in enumerate(lines) if _KEY.match(line)]
    other = _KEY.match(random.choice(random.choice(donors)))
    if places and (found := _KEY.match(lines[number := random.choice(places)])):
        name = other[2] if other else random.choice(("on", "<<", "? a", "1", "~", "'a b'", '"\\u202e"'))
        lines[number] = found[1] + name + found[3]


def _wrap(lines: Lines, random: Random, _: Sequence[Lines]) -> None:
    places = [number for number, line in enumerate(lines) if _VALUE.match(line)]
    if places and (found := _VALUE.match(lines[number := random.choice(places)])):
        form = random.choice(
            ("[{}]", "{{a: {}}}", "&a {}", "!!str {}", "'{}'", '"{}"', "{} # x", "[{0}, {0}]", "|\n{}")
        )
        lines[number] = found[1] + form.format(found[2])


def _indent(lines: Lines, random: Random, _: Sequence[Lines]) -> None:
    where, shift = _any_block(lines, random), random.choice((-4, -2, -1, 1, 2, 4))
    lines[where] = [" " * max(0, _depth(line) + shift) + line.lstrip(" ") for line in lines[where]]


def _insert(lines: Lines, random: Random, _: Sequence[Lines]) -> None:
    number = random.randrange(len(lines))
    line, fragment = lines[number], random.choice(FRAGMENTS)
    place = random.choice((0, len(line), random.randrange(len(line) + 1)))
    lines[number] = line[:place] + fragment + line[place:]


def _character(lines: Lines, random: Random, _: Sequence[Lines]) -> None:
    number = random.randrange(len(lines))
    line = lines[number]
    place = random.randrange(len(line) + 1)
    new = chr(random.choice((random.randrange(0x80), random.randrange(0x250), random.randrange(0x110000))))
    lines[number] = line[:place] + ("" if 0xD800 <= ord(new) < 0xE000 else new) + line[place + random.randrange(2) :]


def _line_ends(lines: Lines, random: Random, _: Sequence[Lines]) -> None:
    lines[:] = [random.choice(("\r\n", "\r")).join(lines)]


CHANGES: tuple[Change, ...] = (
    *(_delete, _duplicate, _swap, _transplant, _transplant, _scalar, _scalar, _scalar, _scalar_of_another),
    *(_scalar_of_another, _key, _key, _wrap, _indent, _insert, _insert, _character, _whole, _line_ends),
)
"""What can be done to a text; what is listed twice is done twice as often."""
