"""By which sigstore instance a command signs: the embedded one in a folder, or one that answers over the network."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from plimsoll.contract.digests import of_file
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Identity

if TYPE_CHECKING:
    from plimsoll.runtime.trust.signer import Signs

ROOT = "trusted_root.json"


def add_signing(parser: argparse.ArgumentParser) -> None:
    """The options that choose the instance."""
    parser.add_argument(
        "--trust",
        type=Path,
        metavar="DIR",
        help="the sigstore instance, or with --sigstore the folder of trusted_root.json; "
        "default: .plimsoll/trust at the git root",
    )
    parser.add_argument(
        "--sigstore",
        metavar="FILE|public",
        help="sign without keys by another instance, by its client trust configuration; "
        "the token is in SIGSTORE_ID_TOKEN, or the CI system's",
    )


@contextmanager
def signer_of(sigstore: str | None, trust: Path, identity: Identity) -> Iterator["Signs"]:
    """Who signs as an identity; ``trust`` is the folder of the instance, or of the other one's trusted root.

    Raises:
        Refused: when whoever verifies would not believe the instance.
        Unavailable: when there is none.
    """
    if sigstore is not None:
        from plimsoll.runtime.trust.remote import RemoteSigner

        yield RemoteSigner(sigstore, trust / ROOT, identity)
        return
    from plimsoll.runtime.trust.instance import open_instance
    from plimsoll.runtime.trust.signer import Signer

    instance = open_instance(trust)
    own = of_file(instance.trusted_root)
    if identity.trusted_root not in (None, own):
        why = f"the trusted root {identity.trusted_root} is pinned, and this instance's is {own}"
        mend = "sign with the pinned instance, or pin this one by a commit"
        raise Refused("signing", str(instance.folder), why, mend)
    if identity.issuer != instance.issuer:
        why = f"{identity.issuer} must vouch for {identity.subject}, and this instance's issuer is {instance.issuer}"
        raise Refused(
            "signing", str(instance.folder), why, "sign with --sigstore, or name this one's issuer in the spec"
        )
    with Signer(instance, identity.subject) as signer:
        yield signer
