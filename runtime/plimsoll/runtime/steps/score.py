"""Score a window of examples, with features as they were known: all of it, or one part."""

import argparse

import pyarrow.parquet as pq

from plimsoll.contract import digests
from plimsoll.contract.places import Places
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ServingRequest
from plimsoll.runtime.batch import Batch, leave, load_batch, part_file, score
from plimsoll.runtime.steps.common import cut_off, leave_text, progress, say, serving_request
from plimsoll.runtime.steps.partition import Part


def configure(parser: argparse.ArgumentParser) -> None:
    """Say the day before which the window ends, and which part of it is meant."""
    parser.add_argument("--as-of", default="")
    parser.add_argument("--started", default="")
    parser.add_argument("--part", type=int, help="the number of a part; left out, the whole window")
    parser.add_argument("--window", default="", help="the digest of the window that the part was cut from")
    parser.add_argument("--workflow", default="", help="name of the workflow that runs")


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Leave the artifact ``predictions``; of a part, leave it in the state, and the parameter ``part`` that says so."""
    request = serving_request(places)
    batch = load_batch(places, request, cut_off(arguments.as_of, arguments.started))
    if arguments.part is not None:
        _part(places, request, batch, arguments)
        return
    scored = score(places, request, batch, progress=progress)
    leave(places, request, batch.end, scored)
    say(f"scored {scored.num_rows:,} examples with {request.model.name} version {request.model.version}")


def _part(places: Places, request: ServingRequest, batch: Batch, arguments: argparse.Namespace) -> None:
    if request.partitions is None or batch.digest != arguments.window:
        why = "the window has changed since it was cut" if request.partitions else "the deployment has no partitions"
        raise Refused("part", str(arguments.part), why, "run the workflow again")
    positions = batch.positions(request.partitions)[arguments.part]
    scored = score(places, request, batch, positions, progress)
    file = part_file(places, request, arguments.workflow, arguments.part)
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".part")
    pq.write_table(scored, partial)
    partial.replace(file)
    left = Part(part=arguments.part, digest=digests.of_file(file))
    leave_text(places, "part", left.model_dump_json())
    say(f"part {arguments.part}: {scored.num_rows:,} examples")
