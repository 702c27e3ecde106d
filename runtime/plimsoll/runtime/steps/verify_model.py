"""Verify the pinned package before a server starts: signature, signer, digest. Loading it checks its format."""

import argparse

from plimsoll.contract.places import Places, State
from plimsoll.runtime.models.verified import open_verified
from plimsoll.runtime.steps.common import say, serving_request


def configure(_parser: argparse.ArgumentParser) -> None:
    """There is nothing to say."""


def run(places: Places, _arguments: argparse.Namespace) -> None:
    """Refuse to let a server start on a package that does not hold."""
    request = serving_request(places)
    package = State(places.state).model_package(request.model.name, request.model.digest)
    with open_verified(package, places.trust, request.identity, request.model.digest):
        say(f"{request.model.name} version {request.model.version}, {request.model.digest}: verified")
