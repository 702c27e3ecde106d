"""A folder of rules as one file: a tar archive of which there is exactly one for the same rules.

Names are in order, times and owners are nought, nothing is compressed. What is read must be what would have been packed
of it, byte for byte: no link, no path that leaves the archive, no second file of a name and nothing behind the end can
be in such a file.
"""

import io
import re
import tarfile
from pathlib import Path

from plimsoll.compiler.loading.listing import list_files
from plimsoll.compiler.loading.sources import MAX_BYTES, read_source
from plimsoll.contract.refusal import Refused

MOST_FILES = 20_000
MOST_BYTES = 100_000_000
"""How large an archive may be: far more than any catalogue of rules."""

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\.ya?ml")

Files = dict[str, bytes]
"""The content of files by their path below a folder."""


def files_of(folder: Path) -> Files:
    """Every YAML file of a folder of rules, hidden ones aside.

    Raises:
        Refused: when one can't be read, is a link, or has a name that not every system can have.
    """
    found: Files = {}
    for one in list_files(folder):
        where = f"{folder.as_posix()}/{one.path}"
        if one.fault is not None or one.linked:
            raise Refused("policies", where, one.fault.message if one.fault else "is a link", "put a plain file there")
        read = read_source(folder / one.path, one.path, folder)
        if read.value is None:
            raise Refused("policies", where, read.diagnostics[0].message)
        found[one.path] = (folder / one.path).read_bytes()
    return found


def pack(files: Files) -> bytes:
    """The archive of some files.

    Law: the same files give the same bytes, and ``unpack(pack(files), …) == files``.

    Raises:
        Refused: when there are too many, or one has a name that can't stand in an archive.
    """
    if len(files) > MOST_FILES:
        raise Refused("policies", "", f"there are {len(files):,} files, and at most {MOST_FILES:,} go into an archive")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(files):
            if not _NAME.fullmatch(name) or len(name) > 100:
                why = "the name is too long, or has other characters than letters, digits, dots, dashes and slashes"
                raise Refused("policies", name, why, "rename it")
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(files[name]), 0o644
            archive.addfile(member, io.BytesIO(files[name]))
    return packed.getvalue()


def unpack(data: bytes, shown: str) -> Files:
    """The files of an archive, which must be exactly what ``pack`` makes of them.

    Raises:
        Refused: when it is anything else.
    """
    files: Files = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for member in archive:
                _require_plain(member, shown)
                opened = archive.extractfile(member)
                assert opened is not None
                files[member.name] = opened.read()
    except tarfile.TarError as error:
        raise Refused(
            "bundle of policies", shown, f"is no archive: {error}", "make it by plimsoll policy bundle"
        ) from None
    if not files or pack(files) != data:
        why = "is not the archive that is made of its files"
        raise Refused("bundle of policies", shown, why, "make it by plimsoll policy bundle")
    return files


def _require_plain(member: tarfile.TarInfo, shown: str) -> None:
    if not member.isreg() or member.issparse():
        why = f"holds {member.name!r}, which is no plain file"
    elif not _NAME.fullmatch(member.name):
        why = f"holds {member.name!r}, a path that does not belong there"
    elif member.size > MAX_BYTES:
        why = f"holds {member.name!r}, which is {member.size:,} bytes long; at most {MAX_BYTES:,} are read"
    else:
        return
    raise Refused("bundle of policies", shown, why, "make it by plimsoll policy bundle")
