"""Make a feature set's table. Output parameters: ``rows`` and ``digest``."""

import argparse

from plimsoll.contract.places import Places, State
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import FeatureSetRequest
from plimsoll.runtime.features.build import build_feature_table
from plimsoll.runtime.steps.common import data_request, leave_text, progress, say


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which feature set."""
    parser.add_argument("--feature-set", required=True)


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Build the table where every later step finds it."""
    feature_set = _find(places, arguments.feature_set)
    state = State(places.state)
    destination = state.feature_table(feature_set.name)
    built = build_feature_table(feature_set, places.data, destination, state=state.root, progress=progress)
    leave_text(places, "rows", str(built.rows))
    leave_text(places, "digest", built.digest)
    say(f"{feature_set.name}: {built.rows:,} rows")


def _find(places: Places, name: str) -> FeatureSetRequest:
    known = {s.name: s for s in data_request(places).inputs.feature_sets}
    if name not in known:
        raise Refused("feature set", name, f"the request knows {', '.join(sorted(known))}")
    return known[name]
