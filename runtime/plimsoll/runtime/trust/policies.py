"""Sign a bundle of policies, and verify one before a byte of it is looked into."""

from pathlib import Path

from plimsoll.contract.digests import of_bytes
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Identity
from plimsoll.runtime.trust.signer import Signs
from plimsoll.runtime.trust.statements import statement
from plimsoll.runtime.trust.verifier import VerifiedStatement, verify_statement

POLICIES_TYPE = "https://plimsoll.dev/policies/v1"
SUBJECT = "policies"
"""What the statement calls the archive, which people may rename."""


def sign_policies(archive: bytes, signer: Signs) -> str:
    """The sigstore bundle about an archive of policies, as JSON."""
    return signer.sign_statement(_about(archive))


def verify_policies(
    archive: bytes, bundle_json: bytes, trusted_root: Path, identity: Identity, *, where: str
) -> VerifiedStatement:
    """Verify who signed an archive of policies.

    Raises:
        Refused: when the signature does not hold, or is about something else.
    """
    verified = verify_statement(bundle_json, trusted_root, identity, frozenset({POLICIES_TYPE}), where=where)
    if verified.payload != _about(archive):
        raise Refused("bundle of policies", where, "the signature is about something else", "sign this archive")
    return verified


def _about(archive: bytes) -> bytes:
    return statement({SUBJECT: of_bytes(archive)}, POLICIES_TYPE, {})
