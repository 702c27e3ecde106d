"""The keys of an embedded instance: ECDSA on P-256 with SHA-256, in PEM files that only their owner reads."""

import base64
import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from plimsoll.runtime.trust.files import SECRET

SIGNATURE = ec.ECDSA(hashes.SHA256())


def new_key() -> ec.EllipticCurvePrivateKey:
    """A fresh key."""
    return ec.generate_private_key(ec.SECP256R1())


def write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Write a key to a file that did not exist, readable by its owner alone from its first moment.

    Raises:
        FileExistsError: rather than overwrite a key.
    """
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, SECRET)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(pem)


def read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Read a key.

    Raises:
        OSError: when the file can't be read.
        ValueError: when it holds no unencrypted private key on an elliptic curve.
    """
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path} is no key on an elliptic curve")
    return key


def public_der(key: ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey) -> bytes:
    """The public half, as a DER SubjectPublicKeyInfo."""
    public = key.public_key() if isinstance(key, ec.EllipticCurvePrivateKey) else key
    return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def key_id(key: ec.EllipticCurvePrivateKey) -> bytes:
    """What logs call a key: the SHA-256 of its SubjectPublicKeyInfo, 32 bytes (RFC 6962, section 3.2)."""
    return hashlib.sha256(public_der(key)).digest()


def base64_text(data: bytes) -> str:
    """Standard base64 with padding, as protobuf's JSON writes bytes."""
    return base64.b64encode(data).decode("ascii")
