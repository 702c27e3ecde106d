"""A company's rules reach every verb that judges, lists or explains rules, and no other takes them for specs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from companies import SETTINGS, SIGNER, codes, put
from git import Repo

Run = Callable[..., Any]
Edit = Callable[[Path, str, str], None]
Commit = Callable[[Repo, str], None]
EXPORT = ("policy", "export", "--to", "vap", "--environment", "local", "--json")

RENDERED = """\
apiVersion: plimsoll.dev/v1
kind: Policy
metadata: {name: acme-02, owner: compliance@example.org}
spec:
  id: ACME-02
  title: What runs says for which cost centre
  severity: low
  evidence: rendered
  judges: Rendered
  objects: [Job]
  rules:
    - expression: has(object.metadata.annotations)
      message: "{object.metadata.name} has no cost centre"
      blame: {route: metadata}
  rationale: Whoever pays must know what for.
  remedy: annotate it
"""


@pytest.fixture
def rendered(company: Path) -> Path:
    """A company's folder of one rule that the API server can hold, and no project here breaks."""
    (put(company) / "policy.yaml").write_text(RENDERED)
    return company


@pytest.fixture
def settled(project: Path) -> Path:
    """A folder of rules below the specs, which the settings name and the project keeps."""
    folder = project / "specs" / "company"
    put(folder, expression="1 == 1")
    (project / ".plimsoll.yaml").write_text(f"{SETTINGS}  - folder: specs/company\n")
    return folder


def exported(shown: Any) -> dict[str, Any]:
    return {one["id"]: one for one in shown.document["result"]["rules"]}


def test_an_export_holds_the_rules_of_a_folder(run: Run, rendered: Path) -> None:
    assert "ACME-02" not in exported(run(*EXPORT))
    mine = exported(run(*EXPORT, "--policies", str(rendered)))["ACME-02"]
    assert (mine["exported"], mine["kinds"], mine["mode"]) == (True, ["Job"], "warn")


def test_an_export_holds_those_of_the_settings_and_writes_their_objects(
    run: Run, rendered: Path, project: Path
) -> None:
    rendered.rename(project / "rules")
    (project / ".plimsoll.yaml").write_text(f"{SETTINGS}  - folder: rules\n")
    assert exported(run(*EXPORT, "--out", "admission"))["ACME-02"]["exported"]
    assert [path.name for path in Path("admission").glob("*policy-*acme-02.yaml")]
    assert run("compile").code == 0


def test_an_export_verifies_a_bundle(run: Run, bundle: str) -> None:
    shown = run(*EXPORT, "--policies", bundle, "--policies-signer", SIGNER)
    assert (shown.code, codes(shown)) == (1, {"PLM-ACME-01"}), "nothing is exported of what breaks its rules"
    assert run(*EXPORT, "--policies", bundle, "--policies-signer", "somebody@example.org").document["error"]


def test_an_export_is_refused_where_a_rule_of_a_company_is_broken(run: Run, company: Path) -> None:
    shown = run(*EXPORT, "--policies", str(company), "--out", "admission")
    assert (shown.code, codes(shown)) == (1, {"PLM-ACME-01"})
    assert not Path("admission").exists()


def test_a_code_of_a_company_is_explained(run: Run, company: Path, project: Path) -> None:
    assert run("explain", "PLM-ACME-01").code == 1
    shown = run("explain", "PLM-ACME-01", "--policies", str(company))
    assert (shown.code, "Who reviews a model must know what it is for." in shown.out) == (0, True)
    assert "PLM-ACME-01" in run("explain", "--policies", str(company), "--json").document["result"]["codes"]
    put(project / "rules", "SEC-07")
    (project / ".plimsoll.yaml").write_text(f"{SETTINGS}  - folder: rules\n")
    assert "A model is described at length" in run("explain", "SEC-07").out, "the rule that holds here"


def test_a_rule_of_the_project_is_explained(run: Run, project: Path, tmp_path: Path) -> None:
    (project / "specs" / "own.yaml").write_text(RENDERED.replace("ACME-02", "OWN-02"))
    assert "What runs says for which cost centre" in run("explain", "own-02").out
    (project / "specs" / "broken.yaml").write_text("kind: Model\n")
    assert run("explain", "SEC-07").code == 0, "whoever has findings must be able to look them up"
    assert run("explain", "OWN-02").code == 1
    assert run("explain", "SEC-07", "nowhere").code == 3


def test_no_verb_takes_the_rules_of_a_company_for_specs(run: Run, settled: Path) -> None:
    for arguments in (
        ("check",),
        ("check", "--fix", "--diff"),
        ("compile",),
        ("flow",),
        ("show", "model/parcels"),
        ("policy", "list"),
        ("policy", "explain", "ACME-01"),
        ("policy", "try", "ACME-01", "--on", "model/parcels"),
        ("explain", "ACME-01"),
        ("migrate", "--check"),
        EXPORT,
    ):
        shown = run(*arguments)
        assert shown.code == 0, (arguments, shown.out, shown.err)


def test_a_test_of_the_catalogue_says_that_it_is_none_of_the_company(run: Run, settled: Path) -> None:
    shown = run("policy", "test", "--only", "SEC-07")
    assert (
        shown.code,
        "rules of specs/company are not tested here: plimsoll policy test specs/company" in shown.err,
    ) == (
        0,
        True,
    )
    shown = run("policy", "test", "specs/company")
    assert (shown.code, "not tested" in shown.err) == (1, False), "a case that breaks it no more breaks the test"


def test_a_plan_leaves_them_out_of_the_base_too(
    run: Run, settled: Path, repository: Repo, edit: Edit, commit: Commit
) -> None:
    edit(Path("specs/models/parcels.yaml"), "max_iter: 60", "max_iter: 90")
    document = run("plan", "--json").document["result"]
    assert document["base"]["fault"] == ""
    assert {one["kind"] for one in document["effects"]} == {"retrain"}
    (settled.parents[1] / ".plimsoll.yaml").unlink()
    commit(repository, "Name it on the command line")
    edit(Path("specs/models/parcels.yaml"), "max_iter: 90", "max_iter: 60")
    document = run("plan", "--policies", "specs/company", "--json").document["result"]
    assert document["base"]["fault"] == ""


def test_fixes_let_the_rules_of_a_company_be(run: Run, project: Path) -> None:
    place = put(project / "specs" / "company", expression="1 == 1")
    text = (place / "policy.yaml").read_text().replace("name: acme-01", "name: NO")
    (place / "policy.yaml").write_text(text)
    assert run("check", "--fix", "--policies", "specs/company").code == 1
    assert (place / "policy.yaml").read_text() == text
