"""A baseline: what is known does not fail, what is new does, and nothing is added unseen."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from git import Repo
from own_rules import RULE

from plimsoll.cli.baseline import Baseline, baseline_text

Run = Callable[..., Any]
Commit = Callable[[Repo, str], None]

NAME = "size(object.metadata.name) >= 20"


def rule(number: str = "01", judges: str = "Model", severity: str = "high", expression: str = NAME) -> str:
    return RULE % {"number": number, "judges": judges, "severity": severity, "expression": expression}


@pytest.fixture
def old(project: Path) -> Path:
    """An old repository, in which one rule finds an error and another warns; its specs."""
    specs = project / "specs"
    (specs / "own.yaml").write_text(rule() + rule("02", "DataSource", "low"))
    return specs


def written(run: Run, *options: str) -> Any:
    return run("check", "--write-baseline", "known.json", *options)


def checked(run: Run, *options: str) -> Any:
    return run("check", "--baseline", "known.json", *options)


def counts(shown: Any) -> dict[str, Any]:
    return dict(shown.document["result"]["baseline"])


def test_what_is_known_is_counted_and_does_not_fail(run: Run, old: Path) -> None:
    assert run("check").code == 1
    shown = written(run)
    assert shown.code == 0
    assert "known.json is written: 2 added, 0 dropped" in shown.out
    shown = checked(run)
    assert shown.code == 0
    lines = shown.out.splitlines()
    assert lines[0].startswith("2 known in ")
    assert lines[1].startswith("known.json: 2 known, 0 mended since 20")
    shown = checked(run, "--json")
    assert (counts(shown)["known"], counts(shown)["new"], shown.document["summary"]["known"]) == (2, 0, 2)
    assert all(one["known"] for one in shown.document["findings"])


def test_what_is_new_fails(run: Run, old: Path) -> None:
    written(run)
    (old / "more.yaml").write_text(rule("03"))
    shown = checked(run)
    assert shown.code == 1
    assert "error[PLM-OWN-03]" in shown.out
    assert "OWN-01" not in shown.out
    assert "1 error, 2 known" in shown.out


def test_lines_may_move(run: Run, old: Path) -> None:
    written(run)
    for path in old.rglob("*.yaml"):
        path.write_text("\n# one\n\n# two\n" + path.read_text())
    assert counts(checked(run, "--json"))["known"] == 2


def test_what_is_mended_is_counted_as_long_as_the_baseline_lives(run: Run, old: Path) -> None:
    written(run)
    (old / "own.yaml").write_text(rule("02", "DataSource", "low"))
    shown = checked(run, "--json")
    assert (counts(shown)["known"], counts(shown)["mended"]) == (1, 1)
    shown = written(run)
    assert "known.json is written: 0 added, 1 dropped" in shown.out
    assert "1 known, 1 mended since" in shown.out
    assert counts(checked(run, "--json"))["mended"] == 1
    (old / "own.yaml").write_text(rule())
    shown = checked(run, "--json")
    assert (shown.code, counts(shown)["mended"], counts(shown)["new"]) == (1, 2, 1)


def test_nothing_is_added_unless_it_is_asked_for(run: Run, old: Path) -> None:
    written(run)
    (old / "more.yaml").write_text(rule("03"))
    before = Path("known.json").read_text()
    shown = written(run)
    assert shown.code == 1
    assert "0 added, 0 dropped" in shown.out
    assert "1 new are left out; --add-new takes them in" in shown.out
    assert Path("known.json").read_text() == before
    shown = written(run, "--add-new")
    assert (shown.code, "1 added, 0 dropped" in shown.out) == (0, True)
    assert checked(run).code == 0


def test_what_weighs_more_than_it_did_is_new(run: Run, old: Path) -> None:
    written(run)
    (old / "own.yaml").write_text(rule() + rule("02", "DataSource", "high"))
    shown = checked(run)
    assert (shown.code, "error[PLM-OWN-02]" in shown.out) == (1, True)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("broken.yaml", "kind: [\n", "PLM-YML-001"),
        ("odd.yaml", "kind: Modle\n", "PLM-TYP"),
        ("rule.yaml", rule("03", expression="object.spec.training.parameters.nope == 1"), "PLM-GOV-010"),
        ("type.yaml", rule("03", expression="object.spec.nope == 1"), "PLM-GOV-001"),
    ],
)
def test_what_keeps_rules_from_an_answer_is_never_known(run: Run, old: Path, name: str, text: str, code: str) -> None:
    (old / name).write_text(text)
    first = written(run)
    assert (first.code, code in first.out) == (1, True)
    if code in ("PLM-YML-001", "PLM-TYP"):
        assert "the rules were not asked" in first.err
        assert not Path("known.json").exists()
        (old / name).unlink()
        written(run)
        (old / name).write_text(text)
        shown = checked(run, "--json")
        assert (counts(shown)["known"], counts(shown)["mended"]) == (None, None)
    assert checked(run).code == 1
    written(run, "--add-new")
    assert checked(run).code == 1


def test_waived_findings_are_not_taken_in(run: Run, old: Path) -> None:
    (old / "waiver.yaml").write_text("""\
apiVersion: plimsoll.dev/v1
kind: Waiver
metadata: {name: short, owner: ml@example.org}
spec: {policy: OWN-01, object: Model/parcels, reason: it is agreed on, ticket: ML-12, approver: ciso@example.org,
  expires: 2999-01-31}
""")
    written(run)
    assert [one.code for one in read().known] == ["PLM-OWN-02"]


def read() -> Baseline:
    return Baseline.model_validate_json(Path("known.json").read_bytes())


def test_the_same_findings_give_the_same_file(run: Run, old: Path) -> None:
    written(run)
    text = Path("known.json").read_text()
    baseline = read()
    again = baseline.model_copy(update={"known": baseline.known[::-1]})
    assert baseline_text(again) == text
    assert len([line for line in text.splitlines() if "fingerprint" in line]) == 2


@pytest.mark.parametrize("form", ["sarif", "junit", "gitlab", "github", "markdown"])
def test_every_format_tells_known_from_new(run: Run, old: Path, form: str) -> None:
    written(run)
    (old / "more.yaml").write_text(rule("03"))
    text = checked(run, "--format", form).out
    match form:
        case "sarif":
            results = json.loads(text)["runs"][0]["results"]
            assert {one["ruleId"]: one["baselineState"] for one in results} == {
                "PLM-OWN-01": "unchanged",
                "PLM-OWN-02": "unchanged",
                "PLM-OWN-03": "new",
            }
        case "junit":
            assert (text.count("<failure"), text.count("<skipped")) == (1, 2)
            assert "known: since 20" in text
        case "gitlab":
            assert [one["check_name"] for one in json.loads(text)] == ["PLM-OWN-03"]
        case "github":
            assert "title=PLM-OWN-03" in text
            assert "title=PLM-OWN-01" not in text
        case _:
            assert "<summary>2 known</summary>" in text
            assert "known since 20" in text


def test_without_a_baseline_nothing_is_new_or_known(run: Run, old: Path) -> None:
    results = json.loads(run("check", "--format", "sarif").out)["runs"][0]["results"]
    assert all("baselineState" not in one for one in results)


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "Invalid JSON"), ("{}", "since"), ('{"since": "2026-01-01", "known": [], "more": 1}', "more: Extra")],
)
def test_what_is_no_baseline_is_refused(run: Run, old: Path, text: str, said: str) -> None:
    Path("known.json").write_text(text)
    for shown in (checked(run), written(run)):
        assert (shown.code, said in shown.err) == (1, True)
    assert Path("known.json").read_text() == text


def test_a_baseline_that_is_missing_is_no_clean_check(run: Run, old: Path) -> None:
    shown = checked(run)
    assert (shown.code, "there is no such baseline" in shown.err) == (3, True)
    assert run("check", "--baseline", "a", "--write-baseline", "b").code == 2


def test_a_change_does_not_add_to_what_is_known_of_itself(
    run: Run, old: Path, repository: Repo, commit: Commit
) -> None:
    shown = checked(run, "--base", "main")
    assert shown.code == 3, "there is none"
    written(run)
    assert "is not in the base" in checked(run, "--base", "main").err
    commit(repository, "What is known")
    repository.git.checkout("-b", "change")
    model = (old / "models" / "parcels.yaml").read_text()
    (old / "models" / "more.yaml").write_text(model.replace("name: parcels\n", "name: other\n", 1))
    written(run, "--add-new")
    assert checked(run).code == 0
    shown = checked(run, "--base", "main")
    assert (shown.code, "other is short" in shown.out) == (1, True)
