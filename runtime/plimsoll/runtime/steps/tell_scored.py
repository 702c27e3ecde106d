"""Tell that a window was scored, and where its predictions lie, once they do."""

import argparse
from datetime import timedelta

from plimsoll.contract.places import Places
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ServingRequest
from plimsoll.runtime.events.cloudevent import Told
from plimsoll.runtime.steps.common import announce, any_request, cut_off, say


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which window, and what was left of it."""
    parser.add_argument("--as-of", default="")
    parser.add_argument("--started", default="")
    parser.add_argument("--workflow", required=True, help="name of the workflow that runs")
    parser.add_argument("--rows", required=True, type=int)
    parser.add_argument("--predictions-digest", required=True)
    parser.add_argument("--artifact", help="the key of the predictions, where the artifact store is known")


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Record the event and send it.

    Raises:
        Refused: when the request is missing, damaged or of a training.
    """
    request = any_request(places)
    if not isinstance(request, ServingRequest):
        raise Refused("step request", str(places.request), f"this step tells of a batch; it is for {request.kind}")
    until = cut_off(arguments.as_of, arguments.started).date()
    told = Told(
        environment=request.environment,
        model=request.model.name,
        deployment=request.deployment,
        version=request.model.version,
        digest=request.model.digest,
        workflow=arguments.workflow,
        since=until - timedelta(days=request.batch_days),
        until=until,
        rows=arguments.rows,
        artifact=arguments.artifact,
        artifact_digest=arguments.predictions_digest,
    )
    announce(places, "dev.plimsoll.scored", told, of=arguments.workflow)
    say(f"told that {arguments.rows:,} examples were scored")
