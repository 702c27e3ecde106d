"""The timestamp authority of an embedded instance (RFC 3161): it signs that it saw a hash, and when."""

import hashlib
import secrets
from datetime import datetime

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.trust.certificates import now
from plimsoll.runtime.trust.keys import SIGNATURE

_POLICY = "1.3.6.1.4.1.57264.2"
"""Sigstore's timestamping policy, as its own authority uses it."""

_SHA256: dict[str, str] = {"algorithm": "sha256"}


class TimestampAuthority:
    """Answers timestamp requests with tokens, by this machine's clock."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self._key = key
        self._certificate = asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))

    def answer(self, request: bytes) -> bytes:
        """The DER ``TimeStampResp`` to a DER ``TimeStampReq``.

        Raises:
            Refused: when the request can't be read, or its hash isn't SHA-256.
        """
        try:
            asked = tsp.TimeStampReq.load(request, strict=True)
            imprint = asked["message_imprint"]
            sha256 = imprint["hash_algorithm"]["algorithm"].native == "sha256"
            wants_certificate = bool(asked["cert_req"].native)
        except (ValueError, TypeError) as error:
            raise Refused("timestamp request", "request", str(error)) from error
        if not sha256:
            raise Refused("timestamp request", "message imprint", "only SHA-256 is stamped")
        time = now()
        token = self._token(self._info(imprint, asked["nonce"], time), time, wants_certificate)
        return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump())

    def _info(self, imprint: tsp.MessageImprint, nonce: core.Integer, time: datetime) -> bytes:
        info = {
            "version": "v1",
            "policy": _POLICY,
            "message_imprint": imprint,
            "serial_number": secrets.randbits(127),
            "gen_time": time,
            "accuracy": {"seconds": 1},
            "nonce": nonce,
        }
        return bytes(tsp.TSTInfo(info).dump())

    def _token(self, info: bytes, time: datetime, with_certificate: bool) -> cms.ContentInfo:
        content = {"content_type": "tst_info", "content": core.ParsableOctetString(info)}
        signed = {
            "version": "v3",
            "digest_algorithms": [_SHA256],
            "encap_content_info": content,
            "signer_infos": [self._signer_info(info, time)],
        }
        if with_certificate:
            signed["certificates"] = [self._certificate]
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})

    def _signer_info(self, info: bytes, time: datetime) -> cms.SignerInfo:
        fingerprint = hashlib.sha256(self._certificate.dump()).digest()
        certificate = tsp.ESSCertIDv2({"hash_algorithm": _SHA256, "cert_hash": fingerprint})
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "signing_time", "values": [cms.Time({"utc_time": time})]},
                {"type": "message_digest", "values": [hashlib.sha256(info).digest()]},
                {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [certificate]})]},
            ]
        )
        issuer = {"issuer": self._certificate.issuer, "serial_number": self._certificate.serial_number}
        return cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier({"issuer_and_serial_number": issuer}),
                "digest_algorithm": _SHA256,
                "signed_attrs": attributes,
                "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                "signature": self._key.sign(attributes.dump(), SIGNATURE),
            }
        )
