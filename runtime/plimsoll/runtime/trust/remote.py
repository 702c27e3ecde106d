"""Sign through a sigstore instance that answers over the network, a company's own or the public one, without keys.

Who signs shows a token of an identity provider that the instance believes, and gets a certificate for a few minutes.
The bundles have the shape of an embedded instance's, and are held by the same verifier before they are left.
"""

import os
from pathlib import Path

from pydantic import ValidationError
from sigstore.dsse import Statement
from sigstore.models import ClientTrustConfig
from sigstore.oidc import IdentityError, IdentityToken, detect_credential
from sigstore.sign import SigningContext

from plimsoll.contract.refusal import Refused, Unavailable, first_fault
from plimsoll.contract.requests import Identity
from plimsoll.runtime.trust.roots import read_root
from plimsoll.runtime.trust.statements import parse_statement
from plimsoll.runtime.trust.verifier import verify_statement

PUBLIC = "public"
"""What stands for the public instance, whose configuration sigstore's own TUF repository gives out."""

TOKEN_VARIABLE = "SIGSTORE_ID_TOKEN"  # noqa: S105 -- the name of a variable
"""The environment variable that holds a token; unset, what the CI system gives its runs is taken."""


class RemoteSigner:
    """Signs as one identity, by what a sigstore instance's client trust configuration says of its services."""

    def __init__(self, configuration: str, trusted_root: Path, identity: Identity) -> None:
        """Read all that says of the instance what it is; nothing is asked of it yet.

        Args:
            configuration: the file of the configuration, or ``PUBLIC``.
            trusted_root: what verifiers will hold the signature against. The configuration's own is not believed.
            identity: whom verifiers will expect.

        Raises:
            Refused: when the trusted root is not the pinned one, or the configuration is none.
            Unavailable: when one of them can't be read.
        """
        self._shown, self._root, self._identity = configuration, trusted_root, identity
        read_root(trusted_root, identity.trusted_root)
        self._config = _configuration(configuration)

    def sign_statement(self, statement: bytes) -> str:
        """The sigstore bundle (v0.3, JSON) that holds exactly these bytes of an in-toto v1 statement.

        A token of somebody else is refused before anything is asked of the instance, as far as can be told: what stands
        in a public log stands there for ever. The subject of a program, a URI, is made from several claims by each
        instance in its own way, so that it is seen only in what comes back.

        Raises:
            Refused: when the token is of somebody else, or what comes back would not be believed by verifiers.
            Unavailable: when there is no token, or the instance does not do its part.
        """
        token = self._token()
        try:
            context = SigningContext.from_trust_config(self._config)
            with context.signer(token) as signer:
                bundle = signer.sign_dsse(Statement(statement)).to_json()
        except Exception as error:
            why = f"did not sign: {str(error) or type(error).__name__}"
            raise Unavailable(
                f"the sigstore instance of {self._shown}", why, "see whether it can be reached"
            ) from error
        types = frozenset({parse_statement(statement, self._shown).predicate_type})
        verify_statement(bundle.encode(), self._root, self._identity, types, where=self._shown)
        return bundle

    def _token(self) -> IdentityToken:
        try:
            raw = os.environ.get(TOKEN_VARIABLE) or detect_credential()
            if raw is None:
                mend = f"put one into {TOKEN_VARIABLE}, or let the CI system give its runs one"
                raise Unavailable("a token that says who signs", "is nowhere", mend)
            token = IdentityToken(raw)
        except IdentityError as error:
            raise Refused("token", TOKEN_VARIABLE, str(error), "ask the identity provider for another") from error
        expected = self._identity
        is_person = "://" not in expected.subject
        if token.federated_issuer != expected.issuer or (is_person and token.identity != expected.subject):
            found = f"{token.identity} by {token.federated_issuer}"
            why = f"it is of {found}, and {expected.subject} by {expected.issuer} must sign"
            raise Refused("token", TOKEN_VARIABLE, why, "sign as who is expected, or expect this one by a commit")
        return token


def _configuration(named: str) -> ClientTrustConfig:
    if named == PUBLIC:
        try:
            return ClientTrustConfig.production()
        except Exception as error:
            raise Unavailable("the public sigstore instance", f"can't be asked for: {error}") from error
    path = Path(named)
    if not path.is_file():
        raise Unavailable(named, "there is no such file", f"name a client trust configuration, or {PUBLIC}")
    try:
        return ClientTrustConfig.from_json(path.read_text(encoding="utf-8"))
    except Exception as error:
        fault = first_fault(error) if isinstance(error, ValidationError) else error
        why = f"it is no client trust configuration: {fault}"
        raise Refused("sigstore instance", named, why, f"name one, or {PUBLIC}") from error
