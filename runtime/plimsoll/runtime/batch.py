"""A window of examples, scored in one go or in parts that are joined again: the result is the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from plimsoll.contract import digests
from plimsoll.contract.places import Places, State
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import MOST_PARTS, Partitions, ServingRequest
from plimsoll.runtime.features.examples import load_unlabelled, none_between
from plimsoll.runtime.features.store import FeatureStore
from plimsoll.runtime.models.answers import Classes, Scores, handed_on, probability_columns
from plimsoll.runtime.models.loading import load_scorer
from plimsoll.runtime.models.verified import open_verified
from plimsoll.runtime.serving.journal import Journal

PREDICTIONS_FILE = "predictions.parquet"
"""What the artifact ``predictions`` holds."""

POSITION, SCORE = "plimsoll.position", "plimsoll.score"
"""Columns of scored rows beside the model's inputs; no column of a spec has a dot in its name. Of several classes, each
has a column of its own in the place of the score."""


@dataclass(frozen=True)
class Batch:
    """The examples of a window in their order, each with its position."""

    end: datetime
    table: pa.Table
    digest: str
    """Of the examples' ids in order: every part must be cut from the same window."""

    def positions(self, rules: Partitions) -> tuple[list[int], ...]:
        """The positions of each part; none is empty, and each example is in one.

        Raises:
            Refused: when there would be too many parts.
        """
        rows = self.table.num_rows
        if rules.by is None:
            count = min(rules.count or 1, rows)
            return tuple(list(range(rows * k // count, rows * (k + 1) // count)) for k in range(count))
        column = self.table[rules.by].to_pylist()
        values = sorted({value for value in column if value is not None}, key=lambda value: (str(type(value)), value))
        wanted = [*values, *([None] if None in column else [])]
        if len(wanted) > MOST_PARTS:
            why = f"{rules.by} has {len(wanted):,} values in the window; at most {MOST_PARTS} parts are made"
            raise Refused("batch.partitions", rules.by, why, "cut by another column, or into a count of parts")
        places: dict[object, list[int]] = {value: [] for value in wanted}
        for position, value in enumerate(column):
            places[value].append(position)
        return tuple(places.values())


def load_batch(places: Places, request: ServingRequest, end: datetime) -> Batch:
    """The examples of the window that ends at a moment.

    Raises:
        Refused: when there is not one, or the table disagrees with its declaration.
    """
    start = end - timedelta(days=request.batch_days)
    table = load_unlabelled(request.inputs.examples, places.data, start, end)
    if table.num_rows == 0:
        raise none_between("batch", request.inputs.examples, places.data, start, end, "choose another --as-of")
    ids = "\n".join(map(str, table[request.inputs.examples.id].to_pylist()))
    return Batch(end, table, digests.of_bytes(ids.encode()))


def score(
    places: Places,
    request: ServingRequest,
    batch: Batch,
    positions: Sequence[int] | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> pa.Table:
    """The rows at some positions of a batch, or all, with the pinned model's inputs, ``POSITION`` and its answers.

    Raises:
        Refused: when the package does not hold, or features are missing.
    """
    state, examples = State(places.state), request.inputs.examples
    chosen = batch.table if positions is None else batch.table.take(pa.array(positions, pa.int64()))
    progress(0, 3)
    store = FeatureStore(state, request.inputs.feature_sets)
    store.apply(delete_others=False)
    joined = store.retrieve(chosen, request.inputs.uses, examples.timestamp)
    progress(1, 3)
    published = state.model_package(request.model.name, request.model.digest)
    with open_verified(published, places.trust, request.identity, request.model.digest) as package:
        scorer = load_scorer(package.model, request.format, request.inputs.columns, request.task, examples.classes)
    progress(2, 3)
    scores = scorer.score({name: joined[name].to_pandas() for name in scorer.columns})
    progress(3, 3)
    rows = range(batch.table.num_rows) if positions is None else positions
    kept = joined.select(list(dict.fromkeys((examples.id, examples.timestamp, *scorer.columns))))
    numbered = kept.append_column(POSITION, pa.array(rows, pa.int64()))
    if examples.classes is None:
        return numbered.append_column(SCORE, pa.array(scores, pa.float64()))
    for name, column in zip(probability_columns(examples.classes), scores.T, strict=True):
        numbered = numbered.append_column(name, pa.array(column, pa.float64()))
    return numbered


def leave(places: Places, request: ServingRequest, end: datetime, scored: pa.Table) -> None:
    """Leave the artifact ``predictions``, one row for each example in its order, and journal what was scored.

    The parameters ``rows`` and ``digest`` say how many there are, and what the file is known by.
    """
    examples = request.inputs.examples
    scores = _scores(scored, examples.classes)
    result = scored.select([examples.id, examples.timestamp])
    for name, column in handed_on(scores, examples.classes).items():
        result = result.append_column(name, pa.array(column))
    folder = places.outputs / "predictions"
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(result, folder / PREDICTIONS_FILE)
    (places.outputs / "rows").write_text(str(result.num_rows), encoding="utf-8")
    (places.outputs / "digest").write_text(digests.of_file(folder / PREDICTIONS_FILE), encoding="utf-8")
    journal = Journal(request, State(places.state))
    inputs = {name: scored[name] for name in request.inputs.columns}
    journal.add(scored[examples.id].to_pylist(), end, inputs, scores)
    journal.flush()


def _scores(scored: pa.Table, classes: Classes) -> Scores:
    """The answers of scored rows, of shape [n]; or of several classes, of shape [n, k]."""
    if classes is None:
        return np.asarray(scored[SCORE], dtype=np.float64)
    columns = [np.asarray(scored[name], dtype=np.float64) for name in probability_columns(classes)]
    return np.stack(columns, axis=1)


def part_file(places: Places, request: ServingRequest, run: str, part: int) -> Path:
    """Where a part lies until it is gathered."""
    return State(places.state).batch(request.deployment, run) / f"{part:04}.parquet"


def in_order(tables: Sequence[pa.Table], rows: int) -> pa.Table:
    """The parts of a batch as one table, in the order of its examples.

    Raises:
        Refused: when an example is missing or is there twice.
    """
    whole = pa.concat_tables(tables).sort_by(POSITION) if tables else pa.table({POSITION: pa.array([], pa.int64())})
    if not pc.equal(whole[POSITION].combine_chunks(), pa.array(range(whole.num_rows), pa.int64())).true_count == rows:
        raise Refused("batch", f"{whole.num_rows:,} rows", f"the parts do not make the {rows:,} examples of the window")
    return whole
