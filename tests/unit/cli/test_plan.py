"""``plan`` from the command line, in a repository."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from git import Repo

Run = Callable[..., Any]
Edit = Callable[[Path, str, str], None]
Commit = Callable[[Repo, str], None]

MODEL = Path("specs/models/parcels.yaml")


def test_an_unchanged_repository_plans_nothing(run: Run, repository: Repo) -> None:
    shown = run("plan", "--base", "HEAD")
    assert shown.code == 0
    assert shown.out == f"compared with {repository.head.commit.hexsha[:10]} (HEAD)\nnothing changes\n"


def test_an_edit_is_planned(run: Run, repository: Repo, edit: Edit) -> None:
    edit(MODEL, "max_iter: 60", "max_iter: 90")
    shown = run("plan")
    assert shown.code == 0
    assert "      training.parameters.max_iter: 60 → 90\n" in shown.out
    assert "    retrain in local: " in shown.out
    document = run("plan", "--json").document["result"]
    assert document["empty"] is False
    assert document["base"] == {"name": f"{repository.head.commit.hexsha[:10]} (the last commit)", "fault": ""}
    assert {one["kind"] for one in document["effects"]} == {"retrain"}


def test_planning_a_committed_change_after_the_next_commit_is_empty(
    run: Run, repository: Repo, edit: Edit, commit: Commit
) -> None:
    edit(MODEL, "max_iter: 60", "max_iter: 90")
    commit(repository, "More iterations")
    assert not run("plan", "--json").document["result"]["empty"]
    Path("notes.txt").write_text("mine")
    commit(repository, "Notes")
    assert run("plan", "--json").document["result"]["empty"]


def test_a_base_that_does_not_pass_is_said(run: Run, repository: Repo, edit: Edit, commit: Commit) -> None:
    edit(MODEL, "timeout: 10m", "timeout: soon")
    commit(repository, "A mistake")
    edit(MODEL, "timeout: soon", "timeout: 10m")
    shown = run("plan")
    assert shown.code == 0
    assert "the base is not sound, so all counts as added: models/parcels.yaml:43" in shown.out
    assert "[PLM-TYP-005]" in shown.out
    assert {one["action"] for one in run("plan", "--json").document["result"]["objects"]} == {"added"}


def test_a_head_that_does_not_pass_has_no_plan(run: Run, repository: Repo, edit: Edit) -> None:
    edit(MODEL, "timeout: 10m", "timeout: soon")
    shown = run("plan", "--json")
    assert shown.code == 1
    assert shown.document["result"] is None
    assert [one["code"] for one in shown.document["findings"]] == ["PLM-TYP-005"]


def test_surroundings_that_are_at_fault(run: Run, repository: Repo, tmp_path: Path, project: Path) -> None:
    shown = run("plan", "--base", "nowhere")
    assert (shown.code, shown.out) == (3, "")
    assert "the revision 'nowhere': is not known to this repository" in shown.err
    outside = tmp_path / "outside"
    outside.mkdir()
    os.chdir(outside)
    assert run("init").code == 0
    shown = run("plan")
    assert shown.code == 3
    assert "is not in a git repository" in shown.err
    Repo.init(outside)
    shown = run("plan")
    assert shown.code == 3
    assert "nothing was committed yet" in shown.err
