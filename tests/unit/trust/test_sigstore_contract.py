"""What is relied on inside sigstore-python. When a new version fails here, ``sigstore_inside`` must be looked at."""

import inspect
import re
from pathlib import Path

import pytest
import sigstore
from sigstore._internal.fulcio.client import FulcioCertificateSigningResponse, FulcioClient, FulcioSigningCert
from sigstore._internal.rekor.client_v2 import RekorV2Client
from sigstore._internal.timestamp import TimestampAuthorityClient
from sigstore.models import TransparencyLogEntry, TrustedRoot
from sigstore.sign import SigningContext

import plimsoll.runtime.trust as trust
from plimsoll.runtime.trust.instance import EmbeddedInstance
from plimsoll.runtime.trust.sigstore_inside import signing_context


def parameters(function: object) -> list[str]:
    assert callable(function)
    return [name for name in inspect.signature(function).parameters if name != "self"]


def test_the_version_is_the_one_that_was_read() -> None:
    assert sigstore.__version__.startswith("4.5.")


def test_a_context_is_made_of_these_services() -> None:
    assert parameters(SigningContext.__init__) == ["fulcio", "rekor", "trusted_root", "tsa_clients"]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (FulcioSigningCert.post, ["req", "identity"]),
        (FulcioCertificateSigningResponse, ["cert", "chain"]),
        (RekorV2Client.create_entry, ["payload"]),
        (TimestampAuthorityClient.request_timestamp, ["signature"]),
        (TransparencyLogEntry, ["inner"]),
        (TrustedRoot, ["inner"]),
    ],
)
def test_what_is_overridden_or_constructed_takes_these(function: object, expected: list[str]) -> None:
    assert parameters(function) == expected


def test_the_services_are_those_of_the_instance(instance: EmbeddedInstance) -> None:
    context = signing_context(instance)
    assert isinstance(context._fulcio, FulcioClient)
    assert isinstance(context._rekor, RekorV2Client)
    assert [isinstance(client, TimestampAuthorityClient) for client in context._tsa_clients] == [True]


def test_the_inside_is_named_in_one_module() -> None:
    folder = Path(next(iter(trust.__path__)))
    naming = {p.name for p in folder.glob("*.py") if re.search(r"^(from|import) sigstore\._", p.read_text(), re.M)}
    assert naming == {"sigstore_inside.py"}
