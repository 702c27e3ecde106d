"""Who wrote a waiver, from git: by its lines, as .mailmap names people, and as far as history goes."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from git import Actor, Repo

from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.examine import Examination, examine
from plimsoll.compiler.resources import data_root

CISO, WRITER = Actor("The CISO", "ciso@example.org"), Actor("A Writer", "writer@example.org")
WAIVERS = """\
# The waivers of staging.
apiVersion: plimsoll.dev/v1
kind: Waiver
metadata: {name: first, owner: platform@example.org}
spec:
  policy: SEC-07
  object: Environment/staging
  reason: the key service is not there yet
  ticket: SEC-1
  approver: ciso@example.org
  expires: 2027-12-31
---
apiVersion: plimsoll.dev/v1
kind: Waiver
metadata: {name: second, owner: platform@example.org}
spec:
  policy: OPS-04
  object: Deployment/readmission-online
  reason: nobody is called yet
  ticket: OPS-1
  approver: cto@example.org
  expires: 2027-12-31
"""

Examined = Callable[..., Examination]


@pytest.fixture
def specs(tmp_path: Path, estate_text: Callable[..., str]) -> Path:
    """A project with two waivers in one file, nothing of which is committed."""
    folder = tmp_path / "project" / "specs"
    folder.mkdir(parents=True)
    (folder / "estate.yaml").write_text(estate_text("no key", "no alerting"))
    (folder / "waivers.yaml").write_text(WAIVERS)
    return folder


@pytest.fixture
def examined(specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Examined:
    monkeypatch.setenv("PLIMSOLL_CACHE", str(tmp_path / "cache"))
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"):
        monkeypatch.delenv(name, raising=False)

    def again(*, cached: bool = False) -> Examination:
        return examine(specs, data_root("policies"), date(2027, 3, 1), cached=cached)

    return again


def commit(specs: Path, author: Actor, message: str = "a change") -> Repo:
    top = specs.parent
    repository = Repo(top) if (top / ".git").exists() else Repo.init(top, initial_branch="main")
    repository.git.add(all=True)
    repository.index.commit(message, author=author, committer=WRITER)
    return repository


def edit(specs: Path, old: str, new: str) -> None:
    path = specs / "waivers.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def own(one: Examination) -> list[str]:
    """The waivers that are approved by their authors."""
    return [found.subject.removeprefix("Waiver/") for found in told(one)]


def told(one: Examination) -> list[Diagnostic]:
    return [found for found in one.found if found.code == "PLM-GOV-008"]


def test_a_waiver_that_somebody_else_wrote_counts(specs: Path, examined: Examined) -> None:
    commit(specs, WRITER)
    one = examined()
    assert own(one) == []
    assert one.checked is not None


def test_the_author_of_the_commit_is_not_the_approver(specs: Path, examined: Examined) -> None:
    commit(specs, CISO)
    one = examined()
    assert own(one) == ["first"]
    (found,) = told(one)
    assert "approved by who wrote it, ciso@example.org" in found.message
    assert (found.span.path, found.span.line) == ("waivers.yaml", 10)
    assert one.checked is None
    assert {found.code for found in one.found if found.blocks} == {"PLM-GOV-008", "PLM-SEC-07"}


def test_only_the_lines_of_the_waiver_count(specs: Path, examined: Examined) -> None:
    commit(specs, WRITER)
    edit(specs, "ticket: OPS-1", "ticket: OPS-2")
    commit(specs, CISO)
    assert own(examined()) == []
    edit(specs, "ticket: SEC-1", "ticket: SEC-2")
    commit(specs, CISO)
    assert own(examined()) == ["first"]


def test_comments_and_white_space_are_nobodys(specs: Path, examined: Examined) -> None:
    commit(specs, WRITER)
    edit(specs, "# The waivers of staging.", "# The waivers of staging, looked at by the CISO.")
    edit(specs, "  ticket: SEC-1\n", "  # seen\n\n  ticket:   SEC-1\n")
    commit(specs, CISO)
    assert own(examined()) == []


def test_people_are_who_mailmap_says(specs: Path, examined: Examined) -> None:
    commit(specs, Actor("ciso", "root@laptop.invalid"))
    assert own(examined()) == []
    (specs.parent / ".mailmap").write_text("The CISO <CISO@example.org> <root@laptop.invalid>\n")
    assert own(examined()) == ["first"]


def test_a_name_is_as_good_as_an_address(specs: Path, examined: Examined) -> None:
    edit(specs, "approver: ciso@example.org", "approver: the ciso")
    commit(specs, CISO)
    assert own(examined()) == ["first"]


@pytest.mark.parametrize("committed", [False, True])
def test_what_is_not_committed_is_by_whoever_would_commit_it(specs: Path, examined: Examined, committed: bool) -> None:
    repository = Repo.init(specs.parent, initial_branch="main")
    if committed:
        commit(specs, WRITER)
        edit(specs, "ticket: SEC-1", "ticket: SEC-2")
    with repository.config_writer() as config:
        config.set_value("user", "name", "Whoever")
        config.set_value("user", "email", "writer@example.org")
    assert own(examined(cached=True)) == []
    with repository.config_writer() as config:
        config.set_value("user", "email", "ciso@example.org")
    assert own(examined(cached=True)) == ["first"]


def test_without_a_repository_the_owner_alone_is_known(specs: Path, examined: Examined) -> None:
    assert own(examined()) == []
    edit(specs, "name: first, owner: platform@example.org", "name: first, owner: ciso@example.org")
    (found,) = told(examined())
    assert "approved by its owner" in found.message
    assert found.labels[0].text == "its owner"


def test_a_shallow_clone_says_that_nobody_can_tell(specs: Path, examined: Examined, tmp_path: Path) -> None:
    commit(specs, CISO)
    (specs / "more.yaml").write_text("")
    repository = commit(specs, WRITER)
    Repo.clone_from(f"file://{repository.working_dir}", tmp_path / "shallow", depth=1)
    found = examine(tmp_path / "shallow" / "specs", data_root("policies"), date(2027, 3, 1), cached=False)
    first, _ = told(found)
    assert (first.severity, first.blocks) == ("warning", False)
    assert first.message.endswith("the clone is shallow")
    assert "git fetch --unshallow" in first.help


def test_git_is_asked_once_and_not_again_while_nothing_changed(
    specs: Path, examined: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(specs, CISO)
    asked: list[tuple[str, ...]] = []

    def counted(folder: Path, *arguments: str, feed: bytes = b"") -> bytes:
        asked.append(arguments)
        return ask(folder, *arguments, feed=feed)

    from plimsoll.compiler.git import ask

    monkeypatch.setattr("plimsoll.compiler.governance.authors.ask", counted)
    assert own(examined(cached=True)) == ["first"]
    assert [arguments[0] for arguments in asked] == ["blame"]
    assert own(examined(cached=True)) == ["first"]
    assert len(asked) == 1
    edit(specs, "approver: ciso@example.org", "approver: cio@example.org")
    commit(specs, WRITER)
    assert own(examined(cached=True)) == []
    assert len(asked) == 2
    (specs / "waivers.yaml").unlink()
    assert own(examined(cached=True)) == []
    assert len(asked) == 2


def test_a_linked_working_tree_and_packed_references_are_read(specs: Path, examined: Examined, tmp_path: Path) -> None:
    repository = commit(specs, CISO)
    repository.git.worktree("add", "-b", "other", str(tmp_path / "linked"))
    repository.git.pack_refs("--all")
    for _ in range(2):
        found = examine(tmp_path / "linked" / "specs", data_root("policies"), date(2027, 3, 1), cached=True)
        assert own(found) == ["first"]
