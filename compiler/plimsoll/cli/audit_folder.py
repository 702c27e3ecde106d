"""Folders of releases and of audits on one command line: which is which, and whether they belong together."""

from collections.abc import Iterable
from pathlib import Path

from plimsoll.contract.audit import is_audit, read_header
from plimsoll.contract.digests import of_bytes
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release import LOCK_FILE, read_lock


def split(folders: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """The folders of releases, and those of audits. What is neither counts as a release, and is refused as such."""
    releases: list[Path] = []
    audits: list[Path] = []
    for folder in folders:
        (audits if is_audit(folder) else releases).append(folder)
    return releases, audits


def require_of_release(audits: Iterable[Path], releases: Iterable[Path]) -> None:
    """See to it that each audit is of the release of its environment, where that is among some.

    Raises:
        Refused: when it is of another one.
    """
    digests = {read_lock(folder).environment: of_bytes((folder / LOCK_FILE).read_bytes()) for folder in releases}
    for folder in audits:
        header = read_header(folder)
        digest = digests.get(header.environment)
        if digest is not None and digest != header.release:
            why = f"it is of {header.release or 'no release'}, and the release of {header.environment} is {digest}"
            raise Refused("audit", folder.as_posix(), why, "compile, and make the audit anew from the same specs")
