"""A first project of one's own: the files in ``starter/``, under a name, and the schemas that editors read."""

import re
import tempfile
from functools import cache
from pathlib import Path, PurePosixPath

from plimsoll.contract.refusal import Refused

_FILES = Path(__file__).parent / "starter"
_SUFFIX = ".in"
_GIT = ".git"
"""What git leaves in an empty repository is no file of anybody's."""
_NAME = re.compile(r"[a-z]([-a-z0-9]{0,28}[a-z0-9])?\Z")
"""A spec's name, short enough that what is derived from it still is one."""


def project_name(text: str) -> str:
    """A name for specs from that of a folder: lower case, dashes for what a name may not hold.

    Raises:
        Refused: when nothing is left that could be a name.
    """
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:30].strip("-")
    if not _NAME.match(name):
        why = "a name has lower-case letters, digits and dashes, begins with a letter, and is at most 30 long"
        raise Refused("name", text or "(empty)", why, "give one with --name")
    return name


def starter_files(name: str) -> dict[PurePosixPath, str]:
    """The files of a project by their path, in its order."""
    found = {}
    for path in sorted(_FILES.rglob(f"*{_SUFFIX}")):
        relative = path.relative_to(_FILES).as_posix().removesuffix(_SUFFIX).replace("NAME", name)
        shown = PurePosixPath(".gitignore" if relative == "gitignore" else relative)
        found[shown] = path.read_text(encoding="utf-8").replace("__NAME__", name)
    return {**found, **_schemas()}


@cache
def _schemas() -> dict[PurePosixPath, str]:
    """The schema of every kind, where the first line of a spec of the project looks for it."""
    from plimsoll.cli.generate.schemas import kind_schema
    from plimsoll.compiler.kinds import KINDS

    return {PurePosixPath(f"specs/schema/{name.lower()}.json"): kind_schema(KINDS[name]).decode() for name in KINDS}


def write_project(folder: Path, name: str, *, force: bool = False) -> tuple[PurePosixPath, ...]:
    """Write a project into a folder, which is made when it is not there. Either all of it is written or nothing.

    Raises:
        Refused: when the folder is not empty and ``force`` is not given, or something stands in a file's way.
        OSError: when the folder cannot be written.
    """
    files = starter_files(name)
    if folder.exists() and not folder.is_dir():
        raise Refused("folder", str(folder), "is a file", "name another one")
    if folder.is_dir() and any(path.name != _GIT for path in folder.iterdir()) and not force:
        raise Refused("folder", str(folder), "is not empty", "name a new one, or give --force to write into it")
    for path in files:
        _refuse_obstacles(folder, path)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".plimsoll-init-", dir=folder) as temporary:
        for path, text in files.items():
            target = Path(temporary) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        for path in files:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(temporary) / path).replace(folder / path)
    return tuple(files)


def _refuse_obstacles(folder: Path, path: PurePosixPath) -> None:
    """Whatever would make the move of a file fail, found before the first one moves."""
    target = folder / path
    blocked = next((one for one in target.parents if one.exists() and not one.is_dir()), None)
    if blocked or target.is_dir():
        where = blocked or target
        raise Refused("folder", str(where), "stands in the way of the project's files", "move it, or name another one")
