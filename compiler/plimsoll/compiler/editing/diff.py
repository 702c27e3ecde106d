"""What an edit would change, as a unified diff that ``patch`` and ``git apply`` read."""

from collections.abc import Iterator
from difflib import unified_diff

_NO_END = "\\ No newline at end of file"


def unified(path: str, before: str, after: str) -> Iterator[str]:
    """The lines of the diff of one file, without their ends; none where nothing changes. LF alone ends a line."""
    old, new, path = _lines(before), _lines(after), path.lstrip("/")
    for line in unified_diff(old, new, f"a/{path}", f"b/{path}"):
        yield line.removesuffix("\n")
        if line[0] in " +-" and not line.endswith("\n"):
            yield _NO_END


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
