from typing import Any

import pytest

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.trust.approval import sign_approval, verify_approval
from plimsoll.runtime.trust.instance import EmbeddedInstance
from plimsoll.runtime.trust.signer import Signer
from plimsoll.runtime.trust.statements import statement

APPROVED: dict[str, Any] = {
    "model": "flight-delay",
    "version": 3,
    "model_digest": "sha256:" + "1" * 64,
    "release_digest": "sha256:" + "2" * 64,
    "environment": "production",
}


@pytest.fixture
def approver(instance: EmbeddedInstance) -> Signer:
    return Signer(instance, "approval@plimsoll.invalid")


def test_an_approval_holds_for_what_was_approved(instance: EmbeddedInstance, approver: Signer) -> None:
    bundle = sign_approval(approver, **APPROVED).encode()
    approval = verify_approval(bundle, instance.trusted_root, approver.identity, **APPROVED)
    assert approval.approver == "approval@plimsoll.invalid"
    assert approval.approved_at == approval.statement.signed_at


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("model", "other", "model-name is flight-delay, not other"),
        ("version", 4, "model-version is 3, not 4"),
        ("model_digest", "sha256:" + "3" * 64, "model is sha256:1"),
        ("release_digest", "sha256:" + "3" * 64, "release is sha256:2"),
        ("environment", "staging", "environment is production, not staging"),
    ],
)
def test_an_approval_of_something_else_says_what_differs(
    instance: EmbeddedInstance, approver: Signer, field: str, value: object, named: str
) -> None:
    bundle = sign_approval(approver, **APPROVED).encode()
    with pytest.raises(Refused, match=named):
        verify_approval(bundle, instance.trusted_root, approver.identity, **{**APPROVED, field: value})


def test_the_signer_of_releases_can_not_approve(instance: EmbeddedInstance, approver: Signer, signer: Signer) -> None:
    bundle = sign_approval(signer, **APPROVED).encode()
    with pytest.raises(Refused, match="signature"):
        verify_approval(bundle, instance.trusted_root, approver.identity, **APPROVED)


def test_another_statement_of_the_approver_is_no_approval(instance: EmbeddedInstance, approver: Signer) -> None:
    subjects = {"model": APPROVED["model_digest"], "release": APPROVED["release_digest"]}
    for kind in ("https://slsa.dev/provenance/v1", "https://plimsoll.dev/approval/v1"):
        bundle = approver.sign_statement(statement(subjects, kind, {"environment": "production"})).encode()
        with pytest.raises(Refused):
            verify_approval(bundle, instance.trusted_root, approver.identity, **APPROVED)
