"""What steps are told is what the specs say."""

from collections.abc import Callable
from pathlib import Path

import yaml

from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.rendering.release import Release
from plimsoll.compiler.rendering.requests import request_text, serving_request, training_request
from plimsoll.compiler.rendering.written import readable_json
from plimsoll.contract.places import State
from plimsoll.contract.requests import CsvFormat, ServingRequest, TrainingRequest, read_request

Checking = Callable[[Path], CheckedProject]


def test_training_request_holds_the_specs_in_the_units_of_the_contract(specs: Path, checking: Checking) -> None:
    project = checking(specs).project
    request = training_request(project, project.models["churn"].spec, "live")
    assert (request.training_days, request.evaluation_days) == (182, 28)
    assert request.inputs.examples.label_delay == 14 * 86_400
    assert request.inputs.examples.table.path == "shop/orders.parquet"
    assert request.identity.subject == "model@example.org"
    assert request.identity.trusted_root == "sha256:" + "2" * 64
    assert request.parameters == {"rate": 0.1, "seed": 7, "loss": "log", "warm": True}
    (recency,) = request.inputs.feature_sets
    assert recency.ttl == 7 * 86_400
    assert recency.sql == (specs / "recency.sql").read_text()
    assert list(request.inputs.columns) == ["amount", "orders_30d"]


def test_feature_sets_come_after_those_that_they_are_made_from(gpu_specs: Path, checking: Checking) -> None:
    project = checking(gpu_specs).project
    request = training_request(project, project.models["pump-wear"].spec, "lab")
    assert [one.name for one in request.inputs.feature_sets] == ["hourly", "daily"]
    made, read = request.inputs.feature_sets[1].sources
    assert (made.origin, made.timestamp) == ("features", "hour")
    assert Path("state", made.path) == State(Path("state")).feature_table("hourly")
    assert made.columns == {"pump": "string", "hour": "timestamp", "mean": "float"}
    assert read.origin == "data"


def test_serving_requests_hold_the_values_of_the_environment(specs: Path, checking: Checking) -> None:
    project = checking(specs).project
    online, nightly = (serving_request(project, placed) for placed in project.placed_in("live"))
    assert (online.mode, online.max_staleness, online.model.version) == ("online", "reject", 4)
    assert online.monitor is not None
    assert online.monitor.retrain_on == ("performance-loss",)
    assert (nightly.mode, nightly.batch_days, nightly.monitor) == ("batch", 2, None)


def test_rendered_requests_are_read_back_by_the_runtime(
    release: Release, specs: Path, checking: Checking, tmp_path: Path
) -> None:
    project = checking(specs).project
    expected: dict[str, TrainingRequest | ServingRequest] = {
        "configmap-churn-train.yaml": training_request(project, project.models["churn"].spec, "live"),
        "configmap-churn-live.yaml": serving_request(project, project.placed_in("live")[0]),
        "configmap-churn-nightly.yaml": serving_request(project, project.placed_in("live")[1]),
    }
    for file, request in expected.items():
        path = tmp_path / "request.json"
        path.write_text(yaml.safe_load(release.files[file])["data"]["request.json"])
        assert read_request(path) == request


def test_the_text_of_a_request_is_that_of_all_it_holds(specs: Path, gpu_specs: Path, checking: Checking) -> None:
    for folder, model, environment in ((specs, "churn", "live"), (gpu_specs, "pump-wear", "lab")):
        project = checking(folder).project
        told = training_request(project, project.models[model].spec, environment)
        misleading = {"inputs": '\n  "inputs": {', "other": "x"}
        for one in (
            told,
            told.model_copy(update={"parameters": misleading}),
            *(serving_request(project, placed) for placed in project.placed_in(environment) if placed.spec.pin),
        ):
            assert request_text(project, model, one) == readable_json(one)


def test_a_csv_file_is_said_to_be_one_and_a_parquet_file_leaves_no_trace(specs: Path, checking: Checking) -> None:
    project = checking(specs).project
    before = training_request(project, project.models["churn"].spec, "live")
    assert '"csv"' not in str(request_text(project, "churn", before))
    (spec,) = (path for path in specs.rglob("*.yaml") if "path: shop/orders.parquet" in path.read_text())
    said = "path: shop/orders.csv, format: csv, csv: {delimiter: semicolon, nulls: [NA], timezone: Asia/Dubai}"
    spec.write_text(spec.read_text().replace("path: shop/orders.parquet", said))
    project = checking(specs).project
    after = training_request(project, project.models["churn"].spec, "live")
    expected = CsvFormat(delimiter="semicolon", nulls=("NA",), timezone="Asia/Dubai")
    tables = [after.inputs.examples.table, *(one for made in after.inputs.feature_sets for one in made.sources)]
    assert {one.csv for one in tables if one.path == "shop/orders.csv"} == {expected}
    assert request_text(project, "churn", after) == readable_json(after)
