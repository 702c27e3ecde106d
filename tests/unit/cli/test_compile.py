"""``compile``: folders written whole, what changed, and nothing for a project that does not pass."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Edit = Callable[[Path, str, str], None]

MODEL = Path("specs/models/parcels.yaml")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_compiling_twice_changes_nothing(run: Run, project: Path) -> None:
    first = run("compile", "--json")
    assert first.code == 0
    (made,) = first.document["result"]["releases"]
    assert (made["environment"], made["folder"]) == ("local", "release/local")
    assert made["files"]["new"] == len(made["new"]) == len(contents(Path("release/local"))) - 1
    before = contents(Path("release/local"))
    again = run("compile", "--json").document["result"]["releases"][0]
    assert again["files"] == {"new": 0, "changed": 0, "removed": 0, "unchanged": made["files"]["new"]}
    assert again["digest"] == made["digest"]
    assert contents(Path("release/local")) == before


def test_what_changed_is_named(run: Run, project: Path, edit: Edit) -> None:
    run("compile")
    edit(MODEL, "max_iter: 60", "max_iter: 61")
    shown = run("compile", "--json").document["result"]["releases"][0]
    assert "configmap-parcels-train.yaml" in shown["changed"]
    assert (shown["new"], shown["removed"]) == ([], [])


def test_people_see_counts_and_progress_goes_to_standard_error(run: Run, project: Path) -> None:
    shown = run("compile", "--out", "made")
    counts = next(line for line in shown.out.splitlines() if line.startswith("made/local: "))
    assert counts.endswith(" new")
    assert shown.err == "rendering local\n"


def test_nothing_is_written_for_a_project_that_does_not_pass(run: Run, project: Path, edit: Edit) -> None:
    edit(MODEL, "metric: auc, minimum: 0.65", "metric: auc")
    shown = run("compile")
    assert shown.code == 1
    assert "PLM-TYP-005" in shown.out
    assert not Path("release").exists()


def test_nothing_is_written_where_rendering_finds_a_fault(run: Run, project: Path) -> None:
    train = project / "specs/models/parcels/train.py"
    train.rename(project / "train.py")
    train.symlink_to(project / "train.py")
    shown = run("compile", "--json")
    assert shown.code == 1
    assert [one["code"] for one in shown.document["findings"] if one["severity"] == "error"] == ["PLM-REN-004"]
    assert not Path("release").exists()


def test_a_folder_of_something_else_is_left_alone(run: Run, project: Path) -> None:
    Path("release/local").mkdir(parents=True)
    Path("release/local/thesis.txt").write_text("years of work")
    shown = run("compile")
    assert shown.code == 1
    assert "release/local" in shown.err
    assert Path("release/local/thesis.txt").read_text() == "years of work"


def test_an_unknown_environment(run: Run, project: Path) -> None:
    shown = run("compile", "--environment", "lokal")
    assert shown.code == 1
    assert "did you mean 'local'?" in shown.err


def test_what_is_rendered_holds_against_the_schemas(run: Run, project: Path) -> None:
    pytest.importorskip("kubernetes_validate")
    shown = run("compile", "--validate", "--json")
    assert shown.code == 0
    assert not [one for one in shown.document["findings"] if one["code"].startswith("PLM-VAL")]


WAIVER = """\
apiVersion: plimsoll.dev/v1
kind: Waiver
metadata: {name: open, owner: ml@example.org}
spec:
  policy: SEC-06
  object: %s
  reason: it is being closed
  ticket: SEC-9
  approver: ciso@example.org
  expires: %s
"""
OPEN = """\
  patches:
    - target: {kind: WorkflowTemplate}
      merge: {spec: {hostNetwork: true}}
"""


@pytest.mark.parametrize(
    ("key", "expires", "told"),
    [
        ("Model/parcels", "2999-01-31", True),
        ("Model/parcels", "2020-01-31", False),
        ("Deployment/parcels-online", "2999-01-31", False),
    ],
)
def test_a_waiver_of_what_is_rendered_that_nothing_needs_is_told(
    run: Run, project: Path, key: str, expires: str, told: bool
) -> None:
    (project / "specs" / "waiver.yaml").write_text(WAIVER % (key, expires))
    for _ in range(2):
        shown = run("compile")
        assert shown.code == 0
        assert ("warning[PLM-GOV-006]" in shown.out) is told, "a deployment without a pin has nothing rendered yet"
    assert ("PLM-GOV-006" in run("check").out) is False


def test_a_waiver_that_is_not_needed_is_told_beside_one_alike_that_is(run: Run, project: Path) -> None:
    """They differ in the environment alone: what breaks the rule is patched in one of two."""
    place = project / "specs" / "environments" / "local.yaml"
    other = place.read_text().replace("name: local", "name: other").replace("cluster: laptop", "cluster: other")
    place.with_name("other.yaml").write_text(other)
    deployment = project / "specs" / "deployments" / "parcels-online.yaml"
    pin = f"pin: {{version: 1, digest: 'sha256:{'1' * 64}'}}"
    opened = "patches: [{target: {kind: Deployment}, merge: {spec: {template: {spec: {hostNetwork: true}}}}}]"
    head, _ = deployment.read_text().split("  environments:\n")
    deployment.write_text(f"{head}  environments:\n    local: {{{pin}, {opened}}}\n    other: {{{pin}}}\n")
    codes = {code for code in ("SEC-05", "SEC-06") if f"PLM-{code}" in run("compile").out}
    assert codes
    waivers = [
        (WAIVER % ("Deployment/parcels-online", "2999-01-31"))
        .replace("SEC-06", code)
        .replace("name: open", f"name: open-{code.lower()}-{where}")
        .replace("spec:\n", f"spec:\n  environments: [{where}]\n")
        for code in codes
        for where in ("local", "other")
    ]
    (project / "specs" / "waiver.yaml").write_text("---\n".join(waivers))
    shown = run("compile", "--json").document
    idle = {one["subject"] for one in shown["findings"] if one["code"] == "PLM-GOV-006"}
    assert idle == {f"Waiver/open-{code.lower()}-other" for code in codes}


def test_a_waiver_of_what_is_rendered_that_is_needed_is_silent(run: Run, project: Path) -> None:
    model = project / "specs" / "models" / "parcels.yaml"
    model.write_text(model.read_text() + OPEN)
    assert "SEC-0" in run("compile").out
    codes = {code for code in ("SEC-05", "SEC-06") if f"PLM-{code}" in run("compile").out}
    waivers = [WAIVER.replace("SEC-06", code).replace("name: open", f"name: open-{code.lower()}") for code in codes]
    (project / "specs" / "waiver.yaml").write_text(
        "---\n".join(one % ("Model/parcels", "2999-01-31") for one in waivers)
    )
    for _ in range(2):
        shown = run("compile")
        assert (shown.code, "PLM-GOV-006" in shown.out) == (0, False), shown.out
