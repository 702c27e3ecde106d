import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from sigstore.models import Bundle, TrustedRoot
from sigstore.verify import Verifier, policy

from plimsoll.contract.digests import of_file
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Identity
from plimsoll.runtime.trust.instance import EmbeddedInstance, create_instance
from plimsoll.runtime.trust.signer import Signer
from plimsoll.runtime.trust.statements import statement
from plimsoll.runtime.trust.verifier import VerifiedStatement, verify_statement

TYPE = "https://example.org/test/v1"
PAYLOAD = statement({"a": "sha256:" + "a" * 64}, TYPE, {"said": "so"})


@pytest.fixture(scope="module")
def bundle(signer: Signer) -> dict[str, Any]:
    signer.sign_statement(PAYLOAD)
    signer.sign_statement(PAYLOAD)
    return json.loads(signer.sign_statement(PAYLOAD))


@pytest.fixture
def verify(instance: EmbeddedInstance, signer: Signer) -> Callable[..., VerifiedStatement]:
    def run(
        bundle: Any, identity: Identity = signer.identity, root: Path = instance.trusted_root, kind: str = TYPE
    ) -> VerifiedStatement:
        data = bundle if isinstance(bundle, bytes) else json.dumps(bundle).encode()
        return verify_statement(data, root, identity, frozenset({kind}))

    return run


def changed(bundle: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    copy = json.loads(json.dumps(bundle))
    change(copy)
    return copy


def flipped(text: str, position: int) -> str:
    data = bytearray(base64.b64decode(text))
    data[position % len(data)] ^= 1
    return base64.b64encode(data).decode()


def test_what_was_signed_is_what_is_verified(verify: Any, bundle: Any) -> None:
    before = datetime.now(UTC)
    verified = verify(bundle)
    assert verified.payload == PAYLOAD
    assert verified.statement.predicate == {"said": "so"}
    assert verified.statement.digests == {"a": "sha256:" + "a" * 64}
    assert (verified.subject, verified.issuer) == ("release@plimsoll.invalid", "https://plimsoll.invalid/embedded")
    assert before - timedelta(minutes=1) < verified.signed_at <= before
    assert verified.log_index == int(bundle["verificationMaterial"]["tlogEntries"][0]["logIndex"]) >= 2


def test_a_uri_can_sign(instance: EmbeddedInstance, verify: Any) -> None:
    signer = Signer(instance, "https://ci.example.org/ml/.workflows/release@main")
    assert verify(signer.sign_statement(PAYLOAD).encode(), signer.identity).payload == PAYLOAD


@pytest.mark.parametrize("field", ["subject", "issuer"])
@pytest.mark.parametrize("value", ["https://evil.example", "release@plimsoll", "RELEASE@plimsoll.invalid", ".*", ""])
def test_another_identity_is_refused(verify: Any, bundle: Any, signer: Signer, field: str, value: str) -> None:
    with pytest.raises(Refused, match="signature"):
        verify(bundle, signer.identity.model_copy(update={field: value}))


def test_a_bundle_of_another_instance_is_refused(verify: Any, other_instance: EmbeddedInstance) -> None:
    signer = Signer(other_instance, "release@plimsoll.invalid")
    with pytest.raises(Refused):
        verify(signer.sign_statement(PAYLOAD).encode())


def test_another_root_is_refused_whether_it_is_pinned_or_not(
    verify: Any, bundle: Any, signer: Signer, other_instance: EmbeddedInstance
) -> None:
    with pytest.raises(Refused, match="pinned"):
        verify(bundle, root=other_instance.trusted_root)
    unpinned = signer.identity.model_copy(update={"trusted_root": None})
    with pytest.raises(Refused, match="signature"):
        verify(bundle, unpinned, root=other_instance.trusted_root)
    verify(bundle, unpinned)


def test_a_pinned_root_must_not_differ_in_one_byte(
    verify: Any, bundle: Any, instance: EmbeddedInstance, tmp_path: Path
) -> None:
    root = tmp_path / "root.json"
    root.write_bytes(instance.trusted_root.read_bytes() + b"\n")
    with pytest.raises(Refused, match=of_file(root)):
        verify(bundle, root=root)
    with pytest.raises(Refused, match="can't be read"):
        verify(bundle, root=tmp_path / "missing.json")


@pytest.mark.parametrize("root", [b"", b"{}", b"null", b"[]", b"\xff", b'{"mediaType":"x"}'])
def test_a_malformed_root_is_refused(verify: Any, bundle: Any, signer: Signer, tmp_path: Path, root: bytes) -> None:
    (tmp_path / "root.json").write_bytes(root)
    with pytest.raises(Refused):
        verify(bundle, signer.identity.model_copy(update={"trusted_root": None}), root=tmp_path / "root.json")


def test_only_the_expected_kind_of_statement_is_accepted(verify: Any, bundle: Any) -> None:
    with pytest.raises(Refused, match=r"example\.org/test/v1, where https://slsa"):
        verify(bundle, kind="https://slsa.dev/provenance/v1")


def material(bundle: dict[str, Any]) -> dict[str, Any]:
    return bundle["verificationMaterial"]


def entry(bundle: dict[str, Any]) -> dict[str, Any]:
    return material(bundle)["tlogEntries"][0]


def proof(bundle: dict[str, Any]) -> dict[str, Any]:
    return entry(bundle)["inclusionProof"]


def put(part: dict[str, Any], **values: Any) -> None:
    part.update(values)


def checkpoint(bundle: dict[str, Any], old: str, new: str) -> None:
    note = proof(bundle)["checkpoint"]
    assert old in note["envelope"]
    note["envelope"] = note["envelope"].replace(old, new, 1)


def stamps(bundle: dict[str, Any]) -> list[dict[str, str]]:
    return material(bundle)["timestampVerificationData"]["rfc3161Timestamps"]


def size(bundle: dict[str, Any]) -> int:
    return int(proof(bundle)["treeSize"])


TAMPERED: dict[str, Callable[[dict[str, Any]], object]] = {
    "payload": lambda b: put(b["dsseEnvelope"], payload=flipped(b["dsseEnvelope"]["payload"], 40)),
    "payload type": lambda b: put(b["dsseEnvelope"], payloadType="text/plain"),
    "signature": lambda b: put(
        b["dsseEnvelope"]["signatures"][0], sig=flipped(b["dsseEnvelope"]["signatures"][0]["sig"], 20)
    ),
    "no signature": lambda b: put(b["dsseEnvelope"], signatures=[]),
    "two signatures": lambda b: b["dsseEnvelope"]["signatures"].append(b["dsseEnvelope"]["signatures"][0]),
    "no envelope": lambda b: b.pop("dsseEnvelope"),
    "certificate": lambda b: put(
        material(b)["certificate"], rawBytes=flipped(material(b)["certificate"]["rawBytes"], 300)
    ),
    "certificate's signature": lambda b: put(
        material(b)["certificate"], rawBytes=flipped(material(b)["certificate"]["rawBytes"], -2)
    ),
    "no certificate": lambda b: material(b).pop("certificate"),
    "certificate chain": lambda b: put(
        material(b), x509CertificateChain={"certificates": [material(b).pop("certificate")]}
    ),
    "media type": lambda b: put(b, mediaType="application/vnd.dev.sigstore.bundle+json;version=0.1"),
    "unknown member": lambda b: put(b, more=1),
    "no log entry": lambda b: put(material(b), tlogEntries=[]),
    "two log entries": lambda b: material(b)["tlogEntries"].append(entry(b)),
    "logged body": lambda b: put(entry(b), canonicalizedBody=flipped(entry(b)["canonicalizedBody"], 30)),
    "log index": lambda b: put(entry(b), logIndex=str(size(b) - 2)),
    "both log indexes": lambda b: (
        put(entry(b), logIndex=str(size(b) - 2)),
        put(proof(b), logIndex=str(size(b) - 2)),
    ),
    "kind of entry": lambda b: put(entry(b), kindVersion={"kind": "dsse", "version": "0.0.1"}),
    "integrated time": lambda b: put(entry(b), integratedTime="1700000000"),
    "inclusion promise": lambda b: put(entry(b), inclusionPromise={"signedEntryTimestamp": "AAAA"}),
    "root hash": lambda b: put(proof(b), rootHash=flipped(proof(b)["rootHash"], 3)),
    "proof": lambda b: put(proof(b), hashes=[flipped(proof(b)["hashes"][0], 3), *proof(b)["hashes"][1:]]),
    "shorter proof": lambda b: put(proof(b), hashes=proof(b)["hashes"][1:]),
    "tree size": lambda b: put(proof(b), treeSize=str(size(b) * 2)),
    "no checkpoint": lambda b: proof(b).pop("checkpoint"),
    "checkpoint's origin": lambda b: checkpoint(b, ".log.", ".lag."),
    "checkpoint's size": lambda b: checkpoint(b, f"\n{size(b)}\n", f"\n{size(b) + 1}\n"),
    "checkpoint unsigned": lambda b: checkpoint(b, "\u2014", "-"),
    "timestamp": lambda b: put(stamps(b)[0], signedTimestamp=flipped(stamps(b)[0]["signedTimestamp"], -3)),
    "no timestamp": lambda b: stamps(b).clear(),
    "no timestamps": lambda b: material(b).pop("timestampVerificationData"),
    "two timestamps": lambda b: stamps(b).append(stamps(b)[0]),
}


@pytest.mark.parametrize("part", TAMPERED)
def test_every_part_of_a_bundle_counts(verify: Any, bundle: Any, part: str) -> None:
    with pytest.raises(Refused):
        verify(changed(bundle, TAMPERED[part]))


RULED_OUT = {
    "payload type": "holds no in-toto statement",
    "no signature": "0 signatures",
    "two signatures": "2 signatures",
    "certificate chain": "no signing certificate",
    "no log entry": "0 log entries",
    "two log entries": "2 log entries",
    "kind of entry": "not of Rekor v2",
    "integrated time": "a time of its own",
    "inclusion promise": "a time of its own",
    "log index": "not that of its proof",
    "tree size": "not for the tree of its checkpoint",
    "no checkpoint": "not for the tree of its checkpoint",
    "no timestamp": "exactly one signed timestamp",
    "two timestamps": "exactly one signed timestamp",
}


@pytest.mark.parametrize("part", RULED_OUT)
def test_a_shape_that_nothing_here_writes_is_named(verify: Any, bundle: Any, part: str) -> None:
    with pytest.raises(Refused, match=RULED_OUT[part]):
        verify(changed(bundle, TAMPERED[part]))


def test_the_former_name_of_the_format_is_refused(verify: Any, bundle: Any) -> None:
    kind = "application/vnd.dev.sigstore.bundle+json;version=0.3"
    with pytest.raises(Refused, match=kind.replace("+", r"\+")):
        verify(changed(bundle, lambda b: put(b, mediaType=kind)))


def test_an_entry_can_not_pretend_to_another_index(
    verify: Any, bundle: Any, signer: Signer, instance: EmbeddedInstance
) -> None:
    """A proof of index n in a tree of n + 1 is also one for 2n in 2n + 1; only the checkpoint tells them apart."""

    def doubled(b: dict[str, Any]) -> None:
        index = 2 * (size(b) - 1)
        put(entry(b), logIndex=str(index))
        put(proof(b), logIndex=str(index), treeSize=str(index + 1))

    forged = changed(bundle, doubled)
    verifier = Verifier(trusted_root=TrustedRoot.from_file(str(instance.trusted_root)))
    expected = policy.Identity(identity=signer.identity.subject, issuer=signer.identity.issuer)
    verifier.verify_dsse(Bundle.from_json(json.dumps(forged)), expected)
    with pytest.raises(Refused, match="not for the tree of its checkpoint"):
        verify(forged)


def test_a_certificate_with_two_subjects_is_refused(
    verify: Any, instance: EmbeddedInstance, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = x509.SubjectAlternativeName
    with monkeypatch.context() as patch:
        other = x509.RFC822Name("other@plimsoll.invalid")
        patch.setattr(x509, "SubjectAlternativeName", lambda given: names([*given, other]))
        bundle = signer.sign_statement(PAYLOAD)
    with pytest.raises(Refused, match="exactly one subject"):
        verify(bundle.encode())


def test_two_subjects_of_one_name_are_refused(verify: Any, signer: Signer) -> None:
    twice = json.loads(PAYLOAD)
    twice["subject"].append({"name": "a", "digest": {"sha256": "b" * 64}})
    with pytest.raises(Refused, match="one name"):
        verify(signer.sign_statement(json.dumps(twice).encode()).encode())


@pytest.mark.parametrize("part", ["tlogEntries", "timestampVerificationData", "certificate"])
def test_parts_of_two_good_bundles_do_not_mix(verify: Any, bundle: Any, signer: Signer, part: str) -> None:
    other = json.loads(signer.sign_statement(statement({"b": "sha256:" + "b" * 64}, TYPE, {})))
    with pytest.raises(Refused):
        verify(changed(bundle, lambda b: put(material(b), **{part: material(other)[part]})))


PARTS = ["certificateAuthorities", "timestampAuthorities", "tlogs", "ctlogs"]


def windows(root: dict[str, Any], part: str) -> list[dict[str, str]]:
    return [member.get("validFor") or member["publicKey"]["validFor"] for member in root[part]]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    ("bound", "day"), [("end", datetime(2001, 1, 1, tzinfo=UTC)), ("start", datetime.now(UTC) + timedelta(days=9))]
)
def test_what_was_not_valid_then_verifies_nothing(
    verify: Any,
    bundle: Any,
    signer: Signer,
    instance: EmbeddedInstance,
    tmp_path: Path,
    part: str,
    bound: str,
    day: Any,
) -> None:
    root = json.loads(instance.trusted_root.read_bytes())
    for window in windows(root, part):
        window["start"] = min(window["start"], "2000-01-01T00:00:00Z")
        window[bound] = day.strftime("%Y-%m-%dT%H:%M:%SZ")
    (tmp_path / "root.json").write_text(json.dumps(root))
    with pytest.raises(Refused, match="was valid at"):
        verify(bundle, signer.identity.model_copy(update={"trusted_root": None}), root=tmp_path / "root.json")


@pytest.mark.parametrize("part", ["certificateAuthorities", "tlogs", "ctlogs"])
def test_the_library_alone_would_accept_what_has_expired(
    bundle: Any, signer: Signer, instance: EmbeddedInstance, tmp_path: Path, part: str
) -> None:
    """Why ``roots`` exists. Once this fails, sigstore-python has learned it and ``roots`` can go."""
    root = json.loads(instance.trusted_root.read_bytes())
    for window in windows(root, part):
        window.update(start="2000-01-01T00:00:00Z", end="2001-01-01T00:00:00Z")
    (tmp_path / "root.json").write_text(json.dumps(root))
    verifier = Verifier(trusted_root=TrustedRoot.from_file(str(tmp_path / "root.json")))
    expected = policy.Identity(identity=signer.identity.subject, issuer=signer.identity.issuer)
    assert verifier.verify_dsse(Bundle.from_json(json.dumps(bundle)), expected)[1] == PAYLOAD


@pytest.mark.parametrize("part", PARTS)
def test_a_valid_member_does_not_lend_its_window_to_an_expired_one(
    verify: Any,
    bundle: Any,
    signer: Signer,
    instance: EmbeddedInstance,
    other_instance: EmbeddedInstance,
    tmp_path: Path,
    part: str,
) -> None:
    root, other = (json.loads(i.trusted_root.read_bytes()) for i in (instance, other_instance))
    unpinned = signer.identity.model_copy(update={"trusted_root": None})
    root[part] += other[part]
    (tmp_path / "root.json").write_text(json.dumps(root))
    verify(bundle, unpinned, root=tmp_path / "root.json")
    windows(root, part)[0].update(start="2000-01-01T00:00:00Z", end="2001-01-01T00:00:00Z")
    (tmp_path / "root.json").write_text(json.dumps(root))
    with pytest.raises(Refused, match="signature"):
        verify(bundle, unpinned, root=tmp_path / "root.json")


@pytest.mark.parametrize("day", [-2, 2])
def test_an_instance_signs_only_in_its_window(tmp_path: Path, day: int) -> None:
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=day)
    instance = create_instance(tmp_path / "instance", start=start, lifetime=timedelta(days=1))
    with pytest.raises(Refused, match="it signs from"):
        Signer(instance, "a@b.example").sign_statement(PAYLOAD)


def test_an_expected_identity_without_an_issuer_is_refused(verify: Any, bundle: Any, signer: Signer) -> None:
    """The library would accept every issuer."""
    with pytest.raises(Refused, match="lacks a subject or an issuer"):
        verify(bundle, signer.identity.model_copy(update={"issuer": ""}))
