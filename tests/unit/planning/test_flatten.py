"""Specs as flat fields, in their authors' words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.kinds import Model
from plimsoll.compiler.kinds.columns import Expectation
from plimsoll.compiler.kinds.deployment import Batch
from plimsoll.compiler.kinds.gates import Gate
from plimsoll.compiler.kinds.model import Evaluation, SliceGate, Window
from plimsoll.compiler.kinds.monitoring import Drift
from plimsoll.compiler.kinds.scalars import seconds
from plimsoll.compiler.kinds.training import Training
from plimsoll.compiler.planning.flatten import flat


def test_durations_are_said_as_they_are_written() -> None:
    assert flat(Window.model_validate({"training": "150d", "evaluation": "4w"})) == {
        "training": "150d",
        "evaluation": "28d",
    }
    training = Training.model_validate({"image": "a", "code": "b", "command": ["c"], "timeout": "90m"})
    assert flat(training)["timeout"] == "90m"


def test_an_optional_duration() -> None:
    from plimsoll.compiler.kinds.datasource import DataSourceSpec

    spec = DataSourceSpec.model_validate(
        {
            "location": {"type": "file", "path": "a.parquet"},
            "region": "me-central-1",
            "jurisdiction": "AE",
            "classification": "public",
            "personalData": "none",
            "retention": "90d",
            "timestamp": "at",
            "columns": {"at": "timestamp"},
        }
    )
    assert flat(spec)["retention"] == "90d"


@given(st.integers(1, 10**8))
def test_a_duration_reads_back_as_itself(value: int) -> None:
    training = Training.model_validate({"image": "a", "code": "b", "command": ["c"], "timeout": f"{value}s"})
    assert seconds(flat(training)["timeout"]) == value


def test_members_are_named_so_that_one_change_is_one_change() -> None:
    two = Evaluation(gates=(Gate(metric="auc", minimum=0.6), Gate(metric="brier", maximum=0.2)))
    one = Evaluation(gates=(Gate(metric="brier", maximum=0.2),))
    assert flat(two)["gates[brier].maximum"] == flat(one)["gates[brier].maximum"] == "0.2"


def test_members_of_one_name_keep_apart() -> None:
    gates = Evaluation(gates=(Gate(metric="auc", minimum=0.6), Gate(metric="auc", maximum=0.99)))
    assert {route: text for route, text in flat(gates).items() if "." in route} == {
        "gates[auc].metric": "auc",
        "gates[auc].minimum": "0.6",
        "gates[auc#1].metric": "auc",
        "gates[auc#1].maximum": "0.99",
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Expectation(allowed=("a", "b")), {"allowed": "[a, b]", "maxMissing": "1"}),
        (Drift(), {"share": "0.3", "windows": "2", "of": "3"}),
        (SliceGate(by="depot", gates=(Gate(metric="auc", minimum=1e-7),)), {"gates[auc].minimum": "1e-07"}),
        (Batch.model_validate({"schedule": {"cron": "0 3 * * *"}, "window": "7d"}), {"window": "7d"}),
    ],
)
def test_values_in_words(value: Model, expected: dict[str, str]) -> None:
    assert flat(value).items() >= expected.items()
