"""Verify a signed statement: the shape, the root, the identity, the log, the time, and only then what it says."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sigstore.verify import Verifier, policy

from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Identity
from plimsoll.runtime.trust.bundles import ShapedBundle, shaped_bundle
from plimsoll.runtime.trust.roots import read_root, root_at
from plimsoll.runtime.trust.statements import Statement, parse_statement


@dataclass(frozen=True)
class VerifiedStatement:
    """A statement whose signature, signer, log entry and time hold. Only ``verify_statement`` makes one.

    It is identified by ``payload``, never by the bundle, whose JSON can be written in many ways.
    """

    payload: bytes
    """The bytes that were signed."""
    statement: Statement
    """The same, parsed."""
    signed_at: datetime
    """When the timestamp authority saw the signature, UTC."""
    log_index: int
    subject: str
    issuer: str


def verify_statement(
    bundle_json: bytes,
    trusted_root: Path,
    identity: Identity,
    predicate_types: frozenset[str],
    *,
    where: str = "bundle",
) -> VerifiedStatement:
    """Verify a bundle against a trusted root and exactly one identity, without any network.

    Args:
        bundle_json: the bundle as it lies in its file.
        trusted_root: a ``trusted_root.json``; where ``identity.trusted_root`` is given, its digest must be that.
        identity: who must have signed.
        predicate_types: what the statement may be about; anything else is refused, however well it is signed.
        where: what a refusal names as the place, usually the bundle's path.

    Raises:
        Refused: when anything does not hold, or the input is malformed in whatever way.
    """
    if not identity.subject or not identity.issuer:
        why = "the expected identity lacks a subject or an issuer, and sigstore would then not compare it"
        raise Refused("signature", where, why, "name both in the environment's signers")
    root = read_root(trusted_root, identity.trusted_root)
    try:
        shaped = shaped_bundle(bundle_json, where)
        payload = _verified_payload(shaped, root, trusted_root, identity)
    except Refused:
        raise
    except Exception as error:
        why = f"it does not hold: {error}" if str(error) else f"it does not hold: {type(error).__name__}"
        raise Refused("signature", where, why, "sign it again, as the signer of this environment") from error
    statement = parse_statement(payload, where)
    if statement.predicate_type not in predicate_types:
        why = f"it speaks of {statement.predicate_type}, where {' or '.join(sorted(predicate_types))} is expected"
        raise Refused("signed statement", where, why)
    return VerifiedStatement(
        payload, statement, shaped.claimed_time, shaped.log_index, identity.subject, identity.issuer
    )


def _verified_payload(shaped: ShapedBundle, root: bytes, trusted_root: Path, identity: Identity) -> bytes:
    """The signed bytes. The claimed time is the only one in the bundle, so that the library verifies that very one."""
    verifier = Verifier(trusted_root=root_at(root, shaped.claimed_time, str(trusted_root)))
    expected = policy.Identity(identity=identity.subject, issuer=identity.issuer)
    return verifier.verify_dsse(shaped.bundle, expected)[1]
