"""Join the parts of a scored window, in the order of its examples, and journal what was scored."""

import argparse
import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq

from plimsoll.contract import digests
from plimsoll.contract.places import Places, State
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ServingRequest
from plimsoll.runtime.batch import in_order, leave, part_file
from plimsoll.runtime.steps.common import cut_off, progress, say, serving_request
from plimsoll.runtime.steps.partition import Part


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which parts there are, and of how many examples."""
    parser.add_argument("--as-of", default="")
    parser.add_argument("--started", default="")
    parser.add_argument("--parts", required=True, help="a JSON list of what the parts left as their parameter")
    parser.add_argument("--rows", required=True, type=int)
    parser.add_argument("--workflow", required=True)


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Leave the artifact ``predictions``: one row for each example, in its order, as without partitions."""
    request = serving_request(places)
    parts = _parts(arguments.parts)
    tables: list[pa.Table] = []
    for number, part in enumerate(parts):
        progress(number, len(parts) + 1)
        tables.append(_read(places, request, arguments.workflow, part))
    whole = in_order(tables, arguments.rows)
    leave(places, request, cut_off(arguments.as_of, arguments.started), whole)
    shutil.rmtree(State(places.state).batch(request.deployment, arguments.workflow), ignore_errors=True)
    progress(len(parts) + 1, len(parts) + 1)
    say(f"gathered {whole.num_rows:,} examples from {len(parts)} parts")


def _parts(text: str) -> tuple[Part, ...]:
    """What the parts left. Argo joins texts that are JSON as their values, or as texts, by its version."""
    try:
        items = json.loads(text)
        return tuple(Part.model_validate(json.loads(one) if isinstance(one, str) else one) for one in items)
    except (ValueError, TypeError) as error:
        raise Refused("parts", text[:80], "this is no list of what parts leave", "run the workflow again") from error


def _read(places: Places, request: ServingRequest, run_name: str, part: Part) -> pa.Table:
    file = part_file(places, request, run_name, part.part)
    if not file.is_file() or digests.of_file(file) != part.digest:
        raise Refused("part", file.name, "it is gone, or is not what its step left", "run the workflow again")
    return pq.read_table(file)
