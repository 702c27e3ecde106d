"""A violation shows the whole way of the data, step by step and across files, in every format."""

import json
from pathlib import Path

import pytest
from estates import TODAY, changed_estate

from plimsoll.cli.lsp.places import Places
from plimsoll.cli.lsp.publishing import published
from plimsoll.cli.main import main
from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.examine import examine
from plimsoll.compiler.resources import data_root

WAY = [
    "DataSource/visits: confidential health data of AE",
    "FeatureSet/ward-load reads DataSource/visits: confidential health data of AE",
    "Model/readmission reads FeatureSet/ward-load: confidential health data of AE",
    "Deployment/readmission-online brings Model/readmission to production",
]


@pytest.fixture
def abroad(tmp_path: Path) -> Path:
    """Health data of the UAE, which a feature set brings to a model that is served in Ireland."""
    return changed_estate(tmp_path / "specs", "abroad", "by features alone", "health")


def _found(folder: Path) -> Diagnostic:
    found = examine(folder, data_root("policies"), TODAY, cached=False).found
    return next(one for one in found if one.code == "PLM-RES-01" and one.subject == "Deployment/readmission-online")


def test_the_message_is_a_sentence_and_each_step_has_its_span(abroad: Path) -> None:
    found = _found(abroad)
    assert found.message == (
        "confidential health data of AE from visits reaches a server in eu-west-1, "
        "by way of FeatureSet/ward-load and Model/readmission"
    )
    steps = [label for label in found.labels if label.hop]
    assert [(label.hop, label.text) for label in steps] == list(enumerate(WAY, 1))
    lines = {path.name: path.read_text().splitlines() for path in abroad.iterdir()}
    told = [lines[label.span.path][label.span.line - 1][label.span.column - 1 : label.span.end - 1] for label in steps]
    assert told == ["special", "visits", "ward-load", "readmission"]
    assert found.caption == "server in eu-west-1, under the law of IE"
    assert [label.text for label in found.labels if not label.hop] == [
        "Environment/production: region is eu-west-1",
        "Environment/production: jurisdiction is IE",
        "DataSource/visits: jurisdiction is AE",
    ]


def test_the_terminal_numbers_the_steps(abroad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(abroad), "--no-cache"]) == 1
    shown = capsys.readouterr().out
    for number, text in enumerate([*WAY, "server in eu-west-1, under the law of IE"], 1):
        assert f" {number}. {text}\n" in shown


def test_sarif_has_the_way_as_a_code_flow(abroad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(abroad), "--no-cache", "--format", "sarif"])
    results = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    result = next(one for one in results if "a server in eu-west-1" in one["message"]["text"])
    ((flow,),) = (one["threadFlows"] for one in result["codeFlows"])
    assert [one["executionOrder"] for one in flow["locations"]] == [1, 2, 3, 4, 5]
    assert [one["location"]["message"]["text"] for one in flow["locations"]][:4] == WAY
    assert flow["locations"][-1]["location"]["physicalLocation"] == result["locations"][0]["physicalLocation"]
    assert len(result["relatedLocations"]) == 7


def test_github_and_json_have_it_too(abroad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(abroad), "--no-cache", "--format", "github"])
    annotation = next(
        one for one in capsys.readouterr().out.splitlines() if one.startswith("::error") and "a server in" in one
    )
    assert f"%0A1. {WAY[0]} (" in annotation
    main(["check", str(abroad), "--no-cache", "--json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    labels = next(one["labels"] for one in findings if "server in eu-west-1" in one["message"])
    assert [label["hop"] for label in labels] == [1, 2, 3, 4, None, None, None]


def test_a_rule_is_tried_on_every_flow_to_a_spec(abroad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    on = ["--on", "deployment/readmission-online", "-e", "production"]
    assert main(["policy", "try", *on, "RES-01", str(abroad), "--json"]) == 1
    tried = json.loads(capsys.readouterr().out)["result"]["tried"]
    assert {one["rendered"]: one["verdict"] for one in tried} == {
        "wards at server": "does not apply",
        "visits at server": "broken",
    }
    assert main(["policy", "try", "--on", "datasource/visits", "RES-01", str(abroad)]) == 1
    assert "name what owns such a place" in capsys.readouterr().err


def test_an_editor_lists_the_steps(abroad: Path) -> None:
    told = published(_found(abroad), Places(abroad, {}, {}, "utf-16"), {})
    assert told.related_information is not None
    assert [one.message for one in told.related_information][:4] == [f"{n}. {text}" for n, text in enumerate(WAY, 1)]
