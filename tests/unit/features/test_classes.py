"""Labels of several classes, of real flights: read as text, held to what the spec names, and each seen in training."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Examples, TrainingRequest
from plimsoll.runtime.features.classes import require_labels, require_learnable
from plimsoll.runtime.features.examples import label_table, load_examples

START, END = datetime(2013, 1, 10, tzinfo=UTC), datetime(2013, 1, 12, tzinfo=UTC)
GOLDEN = Path(__file__).parents[2] / "golden/several-classes/expected/configmap-belt-train.yaml"
OUTCOME = (
    "CASE WHEN arr_delay < -15 THEN 'early' WHEN arr_delay <= 15 THEN 'on-time' WHEN arr_delay > 15 THEN 'late' END"
)


@pytest.fixture(scope="module")
def request_() -> TrainingRequest:
    """Of a golden release: the classes are small, large, by hand and 4."""
    return TrainingRequest.model_validate(json.loads(yaml.safe_load(GOLDEN.read_text())["data"]["request.json"]))


def of_classes(flights: Examples, sql: str) -> Examples:
    return flights.model_copy(update={"label": "outcome", "label_sql": sql, "classes": ("early", "on-time", "late")})


def test_a_label_is_text_and_rows_without_one_are_left_out(flights: Examples, data: Path) -> None:
    table = load_examples(of_classes(flights, OUTCOME), data, START, END)
    assert table.schema.field("outcome").type == pa.string()
    assert table.num_rows == load_examples(flights, data, START, END).num_rows
    late = pa.array([one == "late" for one in table["outcome"].to_pylist()])
    assert late.true_count == sum(load_examples(flights, data, START, END)["late"].to_pylist())
    assert set(label_table(of_classes(flights, OUTCOME), data, START, END)["outcome"].to_pylist()) == {
        "early",
        "on-time",
        "late",
    }


def test_whole_numbers_are_read_as_text(flights: Examples, data: Path) -> None:
    table = load_examples(of_classes(flights, "distance // 1000"), data, START, END)
    assert set(table["outcome"].to_pylist()) >= {"0", "1", "2"}


@pytest.mark.parametrize(("sql", "kind"), [("arr_delay", "DOUBLE"), ("arr_delay > 15", "BOOLEAN")])
def test_a_fraction_or_a_truth_value_is_no_class(flights: Examples, data: Path, sql: str, kind: str) -> None:
    with pytest.raises(Refused, match=f"of type {kind}; one of several classes is text or a whole number"):
        load_examples(of_classes(flights, sql), data, START, END)


def test_labels_that_the_spec_does_not_name_are_refused_with_their_count(request_: TrainingRequest) -> None:
    require_labels(request_, pa.chunked_array([["small", "4", "by hand"], ["small"]]))
    with pytest.raises(Refused, match="2 of 4 labels are none of the classes: 'Small', 'tiny'") as refused:
        require_labels(request_, pa.chunked_array([["small", "tiny"], ["Small", "4"]]))
    assert refused.value.where == "Model/belt spec.examples.label.classes"
    with pytest.raises(Refused, match="'0', '1', '10', '11', '12' and 14 more"):
        require_labels(request_, pa.chunked_array([[str(number) for number in range(20)]]))


def test_a_class_without_an_example_to_learn_from_is_refused(request_: TrainingRequest) -> None:
    require_learnable(request_, pa.chunked_array([["small", "large", "by hand", "4"]]))
    with pytest.raises(Refused, match="no example of 'large', '4' in the 182 days that are learned from"):
        require_learnable(request_, pa.chunked_array([["small", "by hand"]]))


def test_other_tasks_have_no_classes_to_miss(request_: TrainingRequest, flights: Examples) -> None:
    inputs = request_.inputs.model_copy(update={"examples": flights})
    request = request_.model_copy(update={"inputs": inputs, "task": "regression"})
    numbers = pa.chunked_array([[1.5, 7.0]])
    require_labels(request, numbers)
    require_learnable(request, numbers)
    with pytest.raises(Refused, match="is to be 0 or 1; there are 2 other values"):
        require_labels(request.model_copy(update={"task": "binary-classification"}), numbers)
