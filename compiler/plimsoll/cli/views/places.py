"""Where files are as a repository knows them: what a forge can link to, whichever folder a command was started in."""

import os
from functools import cache
from urllib.parse import quote

ROOT_ID = "%SRCROOT%"
"""What SARIF's readers call the root of a repository (SARIF 2.1.0, 3.14.14)."""


class Places:
    """Paths relative to the repository around the current folder, else to the one around the file.

    Where there is no repository, the current folder takes its place. A file outside of all keeps the path that people
    are shown.
    """

    def __init__(self) -> None:
        self._here = _current_folder()
        self._root = _repository(self._here) or self._here

    def path(self, shown: str) -> str:
        """A file's path from the root of its repository."""
        return self._inside(shown) or shown

    def location(self, shown: str) -> dict[str, str]:
        """A file as SARIF's ``artifactLocation``: below the root, or an absolute URI."""
        inside = self._inside(shown)
        if inside:
            return {"uri": _uri(inside), "uriBaseId": ROOT_ID}
        return {"uri": f"file://{_uri(os.path.join(self._here, shown))}"}  # noqa: PTH118 -- text, not a file

    def _inside(self, shown: str) -> str:
        full = os.path.normpath(os.path.join(self._here, shown))  # noqa: PTH118 -- 20,000 of them: text is faster
        return _below(full, self._root) or _below(full, _repository(os.path.dirname(full)))  # noqa: PTH120


def _below(full: str, root: str) -> str:
    start = f"{root.rstrip('/')}/"
    return full.removeprefix(start) if root and full.startswith(start) else ""


@cache
def _repository(folder: str) -> str:
    """The nearest folder, upwards, that holds a repository; empty when none does. A worktree's ``.git`` is a file."""
    if not folder or os.path.exists(os.path.join(folder, ".git")):  # noqa: PTH110, PTH118 -- as above
        return folder
    above = os.path.dirname(folder)  # noqa: PTH120 -- as above
    return _repository(above) if above != folder else ""


def _current_folder() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 -- as above
    except FileNotFoundError:  # the folder was removed below us: there is nothing to be relative to
        return ""


def _uri(path: str) -> str:
    """A path as a part of a URI. What is not Unicode in a file's name is kept as bytes."""
    return quote(path.encode("utf-8", "surrogatepass"))
