"""Hold both windows against what their columns are expected to be; one broken expectation stops the training."""

import argparse
from pathlib import Path

import pyarrow.parquet as pq

from plimsoll.contract.inspection import ExpectationResult
from plimsoll.contract.places import Places
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Contract
from plimsoll.runtime.features.expectations import check_expectations
from plimsoll.runtime.steps.common import leave_json, say, training_request


class CheckedColumn(Contract):
    """One expectation of one column in one window, and how many values broke it."""

    window: str
    column: str
    rule: str
    rows: int
    broken: int
    passed: bool


class Validation(Contract):
    """Every expectation that was checked."""

    checks: tuple[CheckedColumn, ...]


def configure(_parser: argparse.ArgumentParser) -> None:
    """There is nothing to say."""


def run(places: Places, _arguments: argparse.Namespace) -> None:
    """Leave ``validation.json``, and refuse what breaks an expectation."""
    columns = training_request(places).inputs.columns
    checks: list[CheckedColumn] = []
    for window in ("train", "evaluation"):
        path: Path = places.inputs / "dataset" / f"{window}.parquet"
        checks += (_checked(window, result) for result in check_expectations(pq.read_table(path), columns))
    leave_json(places.outputs / "validation.json", Validation(checks=tuple(checks)))
    if broken := [check for check in checks if not check.passed]:
        words = "; ".join(f"{c.column} in {c.window}: {c.rule}, broken by {c.broken:,} of {c.rows:,}" for c in broken)
        mend = "mend the source, or change what the spec of the model or of the feature set expects"
        raise Refused("data", str(places.inputs / "dataset"), words, mend)
    say(f"{len(checks)} expectations hold")


def _checked(window: str, result: ExpectationResult) -> CheckedColumn:
    return CheckedColumn(
        window=window,
        column=result.column,
        rule=result.expected,
        rows=result.rows,
        broken=result.failures,
        passed=result.passed,
    )
