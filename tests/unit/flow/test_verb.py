"""``plimsoll flow``: the ways of data as a tree, a drawing, data and records."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from estates import changed_estate

from plimsoll.cli.main import main


@pytest.fixture
def estate(tmp_path: Path) -> str:
    """Health data, declassified on its only way, and a backup and logs elsewhere."""
    folder = changed_estate(tmp_path / "specs", "health", "by features alone", "declassified", "abroad", "copies")
    return str(folder)


def _shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["flow", *arguments]) == 0
    return capsys.readouterr().out


def test_the_tree_tells_labels_and_where_they_change(estate: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = _shown(capsys, "datasource/visits", estate, "-e", "production").splitlines()
    assert lines[:6] == [
        "DataSource/visits  confidential health data of AE, for care and planning, for 1095 days",
        "└─ FeatureSet/ward-load  confidential health data of AE",
        "   │  aggregated over 20; personalData from special to none, classification from confidential to internal, "
        "no longer health",
        "   └─ Model/readmission  internal data of AE",
        "      ├─ training of readmission in production with package, profile, eu-west-1 (IE)  internal data of AE",
        "      │  ├─ stores of production, eu-west-1 (IE)  internal data of AE",
    ]
    assert "      │  │  └─ backup of production, us-east-1 (US)  internal data of AE" in lines
    assert not any("staging" in line for line in lines)


def test_backwards_leads_to_every_source(estate: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = _shown(capsys, "deployment/readmission-online", estate, "-e", "staging").splitlines()
    assert lines[0].startswith("server of readmission-online in staging with predictions, monitor, cache")
    told = [line.lstrip("│├└─ ").partition("  ")[0] for line in lines]
    assert told[1:3] == ["Model/readmission", "DataSource/wards"]
    assert "DataSource/visits" in told


def test_to_leaves_only_the_ways_that_lead_there(estate: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(_shown(capsys, "datasource/visits", estate, "--to", "deployment/readmission-nightly", "--json"))
    assert [point["id"] for point in shown["result"]["points"]] == [
        "DataSource/visits",
        "FeatureSet/ward-load",
        "Model/readmission",
        "scorer of readmission-nightly in production",
    ]
    changed = [line for line in shown["result"]["lines"] if line["changes"]]
    assert [(line["from"], line["to"]) for line in changed] == [("FeatureSet/ward-load", "Model/readmission")]
    assert shown["result"]["points"][3]["place"]["region"] == "eu-west-1"
    assert shown["result"]["points"][1]["label"]["categories"] == ["health"]


def test_the_drawing_is_whole_and_runs_nothing(estate: str, capsys: pytest.CaptureFixture[str]) -> None:
    drawing = ET.fromstring(_shown(capsys, estate, "--svg"))
    names = {element.tag.rpartition("}")[2] for element in drawing.iter()}
    assert names == {"svg", "title", "style", "rect", "path", "g", "text"}
    boxes = [element for element in drawing.iter() if element.tag.endswith("}rect") and element.get("rx")]
    corners = [tuple(float(box.get(key) or 0) for key in ("x", "y", "width", "height")) for box in boxes]
    for one, (x, y, width, height) in enumerate(corners):
        assert x + width <= float(drawing.get("width") or 0)
        assert y + height <= float(drawing.get("height") or 0)
        for other_x, other_y, _, _ in corners[one + 1 :]:
            assert other_x >= x + width or x >= other_x + width or other_y >= y + height or y >= other_y + height
    titles = {(element.text or "").partition("\n")[0] for element in drawing.iter() if element.tag.endswith("}title")}
    assert {"DataSource/visits", "backup of production", "logs search of production"} <= titles


def test_a_graph_names_every_point_and_step(estate: str, capsys: pytest.CaptureFixture[str]) -> None:
    graph = _shown(capsys, estate, "--dot")
    assert '"DataSource/visits" -> "FeatureSet/ward-load"' in graph
    assert graph.startswith("digraph flow {\n")
    assert graph.rstrip().endswith("}")


def test_the_record_holds_what_specs_hold_and_says_what_they_do_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(changed_estate(tmp_path / "specs", "health", "abroad", "copies"))
    found = json.loads(_shown(capsys, folder, "--record", "--json"))["result"]
    one = next(one for one in found["activities"] if one["activity"] == "Deployment/readmission-online in production")
    assert one["purposes"] == ["planning"]
    assert one["dataCategories"]["reveals"] == ["health"]
    assert one["sources"][0]["legalBasis"] == "consent"
    assert one["sources"][0]["retentionDays"] == 1095
    assert {(t["to"], t["country"], t["basis"]) for t in one["transfers"]} == {
        ("server of readmission-online in production", "IE", None),
        ("stores of production", "IE", None),
        ("backup of production", "US", None),
    }
    assert {r["recipient"] for r in one["recipients"]} >= {"logs search of production"}
    assert any("data subjects" in text for text in found["toBeAdded"])
    page = _shown(capsys, folder, "--record")
    assert "## Deployment/readmission-online in production" in page
    assert "| categories of data subjects | to be added |" in page
    assert "# What a person must add" in page


def test_what_no_data_flows_through_is_refused_with_a_hint(estate: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flow", "datasource/visit", estate]) == 1
    assert "did you mean 'datasource/visits'?" in capsys.readouterr().err
    assert main(["flow", "datasource/visits", estate, "-e", "prod"]) == 1
    assert "no Environment 'prod'" in capsys.readouterr().err
    assert main(["flow", "visits", estate]) == 1
    assert "did you mean 'DataSource/visits'?" in capsys.readouterr().err
    assert main(["flow", "nowhere"]) == 1
    assert "is neither KIND/NAME nor a folder" in capsys.readouterr().err
