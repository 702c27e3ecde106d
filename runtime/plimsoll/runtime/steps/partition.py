"""List the parts in which a window of examples is scored."""

import argparse
import json

from plimsoll.contract.places import Places
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Contract, Digest
from plimsoll.runtime.batch import load_batch
from plimsoll.runtime.steps.common import cut_off, leave_text, say, serving_request


class Part(Contract):
    """A part that was scored."""

    part: int
    digest: Digest


def configure(parser: argparse.ArgumentParser) -> None:
    """Say the day before which the window ends."""
    parser.add_argument("--as-of", default="")
    parser.add_argument("--started", default="")


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Leave the parameters ``parts``, a JSON list of numbers, and ``window``, the digest of what they were cut from.

    Numbers and no values: what stands in a workflow's parameters is shown to whoever may see workflows.
    """
    request = serving_request(places)
    if request.partitions is None:
        raise Refused("partition", f"Deployment/{request.deployment}", "its batch has no partitions")
    batch = load_batch(places, request, cut_off(arguments.as_of, arguments.started))
    sizes = [len(positions) for positions in batch.positions(request.partitions)]
    leave_text(places, "parts", json.dumps([str(number) for number in range(len(sizes))]))
    leave_text(places, "window", batch.digest)
    leave_text(places, "rows", str(batch.table.num_rows))
    say(f"{batch.table.num_rows:,} examples in {len(sizes)} parts, the largest of {max(sizes):,}")
