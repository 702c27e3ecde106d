"""The one shape of bundle that is accepted: v0.3, one certificate, one statement, one Rekor v2 log entry, one time.

sigstore-python accepts more shapes than anything here writes. Each that is ruled out is one less way to disagree about
what was signed, when, or where it was logged.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.x509 import SubjectAlternativeName
from pydantic import ValidationError
from rfc3161_client import decode_timestamp_response
from sigstore.models import Bundle
from sigstore_models.bundle.v1 import Bundle as BundleModel
from sigstore_models.rekor.v1 import TransparencyLogEntry

from plimsoll.contract.refusal import Refused, first_fault
from plimsoll.runtime.trust.statements import PAYLOAD_TYPE

_MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
_ENTRY = ("hashedrekord", "0.0.2")


@dataclass(frozen=True)
class ShapedBundle:
    """A bundle of the accepted shape. Nothing about it is verified yet, its time least of all."""

    bundle: Bundle
    claimed_time: datetime
    log_index: int


def shaped_bundle(data: bytes, where: str) -> ShapedBundle:
    """Parse a bundle.

    Raises:
        Refused: when it has another shape.
        Exception: whatever the libraries raise at malformed input; the verifier turns it into a refusal.
    """
    try:
        model = BundleModel.from_json(data)
    except ValidationError as error:
        raise Refused("signature", where, f"it is none: {first_fault(error)}", "sign it again with Plimsoll") from error
    if fault := _fault(model):
        raise Refused("signature", where, fault, "sign it again with Plimsoll")
    bundle = Bundle(model)
    names = bundle.signing_certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
    if len(list(names)) != 1:
        raise Refused("signature", where, "the certificate must name exactly one subject")
    stamps = model.verification_material.timestamp_verification_data
    assert stamps is not None
    token = decode_timestamp_response(stamps.rfc3161_timestamps[0].signed_timestamp)
    time = token.tst_info.gen_time.astimezone(UTC)
    return ShapedBundle(bundle, time, model.verification_material.tlog_entries[0].log_index)


def _fault(model: BundleModel) -> str | None:
    material, envelope = model.verification_material, model.dsse_envelope
    stamps = material.timestamp_verification_data
    if model.media_type != _MEDIA_TYPE:
        return f"the bundle is of type {model.media_type}, not {_MEDIA_TYPE}"
    if material.certificate is None:
        return "the bundle has no signing certificate"
    if envelope is None or envelope.payload_type != PAYLOAD_TYPE:
        return "the bundle holds no in-toto statement"
    if len(envelope.signatures) != 1:
        return f"the statement has {len(envelope.signatures)} signatures, not one"
    if stamps is None or len(stamps.rfc3161_timestamps) != 1:
        return "the bundle must hold exactly one signed timestamp"
    if len(material.tlog_entries) != 1:
        return f"the bundle has {len(material.tlog_entries)} log entries, not one"
    return _entry_fault(material.tlog_entries[0])


def _entry_fault(entry: TransparencyLogEntry) -> str | None:
    proof = entry.inclusion_proof
    if (entry.kind_version.kind, entry.kind_version.version) != _ENTRY:
        return "the log entry is not of Rekor v2"
    if entry.integrated_time is not None or entry.inclusion_promise is not None:
        return "the log entry claims a time of its own, which Rekor v2 does not give"
    if entry.log_index != proof.log_index:
        return "the log entry's index is not that of its proof"
    # sigstore-python compares the checkpoint's root only; without its size the index would not be bound.
    lines = proof.checkpoint.envelope.split("\n") if proof.checkpoint else []
    if len(lines) < 2 or lines[1] != str(proof.tree_size):
        return "the proof is not for the tree of its checkpoint"
    return None
