"""Where memories lie, and by what one version of the compiler is told from another."""

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from plimsoll.contract import version

VARIABLE = "PLIMSOLL_CACHE"
"""The environment variable that names the folder of all caches."""

_CODE = (Path(__file__).parents[1], Path(version.__file__).parent)
"""The folders whose code makes what is remembered: the compiler and the contract."""

_LIBRARIES = ("cel_expr_python-", "protobuf-", "pydantic-", "pydantic_core-", "ruamel", "jinja2-", "Jinja2-")
"""What the compiler leans on for readings and verdicts: their messages and results are remembered."""


def cache_folder(root: Path) -> Path | None:
    """The folder of all caches; none where there would be none but in the project's own repository.

    A repository must not hold it, or else a pull request could bring verdicts of its own. Whoever sets the variable
    answers for the place.
    """
    if given := os.environ.get(VARIABLE):
        return Path(given)
    folder = _usual_folder()
    if folder is None:
        return None
    real = Path(os.path.realpath(root))
    holds = next((one for one in (real, *real.parents) if (one / ".git").exists()), real)
    inside = any(Path(os.path.realpath(folder)).is_relative_to(one) for one in (real, holds))
    return None if inside else folder


def _usual_folder() -> Path | None:
    """``$XDG_CACHE_HOME/plimsoll``, which counts only where it is absolute, else ``~/.cache/plimsoll``.

    Source: the XDG Base Directory Specification, https://specifications.freedesktop.org/basedir-spec/.
    """
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if given.is_absolute():
        return given / "plimsoll"
    try:
        home = Path.home()
    except RuntimeError:  # A user without a name, as containers have them.
        return None
    return home / ".cache" / "plimsoll" if home.is_absolute() else None


@cache
def code_fingerprint() -> str:
    """What tells one version of this compiler, of its libraries and of Python from another: the same in every place."""
    found = hashlib.sha256(f"{version.VERSION} {sys.version} {sorted(_libraries(sys.path))}".encode())
    for folder in _CODE:
        for name, data in sorted(_code(os.fspath(folder), "")):
            found.update(f"{name} {len(data)} ".encode() + data)
    return found.hexdigest()[:24]


def _code(folder: str, above: str) -> Iterator[tuple[str, bytes]]:
    for entry in os.scandir(folder):
        if entry.name.endswith(".py"):
            with open(entry.path, "rb", buffering=0) as file:  # noqa: PTH123 -- a path for each takes as long as to read
                yield f"{above}{entry.name}", file.read()
        elif entry.name != "__pycache__" and entry.is_dir():
            yield from _code(entry.path, f"{above}{entry.name}/")


def _libraries(folders: Iterable[str]) -> set[str]:
    """The libraries with their versions, as they were installed."""
    return {
        entry.name
        for folder in folders
        if Path(folder).name in ("site-packages", "dist-packages") and Path(folder).is_dir()
        for entry in os.scandir(folder)
        if entry.name.endswith((".dist-info", ".egg-info")) and entry.name.startswith(_LIBRARIES)
    }


def name_of(root: Path) -> str:
    """What tells a project from others: a digest of where it lies."""
    return hashlib.sha256(os.path.realpath(root).encode(errors="surrogateescape")).hexdigest()[:24]
