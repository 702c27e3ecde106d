"""Register the signed package in MLflow as a new version, linked to commit, release, data and signature."""

import argparse

from plimsoll.contract.package import Card, Package
from plimsoll.contract.places import Places, State
from plimsoll.runtime.events.cloudevent import Told
from plimsoll.runtime.models.verified import open_verified
from plimsoll.runtime.registry import register_package
from plimsoll.runtime.steps.common import announce, leave_text, say, training_request
from plimsoll.runtime.steps.sign_model import add_origin


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which package, and where it came from."""
    parser.add_argument("--digest", default="", help="digest of the package")
    add_origin(parser)


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Verify the package, register it, and leave the parameter ``version``."""
    request = training_request(places)
    state = State(places.state)
    given = Package(places.inputs / "package")
    with open_verified(given.root, places.trust, request.identity, arguments.digest or None) as package:
        card = Card.model_validate_json(package.card.read_bytes())
        version = register_package(places.local(request.tracking_uri), state, package, card)
    leave_text(places, "version", str(version))
    say(f"registered {request.model} version {version}")
    told = Told(
        environment=request.environment,
        model=request.model,
        version=version,
        digest=arguments.digest or None,
        workflow=arguments.workflow,
        template=arguments.template or None,
        commit=arguments.commit,
        release=arguments.release,
        metrics=card.evaluation.metrics,
    )
    announce(places, "dev.plimsoll.registered", told, of=arguments.digest)
