"""Write edited specs back: whole or not at all, inside the project, and only over what was read."""

import os
import stat
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from plimsoll.contract.refusal import Refused

_MARK = b"\xef\xbb\xbf"
"""The byte-order mark, which is no part of a source's text and stays where it was."""


@dataclass(frozen=True)
class Rewrite:
    """A file that gets another text: its path below the project, the text that was read, and the new one."""

    path: str
    before: str
    after: str


def write_back(root: Path, rewrites: Iterable[Rewrite]) -> None:
    """Give files their new text. Nothing is written before every file was seen to be fit for it.

    A link inside the project stays a link, and what it leads to is written. Modes and byte-order marks are kept.

    Raises:
        Refused: when a file leaves the project, is not a plain file, or is not what was read.
        OSError: when a folder cannot be written to.
    """
    contents: dict[Path, bytes] = {}
    for one in rewrites:
        target, data = _target(root, one), _new_bytes(root, one)
        if contents.setdefault(target, data) != data:
            raise Refused("edit", one.path, "leads to a file that gets another text too", "remove one of the links")
    with ExitStack() as cleaning:
        ready = [(_beside(target, data, cleaning), target) for target, data in contents.items()]
        for temporary, target in ready:
            temporary.replace(target)


def _target(root: Path, one: Rewrite) -> Path:
    target = (root / one.path).resolve()
    if not target.is_relative_to(root.resolve()):
        raise Refused("edit", one.path, "is a link that leaves the project", "copy the file into the project")
    if not target.is_file():
        raise Refused("edit", one.path, "is no longer a file", "run the command again")
    return target


def _new_bytes(root: Path, one: Rewrite) -> bytes:
    now = (root / one.path).read_bytes()
    mark = _MARK if now.startswith(_MARK) else b""
    if now.removeprefix(_MARK) != one.before.encode():
        raise Refused("edit", one.path, "has changed since it was read", "run the command again")
    return mark + one.after.encode()


def _beside(target: Path, data: bytes, cleaning: ExitStack) -> Path:
    """A finished file beside its place, which is gone when all is over."""
    temporary = target.with_name(f".{target.name}.{uuid4().hex}")
    cleaning.callback(temporary.unlink, missing_ok=True)
    with temporary.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.chmod(stat.S_IMODE(target.stat().st_mode))
    return temporary
