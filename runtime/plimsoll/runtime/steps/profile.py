"""Profile what the model was made from, scores included, and calibrate drift thresholds inside it."""

import argparse

import pyarrow as pa
import pyarrow.parquet as pq

from plimsoll.contract.places import Places
from plimsoll.runtime.models.answers import answer_columns, as_columns
from plimsoll.runtime.models.loading import load_scorer
from plimsoll.runtime.profiles.calibrate import calibrate
from plimsoll.runtime.profiles.sketches import profile
from plimsoll.runtime.steps.common import progress, say, training_request

CALIBRATION_DAYS = 30
"""The window inside the baseline over which thresholds are calibrated."""


def configure(_parser: argparse.ArgumentParser) -> None:
    """There is nothing to say."""


def run(places: Places, _arguments: argparse.Namespace) -> None:
    """Leave the artifact ``profile``: baseline.bin and calibration.json, over both windows."""
    request = training_request(places)
    columns = request.inputs.columns
    timestamp = request.inputs.examples.timestamp
    dataset = places.inputs / "dataset"
    wanted = list(dict.fromkeys((timestamp, *columns)))
    table = pa.concat_tables(
        pq.read_table(dataset / f"{name}.parquet", columns=wanted) for name in ("train", "evaluation")
    )
    progress(1, 4)
    classes = request.inputs.examples.classes
    scorer = load_scorer(places.inputs / "model", request.format, columns, request.task, classes)
    score = scorer.score({name: table[name].to_pandas() for name in columns})
    for name, answers in as_columns(score, classes).items():
        table = table.append_column(name, pa.array(answers))
    progress(2, 4)
    profiled = {**columns, **answer_columns(classes)}
    folder = places.outputs / "profile"
    folder.mkdir(parents=True, exist_ok=True)
    profile(table, profiled).write(folder / "baseline.bin")
    progress(3, 4)
    calibration = calibrate(table, timestamp, profiled, window_days=CALIBRATION_DAYS)
    calibration.write(folder / "calibration.json")
    progress(4, 4)
    say(f"profiled {table.num_rows:,} rows of {len(profiled)} columns")
