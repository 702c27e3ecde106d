"""``policy export``: what is written, what is told, and what is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from own_rules import BINDING, WAIVER
from ruamel.yaml import YAML

Run = Callable[..., Any]
Edit = Callable[[Path, str, str], None]
_VAP = ("policy", "export", "--to", "vap", "--environment", "local")

OWN = """\
apiVersion: plimsoll.dev/v1
kind: Policy
metadata: {name: own-01, owner: compliance@example.org}
spec:
  id: OWN-01
  title: Who answers is named
  severity: medium
  evidence: rendered
  judges: Rendered
  objects: [WorkflowTemplate, ClusterRole]
  rules:
    - expression: has(object.metadata.annotations)
      message: "{object.metadata.name} names nobody"
      blame: {route: metadata}
  rationale: Whoever sees an object must know whom to ask.
  remedy: give the spec an owner
---
"""


def _read(text: str) -> list[dict[str, Any]]:
    return [one for one in YAML(typ="safe", pure=True).load_all(text) if one]


@pytest.fixture
def own(project: Path) -> Path:
    """The small project with a rule, a binding and a waiver of its own."""
    (project / "specs" / "own.yaml").write_text(f"{OWN}{BINDING}{WAIVER}")
    return project


def test_every_rule_is_exported_or_has_a_reason(own: Path, run: Run) -> None:
    result = run(*_VAP, "--json").document["result"]
    rules = {one["id"]: one for one in result["rules"]}
    assert rules["OWN-01"]["exported"]
    assert rules["OWN-01"]["mode"] == "audit"
    assert rules["OWN-01"]["kinds"] == ["WorkflowTemplate"]
    assert rules["OWN-01"]["leftOut"] == {"ClusterRole": "its objects belong to no namespace, and so to no environment"}
    assert rules["OWN-01"]["waived"] == [
        {"object": "Model/parcels", "expires": "2999-01-31", "approver": "ciso@example.org"}
    ]
    assert rules["SEC-06"]["exported"]
    assert not rules["SUP-01"]["exported"]
    assert "object.spec.training.image" in rules["SUP-01"]["why"]
    assert all(one["exported"] or one["why"] for one in rules.values())
    named = {one["metadata"]["name"] for one in result["objects"]}
    assert named == {name for one in rules.values() if one["exported"] for name in one["policies"]}


def test_the_binding_reaches_the_namespace_and_acts_as_bound(own: Path, run: Run) -> None:
    objects = _read(run(*_VAP).out)
    bindings = {one["metadata"]["name"]: one["spec"] for one in objects if one["kind"].endswith("Binding")}
    mine = {name.rpartition("own-01")[2]: spec for name, spec in bindings.items() if "own-01" in name}
    assert {name: spec["validationActions"] for name, spec in mine.items()} == {"": ["Audit"], "-unanswered": ["Deny"]}
    namespaces = {
        spec["matchResources"]["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
        for spec in bindings.values()
    }
    assert len(namespaces) == 1
    policies = {one["metadata"]["name"] for one in objects if one["kind"] == "ValidatingAdmissionPolicy"}
    assert policies == bindings.keys() == {spec["policyName"] for spec in bindings.values()}


def test_a_waiver_names_the_objects_of_its_spec(own: Path, run: Run) -> None:
    objects = _read(run(*_VAP).out)
    (policy,) = (one for one in objects if one["metadata"]["name"].endswith("own-01") and "variables" in one["spec"])
    waived = {one["name"]: one["expression"] for one in policy["spec"]["variables"]}["waived"]
    assert "request.kind.kind == 'WorkflowTemplate'" in waived
    assert "'^parcels-train-[0-9a-f]{10}$'" in waived
    assert "ServiceAccount" not in waived
    told = policy["metadata"]["annotations"]["plimsoll.dev/waived"]
    assert told == "Model/parcels until 2999-01-31, approved by ciso@example.org"


def test_a_waiver_that_has_ended_lets_nothing_pass(own: Path, run: Run) -> None:
    file = own / "specs" / "own.yaml"
    file.write_text(file.read_text().replace("2999-01-31", "2020-01-31"))
    assert "waived" not in run(*_VAP).out


def test_a_folder_holds_one_file_an_object_and_the_same_bytes_each_time(own: Path, run: Run) -> None:
    run(*_VAP, "--out", "admission")
    first = {path.name: path.read_bytes() for path in (own / "admission").iterdir()}
    (own / "admission" / "validatingadmissionpolicy-of-yesterday.yaml").write_text("{}")
    told = run(*_VAP, "--out", "admission").out
    assert {path.name: path.read_bytes() for path in (own / "admission").iterdir()} == first
    assert "OWN-01" in told
    assert f"{len(first)} objects in admission" in told


def test_a_folder_with_something_else_is_refused(own: Path, run: Run) -> None:
    (own / "admission").mkdir()
    (own / "admission" / "notes.txt").write_text("mine")
    result = run(*_VAP, "--out", "admission")
    assert result.code == 1
    assert "notes.txt" in result.err + result.out
    assert [path.name for path in (own / "admission").iterdir()] == ["notes.txt"]


def test_an_environment_that_is_not_there_is_refused(own: Path, run: Run) -> None:
    result = run("policy", "export", "--to", "vap", "--environment", "lokal")
    assert result.code == 1
    assert "local" in result.err + result.out


def test_a_project_that_breaks_a_rule_is_not_exported(own: Path, run: Run) -> None:
    file = own / "specs" / "own.yaml"
    file.write_text(file.read_text().replace("approver: ciso@example.org", "approver: ml@example.org"))
    result = run(*_VAP, "--out", "admission")
    assert result.code == 1
    assert not (own / "admission").exists()


def test_a_release_holds_them_where_its_environment_asks_and_keeps_in_step(own: Path, run: Run, edit: Edit) -> None:
    """What is remembered of the last run must not outlive a binding, a waiver or a rule over specs."""
    environment = Path("specs/environments/local.yaml")
    edit(environment, "spec:\n", "spec:\n  platform: {admission: vap}\n")
    assert run("compile").code == 0
    made = {path.name for path in Path("release/local").glob("bootstrap-validatingadmissionpolicy*")}
    assert f"bootstrap-{_POLICY}own-01.yaml" in made
    assert f"bootstrap-{_BINDING}cost-03-scaledobject-unanswered.yaml" in made
    for before, after, file in (
        ("mode: audit", "mode: warn", f"bootstrap-{_BINDING}own-01.yaml"),
        ("2999-01-31", "2999-01-30", f"bootstrap-{_POLICY}own-01.yaml"),
        ("policy: OWN-01\n  object: Model/parcels", "policy: COST-03\n  object: Deployment/parcels-online", _SCALING),
    ):
        edit(Path("specs/own.yaml"), before, after)
        changed = run("compile", "--json").document["result"]["releases"][0]["changed"]
        assert file in changed


_POLICY, _BINDING = "validatingadmissionpolicy-plimsoll-parcels-", "validatingadmissionpolicybinding-plimsoll-parcels-"
_SCALING = f"bootstrap-{_POLICY}cost-03-horizontalpodautoscaler.yaml"
