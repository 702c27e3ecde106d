"""A release: the rendered files of one environment, and the lock that says what they are.

The compiler writes the files and ``release.lock.json``; the signer puts ``release.sigstore.json`` beside them. The
release's digest is that of the lock's bytes, so the lock has exactly one form.
"""

import re
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_json

from plimsoll.contract.digests import of_bytes
from plimsoll.contract.folders import require_folder
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release_files import BUNDLE_FILE as BUNDLE_FILE
from plimsoll.contract.release_files import LOCK_FILE as LOCK_FILE
from plimsoll.contract.requests import Digest

_USUAL = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\Z")
"""What most paths look like, which are plain: to take ten thousand apart would take as long as to write them."""


def _released(path: str) -> str:
    if _USUAL.match(path) and path not in (LOCK_FILE, BUNDLE_FILE):
        return path
    plain = PurePosixPath(path)
    if plain.is_absolute() or str(plain) != path or ".." in plain.parts or path == "." or "\\" in path or "\0" in path:
        raise ValueError(f"{path!r} is not a plain relative POSIX path")
    if path in (LOCK_FILE, BUNDLE_FILE):
        raise ValueError(f"{path} describes the release and can't be one of its files")
    return path


ReleasedPath = Annotated[str, AfterValidator(_released)]
"""A file's place below the release folder: relative, with ``/``, without ``.`` or ``..``."""

SpecName = Annotated[str, Field(pattern=r"^[A-Za-z]+/[^/\s]+$")]
"""``Kind/name``."""


class ReleaseLock(BaseModel):
    """What a release is made of: each rendered file, and each spec it was rendered from, by digest."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    api_version: Literal["plimsoll.dev/v1"] = Field(default="plimsoll.dev/v1", alias="apiVersion")
    kind: Literal["ReleaseLock"] = "ReleaseLock"
    environment: Annotated[str, Field(min_length=1)]
    compiler: Annotated[str, Field(min_length=1)]
    """The version of the compiler."""
    files: Annotated[dict[ReleasedPath, Digest], Field(min_length=1)]
    specs: dict[SpecName, Digest]


def lock_bytes(lock: ReleaseLock) -> bytes:
    """The one form of a lock: JSON with sorted keys, indented by two, UTF-8, a newline at the end.

    Laws: equal locks give equal bytes, and ``parse_lock(lock_bytes(lock), …) == lock``.
    """
    value = lock.model_dump(mode="json", by_alias=True)
    ordered = {key: dict(sorted(one.items())) if isinstance(one, dict) else one for key, one in sorted(value.items())}
    return to_json(ordered, indent=2) + b"\n"


def parse_lock(data: bytes, where: str) -> ReleaseLock:
    """A lock from its bytes; ``where`` is what a refusal names.

    Raises:
        Refused: when the bytes aren't a lock of this version, or aren't the form that ``lock_bytes`` gives.
    """
    try:
        lock = ReleaseLock.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the document"
        raise Refused("release lock", where, f"{place}: {first['msg']}", "compile the release again") from error
    if lock_bytes(lock) != data:
        raise Refused("release lock", where, "it was edited or written by something else", "compile the release again")
    return lock


def read_lock(folder: Path) -> ReleaseLock:
    """The lock of the release in a folder.

    Raises:
        Refused: when there is none, or ``parse_lock`` refuses it.
        Unavailable: when there is no such folder.
    """
    require_folder(folder, "plimsoll compile writes releases, below release/")
    path = folder / LOCK_FILE
    if path.is_symlink() or not path.is_file():
        below = ", ".join(sorted(str(one.parent) for one in folder.glob(f"*/{LOCK_FILE}")))
        mend = f"name one of the releases in it: {below}" if below else "compile the release"
        raise Refused("release", str(path), "the folder has no lock", mend)
    return parse_lock(path.read_bytes(), str(path))


def release_digest(lock: bytes) -> str:
    """The digest of a release, from its lock's bytes."""
    return of_bytes(lock)
