"""The folder of an audit: one document in three forms, and the signature over them.

It lies beside the release that it is about, never inside: whatever applies a release's folder must not meet it.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from plimsoll.contract.refusal import Refused, first_fault
from plimsoll.contract.requests import Digest

DOCUMENT_FILE = "audit.json"
PAGE_FILE = "audit.html"
OSCAL_FILE = "audit.oscal.json"
BUNDLE_FILE = "audit.sigstore.json"

FILES = (DOCUMENT_FILE, PAGE_FILE, OSCAL_FILE)
"""What is signed; the bundle lies beside."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class AuditCommit(_Part):
    """The commit that an audit was made from."""

    name: str


class AuditHeader(_Part):
    """As much of an audit's header as ties it to a release."""

    environment: Annotated[str, Field(min_length=1)]
    day: str
    release: Digest | None
    """The digest of the release that was judged; none where there is none."""
    commit: AuditCommit | None


class _Document(_Part):
    api_version: Literal["plimsoll.dev/v1"]
    kind: Literal["Audit"]
    header: AuditHeader


def is_audit(folder: Path) -> bool:
    """Whether a folder holds an audit, rather than a release."""
    return (folder / DOCUMENT_FILE).is_file()


def read_header(folder: Path) -> AuditHeader:
    """What the audit in a folder says that it is of.

    Raises:
        Refused: when there is no document there, or it is none of this version.
    """
    path = folder / DOCUMENT_FILE
    if path.is_symlink() or not path.is_file():
        raise Refused("audit", str(path), "the folder holds no audit", "make one with `plimsoll audit --out`")
    try:
        return _Document.model_validate_json(path.read_bytes()).header
    except ValidationError as error:
        raise Refused("audit", str(path), first_fault(error), "make it anew with `plimsoll audit --out`") from error
