"""Join features to labelled examples as they were known, and cut a training window and a later evaluation window.

Only examples whose label was known at the cut-off take part: the evaluation window ends at the cut-off less the label's
delay, and the training window ends where the evaluation window begins.
"""

import argparse
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from plimsoll.contract import digests
from plimsoll.contract.package import Dataset, DataWindow
from plimsoll.contract.places import Places, State
from plimsoll.contract.requests import TrainingRequest
from plimsoll.runtime.features.classes import require_labels, require_learnable
from plimsoll.runtime.features.examples import load_examples, none_between
from plimsoll.runtime.steps.common import cut_off, leave_json, leave_text, progress, say, training_request


def configure(parser: argparse.ArgumentParser) -> None:
    """Say before which day data counts."""
    parser.add_argument("--as-of", default="")
    parser.add_argument("--started", default="")


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Leave the artifact ``dataset``: train.parquet, evaluation.parquet and dataset.json."""
    request = training_request(places)
    moment = cut_off(arguments.as_of, arguments.started)
    end = moment - timedelta(seconds=request.inputs.examples.label_delay)
    middle = end - timedelta(days=request.evaluation_days)
    start = middle - timedelta(days=request.training_days)
    table = _joined(places, request, start, end)
    progress(2, 4)
    early = pc.less(table[request.inputs.examples.timestamp], pa.scalar(middle, pa.timestamp("us", "UTC")))
    learned = table.filter(early)
    windows = {
        "training": _window(places, request, "train", learned, start, middle),
        "evaluation": _window(places, request, "evaluation", table.filter(pc.invert(early)), middle, end),
    }
    require_learnable(request, learned[request.inputs.examples.label])
    progress(3, 4)
    tables = _read_tables(places, request)
    identity = digests.of_json({**tables, **{name: window.digest for name, window in windows.items()}})
    dataset = Dataset(as_of=moment.date(), **windows, tables=tables, digest=identity)
    leave_json(places.outputs / "dataset" / "dataset.json", dataset)
    leave_text(places, "data-digest", identity)
    progress(4, 4)
    say(f"{windows['training'].rows:,} rows to learn from, {windows['evaluation'].rows:,} to be judged on")


def _joined(places: Places, request: TrainingRequest, start: datetime, end: datetime) -> pa.Table:
    from plimsoll.runtime.features.store import FeatureStore

    inputs = request.inputs
    progress(0, 4)
    examples = load_examples(inputs.examples, places.data, start, end)
    require_labels(request, examples[inputs.examples.label])
    progress(1, 4)
    store = FeatureStore(State(places.state), inputs.feature_sets)
    store.apply(delete_others=False)
    return store.retrieve(examples, inputs.uses, inputs.examples.timestamp)


def _window(
    places: Places, request: TrainingRequest, name: str, table: pa.Table, start: datetime, end: datetime
) -> DataWindow:
    if table.num_rows == 0:
        mend = "choose another --as-of"
        raise none_between(f"{name} window", request.inputs.examples, places.data, start, end, mend)
    path = places.outputs / "dataset" / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)
    return DataWindow(start=start, end=end, rows=table.num_rows, digest=digests.of_file(path))


def _read_tables(places: Places, request: TrainingRequest) -> dict[str, str]:
    """The digest of every table that the examples and features came from."""
    inputs, state = request.inputs, State(places.state)
    sources = {s.name: s for feature_set in inputs.feature_sets for s in feature_set.sources if s.origin == "data"}
    sources[inputs.examples.table.name] = inputs.examples.table
    tables = {f"DataSource/{name}": digests.of_file(places.data / table.path) for name, table in sources.items()}
    features = {f"FeatureSet/{s.name}": digests.of_file(state.feature_table(s.name)) for s in inputs.feature_sets}
    return {**tables, **features}
