"""Which commit a change is compared with, and that reading it touches nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from git import Actor, Commit, Repo

from plimsoll.cli.starter_project import write_project
from plimsoll.compiler.planning.history import choose_base, open_repository, specs_of
from plimsoll.contract.refusal import Unavailable

PERSON = Actor("Somebody", "somebody@example.org")
MODEL = "specs/models/parcels.yaml"


@pytest.fixture
def repository(tmp_path: Path) -> Repo:
    write_project(tmp_path / "project", "parcels")
    made = Repo.init(tmp_path / "project", initial_branch="main")
    commit(made)
    return made


def commit(repository: Repo) -> Commit:
    repository.git.add(all=True)
    return repository.index.commit("a change", author=PERSON, committer=PERSON)


def root(repository: Repo) -> Path:
    return Path(repository.working_dir)


def change(repository: Repo) -> None:
    path = root(repository) / MODEL
    path.write_text(path.read_text() + "# more\n")


def base(repository: Repo, revision: str | None = None) -> Commit | None:
    return choose_base(repository, root(repository) / "specs", revision).commit


def test_the_first_commit_has_nothing_before_it(repository: Repo) -> None:
    chosen = choose_base(repository, root(repository) / "specs", None)
    assert chosen.commit is None
    assert "first commit" in chosen.name


def test_on_the_default_branch_it_is_the_commit_before(repository: Repo) -> None:
    first = repository.head.commit
    change(repository)
    commit(repository)
    assert base(repository) == first


@pytest.mark.parametrize("new_file", [False, True])
def test_while_specs_are_uncommitted_it_is_the_last_commit(repository: Repo, new_file: bool) -> None:
    if new_file:
        (root(repository) / "specs" / "new.yaml").write_text("kind: Model\n")
    else:
        change(repository)
    assert base(repository) == repository.head.commit


def test_what_lies_elsewhere_does_not_count_as_uncommitted(repository: Repo) -> None:
    (root(repository) / "notes.txt").write_text("mine")
    assert base(repository) is None


def test_on_another_branch_it_is_where_it_left_the_default(repository: Repo) -> None:
    left = repository.head.commit
    repository.git.checkout("-b", "feature")
    for _ in range(2):
        change(repository)
        commit(repository)
    repository.git.checkout("main")
    (root(repository) / "notes.txt").write_text("mine")
    commit(repository)
    repository.git.checkout("feature")
    assert base(repository) == left


def test_as_named(repository: Repo) -> None:
    first = repository.head.commit
    repository.create_tag("v1")
    change(repository)
    second = commit(repository)
    assert base(repository, "v1") == base(repository, first.hexsha[:8]) == base(repository, "HEAD~1") == first
    assert base(repository, "HEAD") == second


@pytest.mark.parametrize("revision", ["nowhere", "HEAD~9", "0" * 40, "--upload-pack=x", "", "HEAD:specs"])
def test_an_unknown_revision(repository: Repo, revision: str) -> None:
    with pytest.raises(Unavailable, match="is not known"):
        base(repository, revision)


def test_branches_without_a_common_ancestor(repository: Repo) -> None:
    repository.git.checkout("--orphan", "other")
    change(repository)
    commit(repository)
    with pytest.raises(Unavailable, match="no common ancestor with main"):
        base(repository)


def test_a_shallow_clone_of_the_default_branch(repository: Repo, tmp_path: Path) -> None:
    change(repository)
    commit(repository)
    shallow = Repo.clone_from(f"file://{root(repository)}", tmp_path / "shallow", depth=1)
    with pytest.raises(Unavailable, match="is cut short") as refused:
        base(shallow)
    assert "git fetch --unshallow" in refused.value.mend


def test_no_repository_and_no_commit(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="not in a git repository"):
        open_repository(tmp_path)
    Repo.init(tmp_path)
    with pytest.raises(Unavailable, match="nothing was committed"):
        open_repository(tmp_path)


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_commit_s_specs_are_read_without_touching_anything(repository: Repo) -> None:
    folder = root(repository) / "specs"
    committed, first = contents(folder), repository.head.commit
    change(repository)
    (folder / "sources" / "parcels.yaml").unlink()
    (folder / "new.yaml").write_text("kind: Model\n")
    before = contents(root(repository)), repository.git.status("--porcelain"), repository.head.commit
    with specs_of(repository, first, folder) as earlier:
        assert earlier is not None
        assert contents(earlier) == committed
        assert not earlier.resolve().is_relative_to(root(repository))
    assert not earlier.exists()
    assert (contents(root(repository)), repository.git.status("--porcelain"), repository.head.commit) == before


def test_specs_at_the_root_of_the_repository(repository: Repo) -> None:
    with specs_of(repository, repository.head.commit, root(repository)) as earlier:
        assert earlier is not None
        assert (earlier / MODEL).is_file()


def test_a_commit_without_the_folder(repository: Repo) -> None:
    (root(repository) / "later").mkdir()
    with specs_of(repository, repository.head.commit, root(repository) / "later") as earlier:
        assert earlier is None


def test_a_link_is_kept_only_where_it_stays_inside(repository: Repo) -> None:
    folder = root(repository) / "specs"
    links = {"inside.yaml": "models/parcels.yaml", "out.yaml": "../README.md", "absolute.yaml": "/etc/passwd"}
    for name, target in links.items():
        (folder / name).symlink_to(target)
    made = commit(repository)
    with specs_of(repository, made, folder) as earlier:
        assert earlier is not None
        assert (earlier / "inside.yaml").is_symlink()
        assert not (earlier / "out.yaml").is_symlink()
        assert not (earlier / "absolute.yaml").is_symlink()


def test_a_folder_outside_the_repository(repository: Repo, tmp_path: Path) -> None:
    context: Callable[[], object] = specs_of(repository, repository.head.commit, tmp_path).__enter__
    with pytest.raises(Unavailable, match="outside the repository"):
        context()
