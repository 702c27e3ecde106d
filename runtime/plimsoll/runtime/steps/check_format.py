"""Hold the model's files against the declared format, without loading them."""

import argparse

from plimsoll.contract.places import Places
from plimsoll.runtime.models.loading import check_format
from plimsoll.runtime.steps.common import say, training_request


def configure(_parser: argparse.ArgumentParser) -> None:
    """There is nothing to say."""


def run(places: Places, _arguments: argparse.Namespace) -> None:
    """Refuse a model that is not what its spec says."""
    request = training_request(places)
    path = check_format(places.inputs / "model", request.format)
    say(f"{path.name}: {request.format.name}, {path.stat().st_size:,} bytes, only trusted types")
