"""The folder of an audit: its three forms, written whole; a signature that no longer fits is taken away."""

from pathlib import Path

from plimsoll.cli.audit.oscal import oscal_text
from plimsoll.cli.audit.page import audit_page
from plimsoll.compiler.audit.document import Audit, audit_bytes
from plimsoll.contract.audit import BUNDLE_FILE, DOCUMENT_FILE, FILES, OSCAL_FILE, PAGE_FILE
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release import LOCK_FILE


def write_audit(audit: Audit, folder: Path) -> bool:
    """Write an audit into its folder; says whether anything changed. The signature stays where nothing did.

    Raises:
        Refused: when the folder holds anything else, such as a release, with which it would be applied.
    """
    _refuse_foreign(folder)
    made = {
        DOCUMENT_FILE: audit_bytes(audit),
        PAGE_FILE: audit_page(audit).encode(),
        OSCAL_FILE: oscal_text(audit).encode(),
    }
    if all((folder / name).is_file() and (folder / name).read_bytes() == data for name, data in made.items()):
        return False
    from plimsoll.runtime.profiles.files import write_atomically

    (folder / BUNDLE_FILE).unlink(missing_ok=True)
    for name, data in made.items():
        write_atomically(folder / name, data)
    return True


def _refuse_foreign(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise Refused("output", folder.as_posix(), "it is not a folder", "choose a folder of its own for audits")
    present = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if LOCK_FILE in present:
        why = "it holds a release, and whoever applies that would meet the audit"
        raise Refused("output", folder.as_posix(), why, "choose a folder beside it, such as audit")
    if foreign := sorted(present - {*FILES, BUNDLE_FILE}):
        why = f"it holds what no audit put there: {', '.join(foreign[:5])}"
        raise Refused("output", folder.as_posix(), why, "choose an empty or new folder")
