"""``plimsoll show``: what is printed is a spec, and every value of it is where its origin says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plimsoll.cli.views.paint import Style
from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile

ROOT = Path(__file__).parents[3]
ONLINE = "deployment/flight-delay-online"


@pytest.fixture
def show(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.chdir(ROOT)
    return lambda *arguments: run("show", *arguments)


def value_of(text: str) -> dict[str, Any]:
    [document] = parse(SourceFile("shown.yaml", text)).value or ()
    return document.value


def value_at(value: Any, route: list[Any]) -> Any:
    for part in route:
        value = value[part]
    return value


def test_an_environment_is_laid_over_and_defaults_are_filled_in(show: Callable[..., Any]) -> None:
    shown = show(ONLINE, "--environment", "production")
    assert shown.code == 0
    spec = value_of(shown.out)["spec"]
    assert spec["online"]["scaling"] == {"min": 3, "max": 8, "targetCpu": 70}
    assert spec["resources"] == {"cpu": "1", "memory": "2Gi"}
    assert spec["timeout"] == "1h"
    assert spec["environments"] == {"production": {}}


def test_without_an_environment_overlays_stay_apart(show: Callable[..., Any]) -> None:
    spec = value_of(show(ONLINE).out)["spec"]
    assert spec["online"]["scaling"]["max"] == 2
    assert spec["environments"]["staging"] == {"online": {"scaling": {"min": 2, "max": 4}}}


def test_origins_name_the_spec_the_overlay_and_the_default(show: Callable[..., Any]) -> None:
    lines = show(ONLINE, "-e", "production", "--origins").out.splitlines()
    place = "specs/deployments/flight-delay-online.yaml"
    ends = {line.split(":")[0].strip(): line.partition("  # ")[2] for line in lines}
    text = (ROOT / place).read_text().splitlines()
    number = next(number for number, line in enumerate(text, 1) if line.startswith("    port:"))
    assert ends["port"] == f"{place}:{number}:11"
    laid = max(number for number, line in enumerate(text, 1) if "scaling: {min: 3" in line)
    assert ends["min"] == f"{place}:{laid}:31 (overlay)"
    assert ends["timeout"] == "default"


@pytest.mark.parametrize("asked", [ONLINE, "model/flight-delay", "featureset/origin-weather"])
def test_origins_are_comments_and_change_nothing(show: Callable[..., Any], asked: str) -> None:
    assert value_of(show(asked, "--origins").out) == value_of(show(asked).out)


@pytest.mark.parametrize("environment", ["local", "staging", "production"])
def test_every_written_value_stands_where_its_origin_says(show: Callable[..., Any], environment: str) -> None:
    result = show(ONLINE, "-e", environment, "--json").document["result"]
    seen = set()
    for one in result["values"]:
        seen.add(one["origin"])
        assert value_at(result["spec"], one["route"]) == one["value"]
        if one["origin"] == "default":
            assert (one["path"], one["line"], one["column"]) == (None, None, None)
        elif isinstance(one["value"], str):
            line = (ROOT / one["path"]).read_text().splitlines()[one["line"] - 1]
            assert line[one["column"] - 1 :].lstrip('"').startswith(one["value"])
    assert seen == {"spec", "overlay", "default"}


def test_a_value_that_an_overlay_takes_away_falls_back_to_its_default(
    show: Callable[..., Any], run: Callable[..., Any], project: Path, edit: Callable[[Path, str, str], None]
) -> None:
    [file] = (project / "specs/deployments").glob("*.yaml")
    edit(file, "local: {}", "local: {resources: null}")
    result = run("show", "deployment/parcels-online", "-e", "local", "--json").document["result"]
    found = {tuple(one["route"]): one for one in result["values"]}
    assert found[("spec", "resources", "cpu")]["value"] == "1"
    assert found[("spec", "resources", "cpu")]["origin"] == "default"


@pytest.mark.parametrize("asked", ["DEPLOYMENT/flight-delay-online", "Deployment/flight-delay-online"])
def test_the_kind_is_read_in_any_case(show: Callable[..., Any], asked: str) -> None:
    assert show(asked).out == show(ONLINE).out


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("deployment/flight-delay-onlin", "Deployment/flight-delay-online"),
        ("deploiment/flight-delay-online", "Deployment/flight-delay-online"),
        ("flight-delay", "Model/flight-delay"),
    ],
)
def test_what_is_unknown_is_refused_with_what_may_be_meant(show: Callable[..., Any], asked: str, meant: str) -> None:
    shown = show(asked)
    assert shown.code == 1
    assert f"did you mean {meant!r}?".lower() in shown.err.lower()


def test_an_environment_that_is_unknown_or_not_the_deployments_is_refused(show: Callable[..., Any]) -> None:
    assert "did you mean 'production'?" in show(ONLINE, "-e", "prodution").err
    assert "does not run in 'staging'" in show("deployment/flight-delay-nightly", "-e", "staging").err


def test_a_model_is_the_same_in_every_environment(show: Callable[..., Any]) -> None:
    assert show("model/flight-delay", "-e", "production").out == show("model/flight-delay").out


def test_faults_are_shown_as_check_shows_them(
    run: Callable[..., Any], project: Path, edit: Callable[[Path, str, str], None]
) -> None:
    edit(project / "specs/models/parcels.yaml", "task:", "taks:")
    shown = run("show", "model/parcels")
    assert shown.code == 1
    assert "error[PLM-TYP-003]" in shown.out


def test_colours_tell_what_an_environment_changes_and_what_is_filled_in(show: Callable[..., Any]) -> None:
    coloured = show(ONLINE, "-e", "production", "--color", "always").out
    assert f"min: \x1b[{Style.CHANGED.value}m3\x1b[0m" in coloured
    assert f"timeout: \x1b[{Style.DIM.value}m1h\x1b[0m" in coloured
    assert "\x1b" not in show(ONLINE, "-e", "production", "--color", "never").out
