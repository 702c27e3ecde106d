"""Propose the version for promotion. Whether it is promoted is decided by a commit."""

import argparse

from plimsoll.contract.package import Card, Package, Promotion
from plimsoll.contract.places import Places
from plimsoll.runtime.steps.common import leave_json, read_json, say, training_request
from plimsoll.runtime.steps.sign_model import add_origin


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which version, and where it came from."""
    parser.add_argument("--version", required=True, type=int)
    parser.add_argument("--digest", required=True)
    add_origin(parser)


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Leave the artifact ``promotion.json``."""
    request = training_request(places)
    card = read_json(Package(places.inputs / "package").card, Card)
    promotion = Promotion(
        model=request.model,
        version=arguments.version,
        digest=arguments.digest,
        environment=request.environment,
        as_of=card.dataset.as_of,
        metrics=card.evaluation.metrics,
        commit=arguments.commit,
        release=arguments.release,
        workflow=arguments.workflow,
        template=arguments.template,
    )
    leave_json(places.outputs / "promotion.json", promotion)
    say(f"{request.model} version {arguments.version} is ready to be pinned")
