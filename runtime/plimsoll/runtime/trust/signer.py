"""Sign in-toto statements as one subject of one embedded instance."""

from types import TracebackType
from typing import Protocol, Self

from sigstore.dsse import Statement
from sigstore.oidc import IdentityToken

from plimsoll.contract.digests import of_file
from plimsoll.contract.requests import Identity
from plimsoll.runtime.trust.instance import EmbeddedInstance
from plimsoll.runtime.trust.sigstore_inside import signing_context


class Signs(Protocol):
    """Whoever signs a statement as one identity."""

    def sign_statement(self, statement: bytes) -> str:
        """The sigstore bundle (v0.3, JSON) that holds exactly these bytes of an in-toto v1 statement."""


class Signer:
    """Signs as ``subject``. Each statement gets a key and a certificate of its own, which are then forgotten."""

    def __init__(self, instance: EmbeddedInstance, subject: str) -> None:
        self.instance = instance
        self.subject = subject
        self._context = signing_context(instance)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held open; the form exists so that a signer with a session can take this one's place."""

    @property
    def identity(self) -> Identity:
        """Whom to expect when verifying: the subject, the issuer, and the digest of the instance's trusted root."""
        root = of_file(self.instance.trusted_root)
        return Identity(subject=self.subject, issuer=self.instance.issuer, trusted_root=root)

    def sign_statement(self, statement: bytes) -> str:
        """The sigstore bundle (v0.3, JSON) that holds exactly these bytes of an in-toto v1 statement.

        Raises:
            Refused: when the subject can't stand in a certificate.
            sigstore.errors.Error: when the bytes are no in-toto statement.
        """
        token = IdentityToken(self.instance.identities.token(self.subject))
        with self._context.signer(token) as signer:
            return signer.sign_dsse(Statement(statement)).to_json()
