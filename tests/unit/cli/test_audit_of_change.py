"""``audit`` of a change, by what governed before it, and of an old repository, by what was known of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from git import Repo
from own_rules import RULE, WAIVER

from plimsoll.contract.digests import of_file

Run = Callable[..., Any]
Edit = Callable[[Path, str, str], None]
Commit = Callable[[Repo, str], None]

OWN = Path("specs/own.yaml")


def rule(number: str = "01", judges: str = "Model", severity: str = "high") -> str:
    said = {"number": number, "judges": judges, "severity": severity, "expression": "size(object.metadata.name) >= 20"}
    controls = f'  controls:\n    - {{framework: House, article: "{number}", status: verified}}\n---\n'
    return (RULE % said).replace("---\n", controls)


def audited(run: Run, *options: str) -> tuple[int, dict[str, Any]]:
    shown = run("audit", "-e", "local", "--json", *options)
    return shown.code, shown.document


def of_rule(document: dict[str, Any], id_: str) -> dict[str, Any]:
    return next(one for one in document["rules"] if one["id"] == id_)


def state(document: dict[str, Any], article: str) -> tuple[str, str]:
    return next(
        (one["state"], one["why"])
        for one in document["controls"]
        if (one["framework"], one["article"]) == ("House", article)
    )


@pytest.fixture
def branched(repository: Repo, commit: Commit) -> Repo:
    """A branch of a project whose own rule finds something."""
    OWN.write_text(rule())
    commit(repository, "A rule")
    repository.git.checkout("-b", "change")
    return repository


def test_a_change_is_audited_by_what_governed_before_it(run: Run, branched: Repo, commit: Commit) -> None:
    Path("specs/waiver.yaml").write_text(WAIVER)
    commit(branched, "Let it pass")
    code, alone = audited(run)
    assert (code, alone["header"]["base"], state(alone, "01")[0]) == (0, None, "waived")
    code, document = audited(run, "--base", "main")
    assert (code, state(document, "01")[0], document["waivers"]) == (1, "findings", [])
    assert document["header"]["base"] == {
        "name": branched.commit("main").hexsha,
        "pending": ["specs/waiver.yaml:3: this waiver is new, and counts once it is merged"],
    }
    assert of_rule(document, "OWN-01")["findings"][0]["result"] == "open"
    shown = run("audit", "-e", "local", "--base", "main")
    assert f"judged by what governed at {branched.commit('main').hexsha[:12]}" in shown.out
    assert "this waiver is new, and counts once it is merged" in shown.out


def test_a_rule_that_a_change_takes_away_is_still_asked(run: Run, branched: Repo) -> None:
    OWN.unlink()
    assert audited(run)[0] == 0
    code, document = audited(run, "--base", "main")
    assert (code, state(document, "01")[0], document["header"]["catalogue"]["own"]) == (1, "findings", ["OWN-01"])
    found = of_rule(document, "OWN-01")
    assert (found["origin"], found["path"].partition("@")[0]) == ("project", "specs/own.yaml")


def test_without_a_repository_there_is_no_base(run: Run, project: Path) -> None:
    shown = run("audit", "-e", "local", "--base", "main")
    assert (shown.code, "is not in a git repository" in shown.err) == (3, True)


@pytest.fixture
def old(repository: Repo, run: Run) -> Path:
    """An old repository with two findings, one of which denies, that its baseline knows; the baseline."""
    OWN.write_text(rule() + rule("02", "DataSource", "low"))
    assert run("check", "--write-baseline", "known.json").code == 0
    return Path("known.json")


def test_what_a_baseline_knows_stands_open_with_its_burn_down(run: Run, old: Path) -> None:
    code, document = audited(run, "--baseline", "known.json", "--fail-on", "finding")
    assert code == 0, "check passes by it, too"
    since = json.loads(old.read_text())["since"]
    assert document["header"]["baseline"] == {
        "path": "known.json",
        "digest": of_file(old),
        "since": since,
        "known": 2,
        "mended": 0,
        "new": 0,
    }
    totals = document["totals"]
    assert (totals["open"], totals["known"], totals["blocking"]) == (2, 2, 1)
    for id_ in ("OWN-01", "OWN-02"):
        found = of_rule(document, id_)
        assert (found["open"], found["known"], found["kept"]) == (1, 1, [])
        (finding,) = found["findings"]
        assert (finding["result"], finding["known"]) == ("open", since)
    assert state(document, "01") == ("findings", "OWN-01 finds something that stands; a baseline knows all of it")
    assert not document["header"]["release"], "a release knows no baseline"


def test_without_the_baseline_nothing_is_known(run: Run, old: Path) -> None:
    code, document = audited(run)
    assert (code, document["header"]["baseline"], document["totals"]["known"]) == (1, None, 0)
    assert {one["known"] for rule in document["rules"] for one in rule["findings"]} == {None}


def test_what_is_new_fails_beside_what_is_known(run: Run, old: Path) -> None:
    model = Path("specs/models/parcels.yaml").read_text()
    Path("specs/models/more.yaml").write_text(model.replace("name: parcels\n", "name: other\n", 1))
    online = Path("specs/deployments/parcels-online.yaml").read_text()
    other = online.replace("name: parcels-online\n", "name: other-online\n", 1).replace(
        "model: parcels", "model: other"
    )
    Path("specs/deployments/other-online.yaml").write_text(other)
    code, document = audited(run, "--baseline", "known.json")
    found = of_rule(document, "OWN-01")
    assert (code, found["open"], found["known"]) == (1, 2, 1)
    assert {(one["message"], one["known"] is None) for one in found["findings"]} == {
        ("parcels is short", False),
        ("other is short", True),
    }
    assert "a baseline knows 1 of 2 of it" in state(document, "01")[1]
    assert document["header"]["baseline"]["new"] == 1


def test_what_is_mended_burns_down(run: Run, old: Path, edit: Edit) -> None:
    edit(OWN, rule("02", "DataSource", "low"), "")
    _, document = audited(run, "--baseline", "known.json")
    told = document["header"]["baseline"]
    assert (told["known"], told["mended"]) == (1, 1)
    assert "known.json: 1 known and open, 1 mended since" in run("audit", "-e", "local", "--baseline", "known.json").out


def test_a_gap_is_no_finding_that_a_baseline_could_know(run: Run, old: Path) -> None:
    assert audited(run, "--baseline", "known.json", "--fail-on", "gap")[0] == 1


def test_what_is_rendered_is_in_no_baseline_and_always_new(run: Run, repository: Repo) -> None:
    OWN.write_text(rule("03", "Rendered\n  objects: [WorkflowTemplate]").replace(">= 20", ">= 60"))
    written = run("check", "--write-baseline", "known.json")
    assert (written.code, json.loads(Path("known.json").read_text())["known"]) == (0, [])
    code, document = audited(run, "--baseline", "known.json")
    (found,) = of_rule(document, "OWN-03")["findings"]
    assert (code, found["rendered"], found["result"], found["known"]) == (
        1,
        "workflowtemplate-parcels-train.yaml",
        "open",
        None,
    )
    assert run("compile", "-e", "local").code == 1


def test_every_form_says_what_is_known_and_that_it_is_open(run: Run, old: Path) -> None:
    since = json.loads(old.read_text())["since"]
    page = run("audit", "-e", "local", "--baseline", "known.json", "--format", "html").out
    assert f"finding, known since {since}" in page
    assert f"known.json: 2 known and open, 0 mended since {since}, 0 new" in page
    assert "2 findings of which a baseline knows 2" in page
    shown = run("audit", "-e", "local", "--baseline", "known.json").out
    assert f"OWN-01 open, known since {since}" in shown
    oscal = json.loads(run("audit", "-e", "local", "--baseline", "known.json", "--format", "oscal").out)
    results = oscal["assessment-results"]
    facts = {one["name"]: one["value"] for one in results["metadata"]["props"]}
    assert (facts["baseline-known"], facts["baseline-mended"], facts["baseline-digest"]) == ("2", "0", of_file(old))
    risks = results["results"][0]["risks"]
    assert {one["status"] for one in risks} == {"open"}
    assert all({"name": "known-since", "value": since}.items() <= _fact(one, "known-since").items() for one in risks)
    told = {one["title"]: one["target"]["status"] for one in results["results"][0]["findings"]}
    assert told["House 01"] == {"state": "not-satisfied", "reason": "fail"}


def _fact(risk: dict[str, Any], name: str) -> dict[str, str]:
    return next(one for one in risk["props"] if one["name"] == name)


def test_a_change_does_not_add_to_what_is_known_of_itself(
    run: Run, old: Path, repository: Repo, commit: Commit
) -> None:
    assert "is not in the base" in run("audit", "-e", "local", "--baseline", "known.json", "--base", "main").err
    commit(repository, "What is known")
    repository.git.checkout("-b", "change")
    old.write_text(json.dumps(json.loads(old.read_text()) | {"known": []}))
    code, document = audited(run, "--baseline", "known.json", "--base", "main")
    assert (code, document["totals"]["known"]) == (0, 2)
    assert audited(run, "--baseline", "known.json")[0] == 1
