"""Take the change between two texts over into a third that differs from the first in layout alone.

A round trip through ruamel writes lines in its own way: other indentation of lists, other room before comments. What is
written without a change tells its habits from the change itself, so that lines that did not change keep every byte.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

Block = tuple[int, int, int, int]
"""Lines of two texts that correspond: the first and the end in one of them, then in the other."""


def merge_lines(own: Sequence[str], plain: Sequence[str], changed: Sequence[str]) -> list[str | int]:
    """The lines of ``own`` with the change from ``plain`` to ``changed``.

    A line that stays is given by its number in ``own``, from 0; a line that changed by its text in ``changed``.

    Law: ``merge_lines(a, b, b)`` is every number of ``a``, whatever ``b`` is.
    """
    if plain == changed:
        return list(range(len(own)))
    kept = [block for tag, *block in _opcodes(plain, changed) if tag == "equal"]
    result: list[str | int] = []
    done, shift = 0, 0
    for first, last, start, end in _pairs(own, plain):
        there = next((block[2] + start - block[0] for block in kept if block[0] <= start and end <= block[1]), None)
        if there is not None:
            result += (_shifted(line, shift) for line in changed[done:there])
            result += range(first, last)
            done, shift = there + end - start, 0
        elif first < last and start < end:
            shift = shift or _indent(own[first]) - _indent(plain[start])
    return [*result, *(_shifted(line, shift) for line in changed[done:])]


def _shifted(line: str, shift: int) -> str:
    """A line as far to the right as the lines are that it takes the place of."""
    return " " * max(0, _indent(line) + shift) + line.lstrip(" ") if line.strip() else line


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _pairs(own: Sequence[str], plain: Sequence[str]) -> Iterator[Block]:
    """Lines that correspond: one by one where as many were rewritten as there were, else as a block."""
    for tag, first, last, start, end in _opcodes(own, plain):
        if tag == "equal" or last - first == end - start:
            yield from ((first + n, first + n + 1, start + n, start + n + 1) for n in range(last - first))
        else:
            yield first, last, start, end


def _opcodes(a: Sequence[str], b: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
