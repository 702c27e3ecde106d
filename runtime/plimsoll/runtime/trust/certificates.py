"""The certificates of an embedded instance: the root that issues to signers, and the timestamp authority's two."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from plimsoll.runtime.trust.keys import new_key

LIFETIME = timedelta(days=3650)
"""How long an instance may sign. What it signed stays verifiable afterwards, by its timestamp."""


@dataclass(frozen=True)
class Authorities:
    """The instance's long-lived certificates, all valid for the same window."""

    ca: x509.Certificate
    tsa_root: x509.Certificate
    tsa: x509.Certificate

    @property
    def start(self) -> datetime:
        """When the instance began to be valid, UTC."""
        return self.ca.not_valid_before_utc

    @property
    def end(self) -> datetime:
        """When it ends, UTC."""
        return self.ca.not_valid_after_utc


def now() -> datetime:
    """The present in UTC, cut to the second as certificates and timestamps have it."""
    return datetime.now(UTC).replace(microsecond=0)


def issue_authorities(
    ca: ec.EllipticCurvePrivateKey, tsa: ec.EllipticCurvePrivateKey, start: datetime, lifetime: timedelta
) -> Authorities:
    """Certify an instance's two authorities. The timestamp root's key is dropped: it will never certify another."""
    end, root = start + lifetime, new_key()
    ca_name, root_name = _name("certificate authority"), _name("timestamp root")
    return Authorities(
        ca=_root(_certificate(ca_name, ca_name, ca.public_key(), start, end)).sign(ca, hashes.SHA256()),
        tsa_root=_root(_certificate(root_name, root_name, root.public_key(), start, end)).sign(root, hashes.SHA256()),
        tsa=_timestamping(_certificate(_name("timestamp authority"), root_name, tsa.public_key(), start, end))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
        .sign(root, hashes.SHA256()),
    )


def key_usage(*, digital_signature: bool = False, certificates: bool = False) -> x509.KeyUsage:
    """A key usage that allows signing of data, or of certificates and revocation lists, and nothing else."""
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "plimsoll"), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _root(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    return builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).add_extension(
        key_usage(certificates=True), critical=True
    )


def _timestamping(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    """RFC 3161, section 2.3: timestamping is the only extended use, and it is critical."""
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    )
