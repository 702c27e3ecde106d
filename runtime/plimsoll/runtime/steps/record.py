"""Record how a workflow ended: the exit handler, which runs whatever happened before it."""

import argparse
from typing import Literal

from plimsoll.contract.places import Places, State
from plimsoll.contract.requests import Contract, Digest
from plimsoll.runtime.steps.common import any_request, leave_json, say


class Ending(Contract):
    """The record of one run."""

    workflow: str
    status: Literal["Succeeded", "Failed", "Error"]
    environment: str
    spec_digest: Digest


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which workflow, and how it ended."""
    parser.add_argument("--workflow", required=True)
    parser.add_argument("--status", required=True)


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Write the record into the environment's state."""
    request = any_request(places)
    ending = Ending(
        workflow=arguments.workflow,
        status=arguments.status,
        environment=request.environment,
        spec_digest=request.spec_digest,
    )
    leave_json(State(places.state).runs() / f"{arguments.workflow}.json", ending)
    say(f"{arguments.workflow} {arguments.status.lower()}")
