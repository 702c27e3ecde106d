"""The certificate authority of an embedded instance: Fulcio's part, with the certificate log's receipt embedded.

The certificate is Fulcio's (https://github.com/sigstore/fulcio/blob/main/docs/certificate-specification.md); the
receipt is a signed certificate timestamp of RFC 6962, section 3.2, over the certificate without it.
"""

import re
import struct
import time
from datetime import timedelta

from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.trust.certificates import key_usage, now
from plimsoll.runtime.trust.keys import SIGNATURE, key_id
from plimsoll.runtime.trust.oidc import ISSUER, IdentityProvider

_LIFETIME = timedelta(minutes=10)
_ISSUER_EXTENSION = ObjectIdentifier("1.3.6.1.4.1.57264.1.1")
_ISSUER_EXTENSION_V2 = ObjectIdentifier("1.3.6.1.4.1.57264.1.8")
_RECEIPTS_EXTENSION = ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
_ECDSA_SHA256 = b"\x04\x03"


class CertificateAuthority:
    """Issues ten-minute certificates for code signing to whoever bears a token of the instance's identity provider."""

    def __init__(
        self,
        key: ec.EllipticCurvePrivateKey,
        certificate: x509.Certificate,
        receipts: ec.EllipticCurvePrivateKey,
        provider: IdentityProvider,
    ) -> None:
        self._key = key
        self.certificate = certificate
        self._receipts = receipts
        self._provider = provider

    def issue(self, request: x509.CertificateSigningRequest, token: str) -> x509.Certificate:
        """A certificate that binds the request's key to the token's subject.

        Raises:
            Refused: when the instance's time is over, the token does not hold, or the request is not signed with the
                key that it names.
        """
        start, end = self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc
        if not start <= now() <= end:
            why = f"it signs from {start.isoformat()} to {end.isoformat()} only"
            raise Refused("sigstore instance", ISSUER, why, "create a new instance and pin its trusted root")
        subject = self._provider.subject(token)
        key = request.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey) or not request.is_signature_valid:
            raise Refused("certificate request", ISSUER, "it does not prove that its key is the bearer's")
        bare = self._unreceipted(key, subject)
        receipt = self._receipt(bare.sign(self._key, hashes.SHA256()).tbs_certificate_bytes)
        extension = x509.UnrecognizedExtension(_RECEIPTS_EXTENSION, core.OctetString(receipt).dump())
        return bare.add_extension(extension, critical=False).sign(self._key, hashes.SHA256())

    def _unreceipted(self, key: ec.EllipticCurvePublicKey, subject: str) -> x509.CertificateBuilder:
        start, issuer = now(), ISSUER.encode("ascii")
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._public)
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(self.certificate.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + _LIFETIME)
            .add_extension(key_usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(identifier, critical=False)
            .add_extension(x509.SubjectAlternativeName([_general_name(subject)]), critical=True)
            .add_extension(x509.UnrecognizedExtension(_ISSUER_EXTENSION, issuer), critical=False)
            .add_extension(
                x509.UnrecognizedExtension(_ISSUER_EXTENSION_V2, core.UTF8String(ISSUER).dump()), critical=False
            )
        )

    @property
    def _public(self) -> ec.EllipticCurvePublicKey:
        return self._key.public_key()

    def _receipt(self, unreceipted: bytes) -> bytes:
        """A list of one signed certificate timestamp over a certificate that lacks it, in TLS encoding."""
        milliseconds = int(time.time() * 1000)
        signed = (
            struct.pack("!BBQH", 0, 0, milliseconds, 1)
            + key_id(self._key)
            + len(unreceipted).to_bytes(3, "big")
            + unreceipted
            + b"\0\0"
        )
        signature = _prefixed(self._receipts.sign(signed, SIGNATURE))
        stamp = b"\0" + key_id(self._receipts) + struct.pack("!Q", milliseconds) + b"\0\0" + _ECDSA_SHA256 + signature
        return _prefixed(_prefixed(stamp))


def _prefixed(data: bytes) -> bytes:
    return struct.pack("!H", len(data)) + data


def _general_name(subject: str) -> x509.GeneralName:
    if not re.fullmatch(r"[!-~]+", subject):
        raise Refused("signer", repr(subject), "it must be printable ASCII without spaces")
    try:
        return x509.UniformResourceIdentifier(subject) if "://" in subject else x509.RFC822Name(subject)
    except ValueError as error:
        raise Refused("signer", subject, f"it is neither an e-mail address nor a URI: {error}") from error
