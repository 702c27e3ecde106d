"""``--base``: a change is judged by what governed before it, and cannot pass by what it brings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from git import Repo
from own_rules import RULE as OWN_RULE
from own_rules import WAIVER

Run = Callable[..., Any]
Commit = Callable[[Repo, str], None]

EXPRESSION = "size(object.metadata.name) >= 20"
RULE = OWN_RULE % {"number": "01", "judges": "Model", "severity": "high", "expression": EXPRESSION}
BINDING = """\
apiVersion: plimsoll.dev/v1
kind: PolicyBinding
metadata: {name: own, owner: compliance@example.org}
spec: {policies: ["OWN-*"], mode: audit}
"""


@pytest.fixture
def write(project: Path) -> Callable[..., None]:
    """Writes a file that governs; none takes it away."""

    def put(name: str, text: str | None) -> None:
        path = project / "specs" / f"{name}.yaml"
        if text is None:
            path.unlink()
        else:
            path.write_text(text)

    return put


@pytest.fixture
def branched(repository: Repo, commit: Commit, write: Callable[..., None]) -> Callable[..., Repo]:
    """Commits what governs on main, and goes on to a branch."""

    def go(**files: str) -> Repo:
        for name, text in files.items():
            write(name, text)
        commit(repository, "What governs")
        repository.git.checkout("-b", "change")
        return repository

    return go


def checked(run: Run, *arguments: str) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    shown = run("check", "--base", "main", "--json", *arguments)
    found: dict[str, list[dict[str, Any]]] = {}
    for one in shown.document["findings"] or ():
        found.setdefault(one["code"], []).append(one)
    return shown.code, found


def test_a_change_does_not_pass_by_the_waiver_that_it_brings(
    run: Run, branched: Any, write: Any, commit: Commit
) -> None:
    repository = branched(rule=RULE)
    write("waiver", WAIVER)
    for _ in range(2):
        code, found = checked(run)
        assert code == 1
        assert found["PLM-OWN-01"][0]["waived"] is None
        (note,) = found["PLM-BAS-001"]
        assert note["message"] == "this waiver is new, and counts once it is merged"
        assert (note["path"], note["severity"]) == ("specs/waiver.yaml", "note")
        commit(repository, "Let it pass")
    assert run("check").code == 0
    repository.git.checkout("main")
    repository.git.merge("change")
    code, found = checked(run)
    assert code == 0
    assert found["PLM-OWN-01"][0]["waived"]


def test_a_change_is_held_against_the_rule_that_it_takes_away(run: Run, branched: Any, write: Any) -> None:
    branched(rule=RULE)
    write("rule", None)
    code, found = checked(run)
    assert code == 1
    assert found["PLM-OWN-01"]
    (note,) = found["PLM-BAS-001"]
    assert note["message"] == "this rule is taken away, and holds until that is merged"
    assert note["path"].startswith("specs/rule.yaml@")
    assert run("check").code == 0
    shown = run("check", "--base", "main")
    assert "metadata: {name: own-01" in shown.out


def test_a_change_is_held_against_the_rule_that_it_softens(run: Run, branched: Any, write: Any) -> None:
    branched(rule=RULE)
    write("rule", RULE.replace(">= 20", ">= 2"))
    code, found = checked(run)
    assert (code, len(found["PLM-OWN-01"])) == (1, 1)
    assert found["PLM-BAS-001"][0]["message"] == "this rule is changed: as it was it holds until the change is merged"
    assert run("check").code == 0


def test_a_new_rule_and_a_new_binding_wait(run: Run, branched: Any, write: Any) -> None:
    branched(rule=RULE)
    write("binding", BINDING)
    write("more", RULE.replace("OWN-01", "OWN-02").replace("own-01", "own-02"))
    code, found = checked(run)
    assert code == 1, "the binding does not soften the rule yet"
    assert "PLM-OWN-02" not in found
    assert len(found["PLM-BAS-001"]) == 2


def test_what_a_change_brings_must_be_sound(run: Run, branched: Any, write: Any) -> None:
    branched()
    write("rule", RULE.replace("object.metadata.name)", "object.metadata.nmae)"))
    code, found = checked(run)
    assert code == 1
    assert "nmae" in found["PLM-GOV-001"][0]["message"]
    write("rule", RULE.replace(">= 20", ">= 2"))
    write("waiver", WAIVER.replace("Model/parcels", "Model/parcel"))
    code, found = checked(run)
    assert (code, [one["path"] for one in found["PLM-GOV-004"]]) == (1, ["specs/waiver.yaml"])


def test_a_waiver_may_leave_together_with_its_object(run: Run, branched: Any, write: Any) -> None:
    more = "apiVersion: plimsoll.dev/v1\nkind: DataSource\nmetadata: {name: extra, owner: a@example.org}\nspec: %s\n"
    source = "{location: {type: file, path: e.parquet}, jurisdiction: AE, classification: internal, personalData: none}"
    waiver = WAIVER.replace("OWN-01", "PRV-08").replace("Model/parcels", "DataSource/extra")
    branched(extra=more % source, waiver=waiver)
    write("extra", None)
    write("waiver", None)
    code, found = checked(run)
    assert (code, set(found)) == (0, {"PLM-BAS-001"})


def test_what_is_moved_to_another_file_is_the_same(run: Run, branched: Any, write: Any) -> None:
    branched(rule=RULE, waiver=WAIVER)
    write("waiver", None)
    write("moved", f"# The waivers\n{WAIVER}")
    code, found = checked(run)
    assert (code, "PLM-BAS-001" in found) == (0, False)
    assert found["PLM-OWN-01"][0]["waived"]


def test_who_wrote_a_waiver_is_read_where_it_was_merged(run: Run, branched: Any, write: Any, project: Path) -> None:
    branched(rule=RULE, waiver=WAIVER.replace("ciso@example.org", "somebody@example.org"))
    code, found = checked(run)
    assert (code, len(found["PLM-GOV-008"])) == (1, 1)
    (project / ".mailmap").write_text("Another <another@example.org> <somebody@example.org>\n")
    code, found = checked(run)
    assert (code, len(found["PLM-GOV-008"])) == (1, 1), "a change does not say who is who"


def test_a_broken_rule_of_the_base_can_be_mended(run: Run, branched: Any, write: Any) -> None:
    branched(rule=RULE.replace("object.metadata.name)", "object.metadata.nmae)"), more="kind: [PolicyBinding\n")
    assert run("check").code == 1
    write("rule", RULE.replace(">= 20", ">= 2"))
    write("more", BINDING)
    code, found = checked(run)
    assert (code, "PLM-GOV-001" in found) == (0, False)
    write("rule", RULE)
    code, found = checked(run)
    assert (code, found["PLM-OWN-01"][0]["severity"]) == (0, "note")


def test_the_base_is_where_the_branch_began(run: Run, branched: Any, write: Any, commit: Commit) -> None:
    repository = branched()
    repository.git.checkout("main")
    write("rule", RULE)
    commit(repository, "A rule that the branch does not know yet")
    repository.git.checkout("change")
    assert checked(run)[0] == 0


def test_a_plan_is_judged_by_its_base(run: Run, branched: Any, write: Any) -> None:
    branched(rule=RULE)
    write("waiver", WAIVER)
    assert run("plan", "--base", "main").code == 1
    assert run("plan").code == 0


@pytest.mark.parametrize(
    ("revision", "said"), [("nowhere", "is not known"), ("-x", "is not known"), ("HEAD:specs", "is not known")]
)
def test_an_unknown_base_is_a_fault_of_the_surroundings(run: Run, repository: Repo, revision: str, said: str) -> None:
    shown = run("check", f"--base={revision}")
    assert (shown.code, said in shown.err) == (3, True), shown.err


def test_a_shallow_clone_says_how_to_deepen_it(
    run: Run, branched: Any, write: Any, commit: Commit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = branched()
    write("waiver", WAIVER)
    commit(repository, "more")
    Repo.clone_from(f"file://{repository.working_dir}", tmp_path / "shallow", depth=1, branch="change")
    monkeypatch.chdir(tmp_path / "shallow")
    shown = run("check", "--base", "origin/main")
    assert shown.code == 3
    assert "is cut short" in shown.err
    assert "git fetch --unshallow" in shown.err


def test_outside_of_a_repository_there_is_no_base(run: Run, project: Path) -> None:
    shown = run("check", "--base", "main")
    assert (shown.code, "is not in a git repository" in shown.err) == (3, True)
