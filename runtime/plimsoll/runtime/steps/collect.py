"""Take the model that a training on several machines left, and clear the folder that they shared."""

import argparse
import shutil

from plimsoll.contract.digests import files_below
from plimsoll.contract.places import Places, State
from plimsoll.contract.refusal import Refused
from plimsoll.runtime.steps.common import say


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which training."""
    parser.add_argument("--training", required=True, help="the workflow's name, without its hash")


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Leave the artifact ``model``."""
    shared = State(places.state).training(arguments.training)
    files = list(files_below(shared / "model"))
    if not files:
        why = "the machines ended well and left no file below PLIMSOLL_MODEL"
        raise Refused("model", arguments.training, why, "let the process of rank 0 write the model there")
    shutil.copytree(shared / "model", places.outputs / "model")
    shutil.rmtree(shared)
    say(f"took {len(files)} files")
