"""No text of a spec changes the structure of what is rendered, and each arrives as it was written."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.rendering.release import Release, render
from plimsoll.compiler.rendering.scalars import as_yaml
from plimsoll.contract.requests import ServingRequest, TrainingRequest, _Envelope

_NASTY = st.sampled_from(
    [
        "'", '"', "\\", "\n", "\r\n", "\t", ": ", "- ", "#", "&a *a", "!!python/object:os.system", "---\n", "...\n",
        "[[ 7*7 ]]", "[% raw %]", "[# x #]", "{% %}", "{ {", "}}", "|", ">", "%YAML 1.1\n", "\u202e", "\u2028", "\x85",
        "\x00", "\ufeff", "😀", "مرحبا", "x" * 10_000, "\nspec:\n", '\n  name: "churn-train"\n', "null", "$(id)",
    ]
)  # fmt: skip
_TEXT = st.lists(_NASTY | st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=6).map("".join)
FREE = _TEXT.filter(lambda text: len(text) > 3)
ARGO = FREE.filter(lambda text: "{{" not in text)


def _texts() -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(
        {
            "description": ARGO.map(lambda text: text[:1000]),
            "owner": ARGO.map(lambda text: text[:120]),
            "command": ARGO,
            "parameter": FREE,
            "label": FREE.map(lambda text: text[:1000]),
            "filter": FREE,
            "allowed": FREE.map(lambda text: text[:200]),
            "sql": FREE,
            "tracking": FREE.map(lambda text: "http://mlflow.mlops.svc:5000/" + re.sub(r"[^!-z|~]", "", text)[:400]),
        }
    )


def _write(folder: Path, texts: dict[str, str]) -> None:
    def change(name: str, edit: Callable[[dict[str, Any]], None]) -> None:
        path = folder / name
        value = YAML(typ="safe").load(path.read_text())
        edit(value)
        path.write_text("".join(f"{key}: {as_yaml(item)}\n" for key, item in value.items()))

    def model(value: dict[str, Any]) -> None:
        value["metadata"] |= {"description": texts["description"], "owner": texts["owner"]}
        spec = value["spec"]
        spec["training"]["command"] = ["python", "-c", texts["command"]]
        spec["training"]["parameters"] = {"text": texts["parameter"]}
        spec["examples"] |= {"filter": texts["filter"]}
        spec["examples"]["label"]["expression"] = texts["label"]
        spec["examples"]["inputs"]["amount"]["expect"] = {"allowed": [texts["allowed"]]}

    def deployment(value: dict[str, Any]) -> None:
        value["metadata"] |= {"description": texts["description"], "owner": texts["owner"]}

    change("churn.yaml", model)
    change("churn-live.yaml", deployment)
    change("recency.yaml", lambda value: value["spec"].update(transformation={"sql": texts["sql"]}))
    change("environment.yaml", lambda value: value["spec"]["stores"].update(tracking=texts["tracking"]))


def _skeleton(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _skeleton(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_skeleton(item) for item in value]
    return type(value).__name__


def _parsed(release: Release) -> dict[str, Any]:
    return {name: yaml.load(data.decode(), yaml.CSafeLoader) for name, data in release.files.items()}


@given(texts=_texts())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_changes_the_structure(
    texts: dict[str, str], release: Release, specs: Path, checking: Callable[[Path], CheckedProject]
) -> None:
    with tempfile.TemporaryDirectory() as copy:
        folder = Path(shutil.copytree(specs, Path(copy) / "specs"))
        _write(folder, texts)
        outcome = render(checking(folder), "live")
    assert outcome.value is not None, outcome.diagnostics
    objects, before = _parsed(outcome.value), _parsed(release)
    assert _skeleton(objects) == _skeleton(before)
    _arrived(texts, objects)


def _arrived(texts: dict[str, str], objects: dict[str, Any]) -> None:
    workflow = objects["workflowtemplate-churn-train.yaml"]
    annotations = workflow["metadata"]["annotations"]
    assert annotations["workflows.argoproj.io/description"] == texts["description"]
    assert annotations["plimsoll.dev/owner"] == texts["owner"]
    train = next(template for template in workflow["spec"]["templates"] if template["name"] == "train")
    assert train["container"]["command"] == ["python", "-c", texts["command"]]
    assert objects["deployment-churn-live.yaml"]["metadata"]["annotations"]["plimsoll.dev/owner"] == texts["owner"]
    for file, kind in (("train", TrainingRequest), ("live", ServingRequest), ("nightly", ServingRequest)):
        data = objects[f"configmap-churn-{file}.yaml"]["data"]["request.json"]
        request = _Envelope.model_validate_json(f'{{"request":{data}}}').request
        assert isinstance(request, kind)
        assert request.inputs.examples.label_sql == texts["label"]
        assert request.inputs.examples.filter_sql == texts["filter"]
        assert request.inputs.examples.columns["amount"].allowed == (texts["allowed"],)
        assert request.inputs.feature_sets[0].sql == texts["sql"]
        assert request.tracking_uri == texts["tracking"]
        if isinstance(request, TrainingRequest):
            assert request.parameters == {"text": texts["parameter"]}


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        ("churn.yaml", "Will an order come back?", '"see {{workflow.uid}}"', 6),
        ("churn.yaml", 'command: [python, -c, "import train; train.main()"]', 'command: [python, "{{= 1 }}"]', 24),
        ("churn-live.yaml", "Asked at every checkout.", '"{{"', 3),
        ("churn-nightly.yaml", "owner: shop@example.org", 'owner: "{{pod.name}}"', 3),
    ],
)
def test_braces_that_argo_would_replace_are_refused_where_they_stand(
    file: str, old: str, new: str, line: int, specs: Path, checking: Callable[[Path], CheckedProject]
) -> None:
    text = (specs / file).read_text()
    assert old in text
    (specs / file).write_text(text.replace(old, new))
    outcome = render(checking(specs), "live")
    assert outcome.value is None
    assert {(d.code, d.span.path, d.span.line) for d in outcome.diagnostics} == {("PLM-REN-001", file, line)}


def test_braces_in_the_name_of_a_code_file_are_refused(specs: Path, checking: Callable[[Path], CheckedProject]) -> None:
    (specs / "code" / "{{workflow.name}}.py").write_text("")
    outcome = render(checking(specs), "live")
    assert [d.code for d in outcome.diagnostics if d.blocks] == ["PLM-REN-001"]


def test_braces_in_data_are_left_alone(specs: Path, checking: Callable[[Path], CheckedProject]) -> None:
    (specs / "recency.sql").write_text("SELECT '{{workflow.name}}' FROM orders")
    (specs / "code" / "train.py").write_text("print('{{x}}')")
    release = render(checking(specs), "live").value
    assert release is not None
    assert b"{{workflow.name}}" in release.files["configmap-churn-train.yaml"]


def test_hostile_texts_in_golden_cases_keep_to_their_places() -> None:
    """A little of what ``make fuzz-rendering`` tries, so that it can be tried."""
    fuzz = Path(__file__).parents[2] / "fuzz" / "strings.py"
    ran = subprocess.run(
        [sys.executable, str(fuzz), "--inputs", "200", "--seed", "7"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    refused, whole = (int(line.split()[0]) for line in ran.stdout.splitlines()[:2])
    assert refused + whole == 200
    assert min(refused, whole) >= 10
