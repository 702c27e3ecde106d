"""The approval of a model for an environment: one statement that binds model, release and environment together."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Identity
from plimsoll.runtime.trust.signer import Signer
from plimsoll.runtime.trust.statements import parse_statement, statement
from plimsoll.runtime.trust.verifier import VerifiedStatement, verify_statement

APPROVAL_TYPE = "https://plimsoll.dev/approval/v1"


@dataclass(frozen=True)
class VerifiedApproval:
    """An approval that holds, for exactly what was asked. Only ``verify_approval`` makes one."""

    approver: str
    approved_at: datetime
    statement: VerifiedStatement


def sign_approval(
    signer: Signer, *, model: str, version: int, model_digest: str, release_digest: str, environment: str
) -> str:
    """Approve a model version for a release of an environment; returns the bundle's JSON.

    Raises:
        Refused: when the signer's subject can't stand in a certificate.
        pydantic.ValidationError: when a digest is none.
    """
    return signer.sign_statement(_approval(model, version, model_digest, release_digest, environment))


def verify_approval(
    bundle_json: bytes,
    trusted_root: Path,
    identity: Identity,
    *,
    model: str,
    version: int,
    model_digest: str,
    release_digest: str,
    environment: str,
    where: str = "approval",
) -> VerifiedApproval:
    """Verify that an approver approved exactly this model version for exactly this release and environment.

    Raises:
        Refused: when the signature does not hold, or the approval is for something else; what differs is named.
    """
    verified = verify_statement(bundle_json, trusted_root, identity, frozenset({APPROVAL_TYPE}), where=where)
    asked = _approval(model, version, model_digest, release_digest, environment)
    if verified.payload != asked:
        expected, actual = parse_statement(asked, where), verified.statement
        said = {**actual.predicate, **actual.digests}
        wanted = {**expected.predicate, **expected.digests}
        names = sorted(name for name in said.keys() | wanted.keys() if said.get(name) != wanted.get(name))
        differences = "; ".join(f"{name} is {said.get(name)}, not {wanted.get(name)}" for name in names)
        why = f"it approves something else: {differences or 'it is written in another form'}"
        raise Refused("approval", where, why, "ask for an approval of what is deployed")
    return VerifiedApproval(verified.subject, verified.signed_at, verified)


def _approval(model: str, version: int, model_digest: str, release_digest: str, environment: str) -> bytes:
    subjects = {"model": model_digest, "release": release_digest}
    named = {"model-name": model, "model-version": version, "environment": environment}
    return statement(subjects, APPROVAL_TYPE, named)
