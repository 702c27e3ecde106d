"""Lay the data of a run where all machines of a training find them, and take from there what an earlier run left."""

import argparse
import shutil

from plimsoll.contract.places import Places, State
from plimsoll.runtime.steps.common import say


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which training."""
    parser.add_argument("--training", required=True, help="the workflow's name, without its hash")


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Fill the shared folder: ``dataset`` with the artifact, and an empty ``model`` for what is learned."""
    shared = State(places.state).training(arguments.training)
    shutil.rmtree(shared, ignore_errors=True)
    shutil.copytree(places.inputs / "dataset", shared / "dataset")
    (shared / "model").mkdir()
    say(f"the data lie ready for {arguments.training}")
