"""What is wrong with a request is told to who sent it, and leaves nothing behind."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from request_bodies import records, tensors
from starlette.testclient import TestClient

from plimsoll.contract.places import State
from plimsoll.contract.requests import ServingRequest
from plimsoll.runtime.serving.asked import MAX_BYTES, kinds_of
from plimsoll.runtime.serving.journal import read_log

ROW = {"parcel_id": "P-1", "depot": "AUH", "weight": 3.0}
Serve = Callable[..., TestClient]


BROKEN: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"{", "malformed"),
    "no bytes at all": (b"", "malformed"),
    "not UTF-8": (b'{"dataframe_records": "\xff"}', "malformed"),
    "a list": (b"[]", "dataframe_records"),
    "null": (b"null", "dataframe_records"),
    "another key": (b'{"rows": []}', "dataframe_records"),
    "rows that are text": (b'{"dataframe_records": "abc"}', "not a list of objects"),
    "a row that is a number": (b'{"dataframe_records": [1]}', "not a list of objects"),
    "rows nested without end": (b'{"dataframe_records": ' + b"[" * 100_000, "malformed"),
    "text for a number": (
        json.dumps(records({**ROW, "weight": "heavy"})).encode(),
        "'weight' is declared as float and is 'heavy'",
    ),
    "a list for a number": (json.dumps(records({**ROW, "weight": [1]})).encode(), "is declared as float and is [1]"),
    "a number beyond any float": (json.dumps(records({**ROW, "weight": 10**400})).encode(), "is declared as float"),
    "an object for text": (json.dumps(records({**ROW, "depot": {"a": 1}})).encode(), "is declared as string and is {"),
    "half a character": (json.dumps(records({**ROW, "depot": "\ud800"})).encode(), "text in Unicode"),
    "half a character for an id": (json.dumps(records({**ROW, "parcel_id": "\ud800"})).encode(), "'parcel_id'"),
    "the second row is wrong": (json.dumps(records(ROW, {**ROW, "weight": {}})).encode(), "row 1"),
    "a number for a key": (json.dumps(records({**ROW, "depot": 7})).encode(), "is declared as string and is 7"),
    "no row": (b'{"dataframe_records": []}', "between 1 and 10,000"),
    "a column is missing": (json.dumps(records({"depot": "AUH"})).encode(), "row 0"),
    "one row lacks it": (json.dumps(records(ROW, {"weight": 1.0})).encode(), "row 1"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_request_is_answered_with_400_and_says_why(serve: Serve, state: State, case: str) -> None:
    body, said = BROKEN[case]
    with serve() as client:
        answer = client.post("/invocations", content=body, headers={"content-type": "application/json"})
        assert 'status="400"} 1' in client.get("/metrics").text
    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert answer.json()["error"].strip()
    assert read_log(state.predictions("parcels-online")).num_rows == 0
    assert not list(state.root.glob("profiles/**/*.bin"))


def test_no_more_of_a_request_is_held_than_may_be(serve: Serve) -> None:
    row = json.dumps(records({**ROW, "note": "x" * MAX_BYTES})).encode()
    with serve() as client:
        answer = client.post("/invocations", content=row)
        assert client.post("/invocations", json=records(ROW)).status_code == 200
    assert answer.status_code == 400
    assert "longer than 67,108,864 bytes" in answer.json()["error"]


def test_what_is_missing_is_named(serve: Serve) -> None:
    with serve() as client:
        error = client.post("/invocations", json=records({"parcel_id": "P"})).json()["error"]
    assert "depot, weight missing" in error
    assert "send every input and key" in error


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"inputs": []},
        {"inputs": [{"name": "depot"}]},
        tensors(depot=["AUH"], weight=[1.0, 2.0]),
        tensors(depot=["AUH"]),
        {"inputs": "depot"},
    ],
    ids=["nothing", "no tensor", "no data", "of different lengths", "a missing tensor", "text"],
)
def test_broken_tensors_are_answered_with_400(serve: Serve, body: Any) -> None:
    with serve() as client:
        answer = client.post("/v2/models/parcels/infer", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_what_is_asked_for_are_the_inputs_and_the_keys_that_are_none(request_: ServingRequest) -> None:
    """The metadata of a server names these, so that a client that reads it sends all that it must."""
    examples = request_.inputs.examples
    assert kinds_of(examples) == {"depot": "string", "weight": "float"}
    alone = {name: column for name, column in examples.columns.items() if name != "depot"}
    assert kinds_of(examples.model_copy(update={"columns": alone})) == {"weight": "float", "depot": "string"}
