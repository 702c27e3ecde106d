"""The one prefix that differs between a container and a folder on this machine."""

import re
from pathlib import Path, PurePosixPath

from plimsoll.contract.places import MOUNT

_NAME_CHARACTER = r"[\w.~%-]"
_PREFIX = re.compile(
    rf"""
    (?: (?<=://) | (?<=:///)          # file:///plimsoll, sqlite:////plimsoll
      | (?<!{_NAME_CHARACTER})(?<!/)  # the text's start, or after a space, a quote, `=`, `:`
    )
    {re.escape(MOUNT)}
    (?!{_NAME_CHARACTER})             # /plimsoll and /plimsoll/in, never /plimsolls
    """,
    re.VERBOSE,
)


def is_mounted(path: str) -> bool:
    """Whether an absolute path of a manifest lies below ``/plimsoll``, without any ``..``."""
    parts = PurePosixPath(path).parts
    return path.startswith(f"{MOUNT}/") and ".." not in parts and len(parts) > len(PurePosixPath(MOUNT).parts)


def in_sandbox(path: str, root: Path) -> Path:
    """Where a path below ``/plimsoll`` lies in a sandbox."""
    return root / PurePosixPath(path).relative_to(MOUNT)


def rewrite(text: str, root: Path) -> str:
    """The text with ``/plimsoll`` replaced by the sandbox's root wherever a path begins with it.

    A path begins at the text's start, after a character that can't be in a name (a space, ``=``, ``:``, a quote), or
    after ``://`` of a URI. ``/plimsolls``, ``/mnt/plimsoll`` and ``https://plimsoll/`` are left alone.
    """
    return _PREFIX.sub(lambda _: str(root), text)
