"""Score all examples of a window in one go, with features as they were known, and journal what was scored."""

import argparse
from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq

from plimsoll.contract.places import Places, State
from plimsoll.contract.refusal import Refused
from plimsoll.runtime.features.examples import load_unlabelled
from plimsoll.runtime.features.store import FeatureStore
from plimsoll.runtime.models.loading import load_scorer
from plimsoll.runtime.models.verified import open_verified
from plimsoll.runtime.serving.journal import Journal
from plimsoll.runtime.steps.common import cut_off, say, serving_request


def configure(parser: argparse.ArgumentParser) -> None:
    """Say the day before which the window ends."""
    parser.add_argument("--as-of", default="")
    parser.add_argument("--started", default="")


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Leave the artifact ``predictions``: one row for each example, in its order."""
    request = serving_request(places)
    state, examples = State(places.state), request.inputs.examples
    end = cut_off(arguments.as_of, arguments.started)
    start = end - timedelta(days=request.batch_days)
    table = load_unlabelled(examples, places.data, start, end)
    if table.num_rows == 0:
        where = f"{start:%Y-%m-%d} to {end:%Y-%m-%d}"
        raise Refused("batch", where, "there is not one example in it", "choose another --as-of")
    store = FeatureStore(state, request.inputs.feature_sets)
    store.apply(delete_others=False)
    joined = store.retrieve(table, request.inputs.uses, examples.timestamp)
    published = state.model_package(request.model.name, request.model.digest)
    with open_verified(published, places.trust, request.identity, request.model.digest) as package:
        scorer = load_scorer(package.model, request.format, request.inputs.columns, request.task)
    scores = scorer.score({name: joined[name].to_pandas() for name in scorer.columns})
    ids = joined[examples.id].to_pylist()
    journal = Journal(request, state)
    journal.add(ids, end, {name: joined[name] for name in scorer.columns}, scores.tolist())
    journal.flush()
    folder = places.outputs / "predictions"
    folder.mkdir(parents=True, exist_ok=True)
    result = joined.select([examples.id, examples.timestamp]).append_column("score", pa.array(scores))
    pq.write_table(result, folder / "predictions.parquet")
    say(f"scored {len(ids):,} examples with {request.model.name} version {request.model.version}")
