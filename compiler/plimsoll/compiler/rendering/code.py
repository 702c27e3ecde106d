"""A model's training code as the data of a ConfigMap."""

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from plimsoll.compiler.project.by_products import is_by_product
from plimsoll.compiler.rendering.files import reading
from plimsoll.compiler.rendering.owner import Owner
from plimsoll.contract import digests

_KEY = re.compile(r"[-._A-Za-z0-9]{1,253}\Z")
"""What a key of a ConfigMap may look like (apimachinery, ``IsConfigMapKey``)."""

_HASHED = re.compile(r"[0-9a-f]{16}-")


@dataclass(frozen=True)
class Code:
    """The files of a folder of code; ``data`` holds texts and ``binary`` base64, both by key."""

    data: dict[str, str]
    binary: dict[str, str]
    paths: dict[str, str]
    """The path below the folder by key."""


def read_code(folder: Path, place: Owner) -> Code:
    """Every file below a folder, but for hidden ones and what Python compiled; ``place`` is where a spec names it.

    Raises:
        Unreadable: when a file can't be read, or a symbolic link lies below the folder.
    """
    data: dict[str, str] = {}
    binary: dict[str, str] = {}
    paths: dict[str, str] = {}
    for path, content in reading("the code", place, lambda: _contents(folder)).items():
        key = code_key(path)
        paths[key] = path
        try:
            data[key] = content.decode()
        except UnicodeDecodeError:
            binary[key] = base64.b64encode(content).decode()
    return Code(data, binary, paths)


def _contents(folder: Path) -> dict[str, bytes]:
    below = ((file.relative_to(folder).as_posix(), file) for file in digests.files_below(folder))
    return {path: file.read_bytes() for path, file in below if not is_by_product(path)}


def code_key(path: str) -> str:
    """The key for a path: the path itself where it may be one, else a hash of it and what is left of its name.

    Law: different paths have different keys.
    """
    if _KEY.match(path) and not _HASHED.match(path):
        return path
    name = re.sub(r"[^-._A-Za-z0-9]", "_", PurePosixPath(path).name)[-200:]
    return f"{hashlib.sha256(path.encode()).hexdigest()[:16]}-{name}"
