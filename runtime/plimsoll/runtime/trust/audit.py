"""Sign the audit of a release, and verify one before anybody relies on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from plimsoll.contract.audit import BUNDLE_FILE, FILES, AuditHeader, read_header
from plimsoll.contract.digests import of_file
from plimsoll.contract.refusal import Refused, first_fault
from plimsoll.contract.release import LOCK_FILE
from plimsoll.contract.requests import Identity
from plimsoll.runtime.trust.exact import plain_files, require_exact
from plimsoll.runtime.trust.files import write_whole
from plimsoll.runtime.trust.signer import Signs
from plimsoll.runtime.trust.statements import statement
from plimsoll.runtime.trust.verifier import VerifiedStatement, verify_statement

AUDIT_TYPE = "https://plimsoll.dev/audit/v1"
"""The type of the predicate. Its subjects are the audit's files and, where there is one, the lock of the release."""

_BESIDE = frozenset({BUNDLE_FILE})


class _Predicate(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    environment: str
    day: str
    commit: str | None
    repository: str
    invocation: str


@dataclass(frozen=True)
class SignedAudit:
    """An audit whose bundle was written."""

    header: AuditHeader
    bundle: Path


@dataclass(frozen=True)
class VerifiedAudit:
    """An audit that holds exactly what was signed. Only ``verify_audit`` makes one."""

    folder: Path
    header: AuditHeader
    statement: VerifiedStatement
    repository: str

    @property
    def signed_at(self) -> datetime:
        """When it was signed, UTC."""
        return self.statement.signed_at


def sign_audit(folder: Path, signer: Signs, *, repository: str, invocation: str = "") -> SignedAudit:
    """Sign an audit, together with the digest of the release that it is about, and put the bundle beside its files.

    Raises:
        Refused: when the folder holds anything but an audit.
    """
    header, found = read_header(folder), _files(folder)
    predicate = _Predicate(
        environment=header.environment,
        day=header.day,
        commit=header.commit.name if header.commit else None,
        repository=repository,
        invocation=invocation,
    )
    payload = statement(_subjects(header, found), AUDIT_TYPE, predicate.model_dump(mode="json", by_alias=True))
    bundle = folder / BUNDLE_FILE
    write_whole(bundle, signer.sign_statement(payload).encode())
    return SignedAudit(header, bundle)


def verify_audit(folder: Path, trusted_root: Path, identity: Identity, *, environment: str) -> VerifiedAudit:
    """Verify an audit: who signed it, that it is whole and nothing else, that it is of this environment.

    Args:
        folder: the folder with the files and the bundle.
        trusted_root: the ``trusted_root.json`` to verify against.
        identity: who must have signed.
        environment: of which environment it must be.

    Raises:
        Refused: when anything does not hold; the very file is named.
    """
    bundle = folder / BUNDLE_FILE
    if bundle.is_symlink() or not bundle.is_file():
        raise Refused("audit", str(bundle), "the audit is not signed", "sign it with `plimsoll sign`")
    verified = verify_statement(bundle.read_bytes(), trusted_root, identity, frozenset({AUDIT_TYPE}), where=str(bundle))
    digests = verified.statement.digests
    files = {name: one for name, one in digests.items() if name != LOCK_FILE}
    if files.keys() != set(FILES):
        raise Refused("audit", str(bundle), "it signs other files than those of an audit", "sign it with Plimsoll")
    require_exact(folder, files, "audit", beside=_BESIDE)
    header = read_header(folder)
    predicate = _predicate(verified, str(bundle))
    signed = (predicate.environment, predicate.day, predicate.commit, digests.get(LOCK_FILE))
    if signed != (header.environment, header.day, header.commit.name if header.commit else None, header.release):
        raise Refused("audit", str(bundle), "the signature is about another audit", "sign it again")
    if header.environment != environment:
        why = f"it is of '{header.environment}', not of '{environment}'"
        raise Refused("audit", str(bundle), why, "make the audit of this environment")
    return VerifiedAudit(folder, header, verified, predicate.repository)


def _files(folder: Path) -> dict[str, str]:
    """The digests of an audit's files, which must be all that the folder holds beside the bundle."""
    found = {name: of_file(path) for name, path in plain_files(folder, "audit").items() if name != BUNDLE_FILE}
    if found.keys() != set(FILES):
        strange = sorted(found.keys() ^ set(FILES))
        why = f"an audit is {', '.join(FILES)}; here {', '.join(strange)} is missing or too many"
        raise Refused("audit", str(folder), why, "make it anew with `plimsoll audit --out`")
    return found


def _subjects(header: AuditHeader, files: Mapping[str, str]) -> dict[str, str]:
    return {**files, **({LOCK_FILE: header.release} if header.release else {})}


def _predicate(verified: VerifiedStatement, where: str) -> _Predicate:
    try:
        return _Predicate.model_validate(verified.statement.predicate)
    except ValidationError as error:
        raise Refused("signed audit", where, first_fault(error), "sign the audit with Plimsoll") from error
