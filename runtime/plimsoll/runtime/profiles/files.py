"""Files that are whole or absent: written beside their place, then moved there; sealed by a checksum of our own."""

import hashlib
import os
import re
from pathlib import Path
from uuid import uuid4

from plimsoll.contract.refusal import Refused

_SEAL = re.compile(rb"plimsoll-([a-z]+)/1 sha256:([0-9a-f]{64})\n")


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old bytes or the new ones, never a part; the folder is made.

    Raises:
        OSError: when the folder can't be written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with temporary.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def seal(kind: str, payload: bytes) -> bytes:
    """A payload behind one header line that names its kind and its SHA-256.

    Law: ``unseal(kind, seal(kind, p), path) == p``, and no file that differs from it in one byte is read.
    """
    return f"plimsoll-{kind}/1 sha256:{hashlib.sha256(payload).hexdigest()}\n".encode() + payload


def unseal(kind: str, data: bytes, path: Path) -> bytes:
    """The payload of a sealed file.

    Raises:
        Refused: when the header isn't ours or the checksum doesn't hold; it names the path.
    """
    found = _SEAL.match(data)
    if found is None or found[1].decode() != kind:
        raise Refused(f"damaged {kind}", str(path), f"it doesn't begin with a {kind}'s header", _mend(kind))
    payload = data[found.end() :]
    if hashlib.sha256(payload).hexdigest() != found[2].decode():
        raise Refused(f"damaged {kind}", str(path), "its bytes don't have the checksum in its header", _mend(kind))
    return payload


def _mend(kind: str) -> str:
    return f"restore the {kind} from a copy, or move the file away and write it anew"
