"""Tell of a failure, or of what was done about a finding; the message is an event that names whom it concerns."""

import argparse

from plimsoll.contract.places import Places
from plimsoll.contract.requests import ServingRequest
from plimsoll.runtime.events.cloudevent import Told, Type
from plimsoll.runtime.steps.common import announce, any_request, say

_EVENTS: dict[str, Type] = {"failed": "dev.plimsoll.failed", "remediated": "dev.plimsoll.remediated"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what happened, and to which workflow."""
    parser.add_argument("--of", choices=sorted(_EVENTS), required=True)
    parser.add_argument("--workflow", required=True)
    parser.add_argument("--status", default="")


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Record the event and send it."""
    request = any_request(places)
    told = Told(
        environment=request.environment,
        model=request.model.name if isinstance(request, ServingRequest) else request.model,
        deployment=request.deployment if isinstance(request, ServingRequest) else None,
        workflow=arguments.workflow,
        status=arguments.status or None,
        action="retrain" if arguments.of == "remediated" else None,
    )
    announce(places, _EVENTS[arguments.of], told, of=arguments.workflow)
    say(f"{arguments.workflow}: {arguments.of}")
