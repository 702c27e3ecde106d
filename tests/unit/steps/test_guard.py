"""A step refuses data that the place where it runs may not have, before it reads any of it."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from plimsoll.contract import exit_codes
from plimsoll.contract.guard import REGION_VARIABLE, Guard, GuardedPlace, GuardedSource
from plimsoll.contract.places import ROOT_VARIABLE
from plimsoll.contract.refusal import Refused
from plimsoll.runtime.guard import hold
from plimsoll.runtime.steps import main

PINNED = Path(__file__).parents[2] / "golden/pinned/expected"
TODAY = date(2026, 11, 30)
PLACE = GuardedPlace(
    environment="live",
    stage="production",
    region="eu-central-1",
    jurisdiction="DE",
    personal_data=("none", "pseudonymous"),
    clearance="confidential",
)
ORDERS = GuardedSource(name="orders", personal_data=("pseudonymous",), classification="internal", jurisdiction="DE")


def _hold(
    region: str | None = None,
    waived: dict[str, date] | None = None,
    place: object = None,
    purposes: tuple[str, ...] = (),
    **source: object,
) -> None:
    guard = Guard.model_validate({
        "place": PLACE.model_copy(update=place or {}),  # type: ignore[arg-type]
        "sources": (ORDERS.model_copy(update=source | {"purposes": source.get("allowed")}),),
        "purposes": purposes,
        "waived": waived or {},
    })  # fmt: skip
    hold(guard, {} if region is None else {REGION_VARIABLE: region}, TODAY, "request.json")


@pytest.mark.parametrize("region", [None, "eu-central-1"])
def test_what_a_place_admits_is_let_pass(region: str | None) -> None:
    _hold(region)


def test_a_platform_that_says_nothing_where_it_is_asked_is_not_believed() -> None:
    with pytest.raises(Refused) as refused:
        _hold("")
    assert (
        refused.value.why == "nothing says in which region the step runs, and its request was compiled for eu-central-1"
    )
    assert "topology.kubernetes.io/region" in refused.value.mend


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-10"])
def test_another_region_is_refused_with_both_and_a_way_out(region: str) -> None:
    with pytest.raises(Refused) as refused:
        _hold(region)
    assert (refused.value.what, refused.value.where) == ("data of orders", "request.json")
    assert refused.value.why == f"the step runs in {region!r}, and its request was compiled for eu-central-1"
    assert "PLIMSOLL_REGION" in refused.value.mend


@pytest.mark.parametrize(
    ("source", "place", "why"),
    [
        ({"jurisdiction": "IN"}, {}, "it is under the law of IN, and live is in eu-central-1 (DE) (RES-01)"),
        ({"personal_data": ("special",)}, {}, "it is special data, and live admits none, pseudonymous only (PRV-13)"),
        ({}, {"personal_data": ("none",)}, "it is pseudonymous data, and live admits none only (PRV-13)"),
        (
            {"personal_data": ("personal",)},
            {"personal_data": ("personal",), "stage": "staging"},
            "it is personal data, and live isn't production (PRV-13)",
        ),
        (
            {"classification": "restricted"},
            {},
            "it is restricted, and live is cleared for confidential data at most (FLW-08)",
        ),
    ],
)  # fmt: skip
def test_what_a_place_does_not_admit_is_refused(source: dict[str, str], place: dict[str, object], why: str) -> None:
    with pytest.raises(Refused) as refused:
        _hold(place=place, **source)
    assert refused.value.why == why
    assert refused.value.mend


def test_a_waiver_holds_to_the_end_of_its_last_day_for_its_rule_alone() -> None:
    _hold(waived={"RES-01": TODAY}, jurisdiction="IN")
    for waived in ({"RES-01": TODAY - timedelta(days=1)}, {"PRV-13": TODAY}):
        with pytest.raises(Refused, match="RES-01"):
            _hold(waived=waived, jurisdiction="IN")
    with pytest.raises(Refused, match="compiled for"):
        _hold("us-east-1", waived={"RES-01": TODAY})


@pytest.mark.parametrize(
    ("purposes", "allowed", "why"),
    [
        (("returns", "advertising"), ("returns", "stock"), "returns and stock alone, and is used for advertising"),
        (("advertising",), (), "nothing, and is used for advertising"),
    ],
)
def test_what_data_about_people_may_not_be_used_for_is_refused(
    purposes: tuple[str, ...], allowed: tuple[str, ...], why: str
) -> None:
    with pytest.raises(Refused) as refused:
        _hold(purposes=purposes, allowed=allowed)
    assert refused.value.why == f"it may be used for {why} (PRV-05)"
    assert "have it added where the data is collected" in refused.value.mend
    _hold(purposes=purposes, allowed=allowed, waived={"PRV-05": TODAY})


def test_a_run_without_a_purpose_reads_no_data_about_people() -> None:
    with pytest.raises(Refused, match="it is about people, and the run says no purpose"):
        _hold(allowed=("returns",))


def test_what_is_within_the_purposes_is_let_pass_and_so_is_data_about_nobody() -> None:
    _hold(purposes=("stock", "returns"), allowed=("returns", "stock"))
    _hold(purposes=("advertising",), allowed=("returns",), personal_data=())


def test_a_request_from_before_purposes_were_said_is_read_as_it_was() -> None:
    _hold(purposes=("advertising",))
    said = GuardedSource(name="a", classification="internal", jurisdiction="DE").model_dump()
    assert "purposes" not in said


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of one step, with nothing in it: whoever gets so far as to read data finds none."""
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    (tmp_path / "request").mkdir()
    return tmp_path


def _lay(root: Path, name: str) -> None:
    text = yaml.safe_load((PINNED / f"configmap-{name}.yaml").read_text())["data"]["request.json"]
    (root / "request/request.json").write_text(text)


READING = {
    "build-features --feature-set recency": "churn-train",
    "retrieve": "churn-train",
    "validate": "churn-train",
    "check-format": "churn-train",
    "evaluate": "churn-train",
    "profile": "churn-train",
    "verify-model": "churn-live",
    "serve": "churn-live",
    "refresh-features": "churn-live",
    "partition": "churn-nightly",
    "score": "churn-nightly",
    "monitor": "churn-live",
}
"""Every step that reads data or what was made of it, and a request that it is given."""


@pytest.mark.parametrize(("words", "name"), READING.items())
def test_every_step_that_reads_data_refuses_and_leaves_nothing(
    words: str, name: str, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _lay(root, name)
    monkeypatch.setenv(REGION_VARIABLE, "us-east-1")
    assert main.main(words.split()) == exit_codes.REFUSED
    assert capsys.readouterr().err.startswith("refused: data of orders: the step runs in 'us-east-1'")
    assert [path.name for path in root.rglob("*") if path.is_file()] == ["request.json"]


def test_a_request_that_was_edited_to_admit_less_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _lay(root, "churn-train")
    file = root / "request/request.json"
    request = json.loads(file.read_text())
    request["guard"]["place"]["personal_data"] = ["none"]
    file.write_text(json.dumps(request))
    assert main.main(["retrieve"]) == exit_codes.REFUSED
    assert "it is pseudonymous data, and live admits none only (PRV-13)" in capsys.readouterr().err


def test_a_request_that_was_edited_to_another_purpose_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _lay(root, "churn-train")
    file = root / "request/request.json"
    request = json.loads(file.read_text())
    assert (request["guard"]["purposes"], request["guard"]["sources"][0]["purposes"]) == (
        ["returns"],
        ["returns", "stock"],
    )
    request["guard"]["purposes"] = ["advertising"]
    file.write_text(json.dumps(request))
    assert main.main(["retrieve"]) == exit_codes.REFUSED
    assert "it may be used for returns and stock alone, and is used for advertising (PRV-05)" in capsys.readouterr().err


def test_without_a_guard_nobody_asks_where_a_step_runs(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _lay(root, "churn-train")
    file = root / "request/request.json"
    request = json.loads(file.read_text())
    assert request.pop("guard")["sources"][0]["name"] == "orders"
    file.write_text(json.dumps(request))
    monkeypatch.setenv(REGION_VARIABLE, "us-east-1")
    assert main.main(["build-features", "--feature-set", "recency"]) == exit_codes.REFUSED
    assert "orders.parquet" in capsys.readouterr().err


def test_how_a_refused_workflow_ended_is_recorded_all_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _lay(root, "churn-train")
    monkeypatch.setenv(REGION_VARIABLE, "us-east-1")
    assert main.main(["record", "--workflow", "churn-train-1", "--status", "Failed"]) == exit_codes.CLEAN
    assert (root / "state/runs/churn-train-1.json").is_file()
