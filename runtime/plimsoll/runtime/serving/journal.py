"""The journal of what was served: a log of predictions, to be joined with late labels, and daily profiles."""

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from plimsoll.contract.places import State
from plimsoll.contract.requests import ServingRequest
from plimsoll.runtime.models.answers import Classes, Scores, answer_columns, as_columns, most_likely
from plimsoll.runtime.profiles.live import LiveProfiler

FLUSH_ROWS = 5_000
"""Rows that are held in memory at the most before they are written."""

LOG_SCHEMA = pa.schema(
    [
        ("prediction_id", pa.string()),
        ("served_at", pa.timestamp("us", "UTC")),
        ("score", pa.float64()),
        ("version", pa.int64()),
        ("digest", pa.string()),
    ]
)
"""What is written of a prediction."""

CLASS_SCHEMA = pa.schema([*LOG_SCHEMA, ("class", pa.string()), ("probabilities", pa.map_(pa.string(), pa.float64()))])
"""Of one of several classes: the most likely class, whose probability is the score, and every class's by name."""


class Journal:
    """Writes what was served. Safe for several threads; nothing is lost on an orderly shutdown.

    What is held is bounded: where it can't be written, nothing more is noted, and so nothing more is answered.

    A prediction is identified by the id that the caller gave, so that its label can find it.
    """

    def __init__(self, request: ServingRequest, state: State) -> None:
        self._request = request
        self._log = state.predictions(request.deployment)
        self._classes = request.inputs.examples.classes
        columns = {**request.inputs.columns, **answer_columns(self._classes)}
        self._profiles = LiveProfiler(state.live_profiles(request.deployment, request.model.digest), columns)
        self._rows: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def add(self, ids: Sequence[Any], now: datetime, inputs: Mapping[str, Sequence[Any]], scores: Scores) -> None:
        """Note a batch of predictions that were served at ``now``; scores are as ``Scorer.score`` gives them.

        Raises:
            OSError: when as many are held as may be, and they cannot be written; then this batch is not noted.
        """
        self._flush_full()
        pin = self._request.model
        rows = [
            {
                "prediction_id": prediction_id(one),
                "served_at": now,
                "version": pin.version,
                "digest": pin.digest,
                **answer,
            }
            for one, answer in zip(ids, _answers(scores, self._classes), strict=True)
        ]
        self._profiles.add(now.date(), {**inputs, **as_columns(scores, self._classes)})
        with self._lock:
            self._rows += rows
        with contextlib.suppress(OSError):  # The next batch is refused for it.
            self._flush_full()

    def _flush_full(self) -> None:
        with self._lock:
            full = len(self._rows) >= FLUSH_ROWS
        if full:
            self.flush()

    def flush(self) -> None:
        """Write everything that is held.

        Raises:
            OSError: when it cannot be written; what is held is kept.
        """
        with self._lock:
            rows, self._rows = self._rows, []
        try:
            if rows:
                self._write(rows)
        except OSError:
            with self._lock:
                self._rows = rows + self._rows
            raise
        self._profiles.flush()

    def _write(self, rows: list[dict[str, Any]]) -> None:
        self._log.mkdir(parents=True, exist_ok=True)
        path = self._log / f"{rows[0]['served_at']:%Y%m%dT%H%M%S}-{uuid4().hex[:12]}.parquet"
        partial = path.with_suffix(".part")
        pq.write_table(pa.Table.from_pylist(rows, LOG_SCHEMA if self._classes is None else CLASS_SCHEMA), partial)
        partial.rename(path)


def _answers(scores: Scores, classes: Classes) -> Iterator[dict[str, Any]]:
    """What is written of each answer."""
    if classes is None:
        yield from ({"score": score} for score in scores.tolist())
        return
    for best, row in zip(most_likely(scores, classes), scores.tolist(), strict=True):
        yield {"score": max(row), "class": best, "probabilities": list(zip(classes, row, strict=True))}


def prediction_id(given: Any) -> str:
    """How an example's id stands in the log, whatever type its column has: so its label finds it."""
    return str(given)


def read_log(folder: Path) -> pa.Table:
    """Every logged prediction of a deployment; an empty table when there is none.

    It has the columns of ``CLASS_SCHEMA``; the last two are null where there are not several classes.
    """
    files = sorted(folder.glob("*.parquet"))
    return pa.concat_tables([CLASS_SCHEMA.empty_table(), *(pq.read_table(file, schema=CLASS_SCHEMA) for file in files)])
