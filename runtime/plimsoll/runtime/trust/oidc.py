"""The identity provider of an embedded instance: it vouches, in a short-lived token, for who is signing.

Who can read the instance's keys may take any subject. What that protects is access to the folder, as with any key.
"""

import time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from plimsoll.contract.refusal import Refused

ISSUER = "https://plimsoll.invalid/embedded"
"""A reserved name (RFC 2606): it resolves nowhere, and an instance is told from another by its trusted root."""

_AUDIENCE = "sigstore"
_LIFETIME = 600
_ALGORITHM = "ES256"


class IdentityProvider:
    """Issues OpenID Connect tokens and checks them."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key

    def token(self, subject: str) -> str:
        """A token, valid for ten minutes, that says that its bearer is ``subject``: an e-mail address or a URI."""
        issued = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": _AUDIENCE,
            "sub": subject,
            "iat": issued,
            "nbf": issued,
            "exp": issued + _LIFETIME,
        }
        return str(jwt.encode(claims, self._key, algorithm=_ALGORITHM))

    def subject(self, token: str) -> str:
        """Whom a token speaks for.

        Raises:
            Refused: when this instance did not issue it, it is not for signing, or its time is over.
        """
        try:
            claims = jwt.decode(
                token,
                self._key.public_key(),
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                issuer=ISSUER,
                options={"require": ["iss", "aud", "sub", "iat", "exp"]},
            )
        except jwt.InvalidTokenError as error:
            raise Refused("identity token", ISSUER, str(error), "ask this instance for a token") from error
        return str(claims["sub"])
