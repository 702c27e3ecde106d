"""What the world must know of an instance in order to verify its signatures: public, pinned by digest, kept in git.

Format: https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto.
"""

import json
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from plimsoll.runtime.trust.certificates import Authorities
from plimsoll.runtime.trust.keys import base64_text, key_id, public_der
from plimsoll.runtime.trust.log import log_host
from plimsoll.runtime.trust.oidc import ISSUER

_OPERATOR = "plimsoll"


def trusted_root(
    authorities: Authorities, log: ec.EllipticCurvePrivateKey, receipts: ec.EllipticCurvePrivateKey
) -> bytes:
    """The bytes of ``trusted_root.json``. Law: equal keys and certificates give equal bytes."""
    return _document(_trusted_root(authorities, log, receipts))


def client_trust_config(
    authorities: Authorities, log: ec.EllipticCurvePrivateKey, receipts: ec.EllipticCurvePrivateKey
) -> bytes:
    """The same for tools that ask for a client's trust configuration, such as ``model_signing verify``.

    Its services' addresses are reserved names: whoever holds it can verify, and can't sign.
    """
    window = _window(authorities)
    url = f"https://{log_host(log)}"

    def service(address: str, version: int) -> dict[str, Any]:
        return {"url": address, "majorApiVersion": version, "validFor": window, "operator": _OPERATOR}

    signing = {
        "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
        "caUrls": [service(ISSUER, 1)],
        "oidcUrls": [service(ISSUER, 1)],
        "rekorTlogUrls": [service(url, 2)],
        "rekorTlogConfig": {"selector": "ANY"},
        "tsaUrls": [service(ISSUER, 1)],
        "tsaConfig": {"selector": "ANY"},
    }
    return _document(
        {
            "mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
            "trustedRoot": _trusted_root(authorities, log, receipts),
            "signingConfig": signing,
        }
    )


def _trusted_root(
    authorities: Authorities, log: ec.EllipticCurvePrivateKey, receipts: ec.EllipticCurvePrivateKey
) -> dict[str, Any]:
    window = _window(authorities)
    return {
        "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        "tlogs": [_log(log, f"https://{log_host(log)}", window)],
        "certificateAuthorities": [_authority([authorities.ca], window)],
        "ctlogs": [_log(receipts, f"{ISSUER}/receipts", window)],
        "timestampAuthorities": [_authority([authorities.tsa, authorities.tsa_root], window)],
    }


def _window(authorities: Authorities) -> dict[str, str]:
    start, end = (time.strftime("%Y-%m-%dT%H:%M:%SZ") for time in (authorities.start, authorities.end))
    return {"start": start, "end": end}


def _log(key: ec.EllipticCurvePrivateKey, url: str, window: dict[str, str]) -> dict[str, Any]:
    return {
        "baseUrl": url,
        "hashAlgorithm": "SHA2_256",
        "publicKey": {
            "rawBytes": base64_text(public_der(key)),
            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
            "validFor": window,
        },
        "logId": {"keyId": base64_text(key_id(key))},
        "operator": _OPERATOR,
    }


def _authority(chain: list[x509.Certificate], window: dict[str, str]) -> dict[str, Any]:
    raw = [{"rawBytes": base64_text(c.public_bytes(serialization.Encoding.DER))} for c in chain]
    return {
        "subject": {"organization": _OPERATOR, "commonName": "plimsoll embedded instance"},
        "uri": ISSUER,
        "certChain": {"certificates": raw},
        "validFor": window,
        "operator": _OPERATOR,
    }


def _document(value: dict[str, Any]) -> bytes:
    return f"{json.dumps(value, sort_keys=True, indent=2)}\n".encode()
