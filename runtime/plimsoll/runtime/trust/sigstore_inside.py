"""sigstore-python, signing against an embedded instance in this process: it reaches for no socket.

sigstore-python signs against services behind HTTP only. These three stand in for its HTTP clients; everything else of
it runs unmodified. This is the one module that names ``sigstore._internal``, for which sigstore is pinned to 4.5 and
``tests/unit/trust/test_sigstore_contract.py`` says what is relied on.
"""

from cryptography.x509 import CertificateSigningRequest
from rfc3161_client import TimestampRequestBuilder, TimeStampResponse, decode_timestamp_response
from rfc3161_client.base import HashAlgorithm
from sigstore._internal.fulcio.client import FulcioCertificateSigningResponse, FulcioClient, FulcioSigningCert
from sigstore._internal.rekor import EntryRequestBody
from sigstore._internal.rekor.client_v2 import RekorV2Client
from sigstore._internal.timestamp import TimestampAuthorityClient
from sigstore.models import TransparencyLogEntry, TrustedRoot
from sigstore.oidc import IdentityToken
from sigstore.sign import SigningContext
from sigstore_models.rekor.v1 import TransparencyLogEntry as LogEntryModel

from plimsoll.runtime.trust.authority import CertificateAuthority
from plimsoll.runtime.trust.instance import EmbeddedInstance
from plimsoll.runtime.trust.log import TransparencyLog
from plimsoll.runtime.trust.timestamping import TimestampAuthority


class _SigningCertificates(FulcioSigningCert):
    def __init__(self, authority: CertificateAuthority) -> None:
        self._authority = authority

    def post(self, req: CertificateSigningRequest, identity: IdentityToken) -> FulcioCertificateSigningResponse:
        certificate = self._authority.issue(req, str(identity))
        return FulcioCertificateSigningResponse(certificate, [self._authority.certificate])


class _Fulcio(FulcioClient):
    def __init__(self, authority: CertificateAuthority) -> None:
        self._authority = authority

    def __del__(self) -> None:
        """Nothing to close: there is no session."""

    @property
    def signing_cert(self) -> FulcioSigningCert:
        return _SigningCertificates(self._authority)


class _Rekor(RekorV2Client):
    def __init__(self, log: TransparencyLog) -> None:
        self._log = log

    def create_entry(self, payload: EntryRequestBody) -> TransparencyLogEntry:
        return TransparencyLogEntry(LogEntryModel.from_dict(self._log.append(payload).to_json()))


class _Timestamps(TimestampAuthorityClient):
    def __init__(self, authority: TimestampAuthority) -> None:
        self._authority = authority

    def request_timestamp(self, signature: bytes) -> TimeStampResponse:
        builder = TimestampRequestBuilder().hash_algorithm(HashAlgorithm.SHA256).data(signature).nonce(nonce=True)
        return decode_timestamp_response(self._authority.answer(builder.build().as_bytes()))


def signing_context(instance: EmbeddedInstance) -> SigningContext:
    """A context whose certificates, log entries and timestamps come from an embedded instance."""
    return SigningContext(
        fulcio=_Fulcio(instance.authority),
        rekor=_Rekor(instance.log),
        trusted_root=TrustedRoot.from_file(str(instance.trusted_root)),
        tsa_clients=[_Timestamps(instance.timestamps)],
    )
