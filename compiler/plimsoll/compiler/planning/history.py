"""The specs of a commit, read from git's objects: no checkout, and neither index nor working tree is touched."""

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from git import Commit, Repo
from git.exc import BadName, GitCommandError, InvalidGitRepositoryError, NoSuchPathError

from plimsoll.compiler.git import DEEPEN
from plimsoll.contract.refusal import Unavailable

_DEFAULT_BRANCHES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
_LINK = 0o120000


@dataclass(frozen=True)
class BaseCommit:
    """The commit that a change is compared with, and how it was chosen."""

    commit: Commit | None
    """None where there is nothing earlier: the change is the repository's first."""
    name: str


def open_repository(folder: Path) -> Repo:
    """The git repository that a folder lies in.

    Raises:
        Unavailable: when there is none, or nothing was committed yet.
    """
    try:
        repository = Repo(folder, search_parent_directories=True)
    except (InvalidGitRepositoryError, NoSuchPathError) as error:
        raise Unavailable(str(folder), "is not in a git repository", "git init, then commit the specs") from error
    except GitCommandError as error:
        raise Unavailable("git", error.stderr.strip() or str(error)) from error
    if repository.bare:
        raise Unavailable(str(folder), "is in a bare repository, which has no working tree")
    if not repository.head.is_valid():
        raise Unavailable(str(folder), "nothing was committed yet", "commit the specs first")
    return repository


def choose_base(repository: Repo, folder: Path, revision: str | None) -> BaseCommit:
    """The commit to compare the working tree with.

    As named; else, off the default branch, where the current branch left it; else, on it, ``HEAD`` while specs are
    uncommitted, and the commit before ``HEAD`` when they are not.

    Raises:
        Unavailable: when the revision is unknown, the branches have no common ancestor, or history is cut short.
    """
    head = repository.head.commit
    if revision is not None:
        found = _commit(repository, revision)
        if found is None:
            mend = "fetch it, or name another; git log lists the commits"
            raise Unavailable(f"the revision {revision!r}", "is not known to this repository", mend)
        return BaseCommit(found, f"{_short(found)} ({revision})")
    default = next((name for name in _DEFAULT_BRANCHES if _commit(repository, name) is not None), None)
    tip = _commit(repository, default) if default else None
    if tip is not None and tip != head:
        bases = repository.merge_base(head, tip)
        if not bases:
            why = f"has no common ancestor with {default}"
            raise Unavailable(
                "the current branch", why, "fetch the whole history (git fetch --unshallow), or give --base"
            )
        return BaseCommit(bases[0], f"{_short(bases[0])} (where this branch left {default})")
    if _uncommitted(repository, folder):
        return BaseCommit(head, f"{_short(head)} (the last commit)")
    if not head.parents:
        return BaseCommit(None, "nothing (this is the first commit)")
    parent = _commit(repository, head.parents[0].hexsha)
    if parent is None:
        raise Unavailable("the history", "is cut short, as this is a shallow clone", DEEPEN)
    return BaseCommit(parent, f"{_short(parent)} (the commit before the last)")


def _commit(repository: Repo, revision: str) -> Commit | None:
    if revision.startswith("-"):
        return None
    try:
        found = repository.commit(revision)
        found.parents  # noqa: B018 -- a commit is read when it is first asked for something; an unknown one fails here
    except (BadName, ValueError, IndexError, GitCommandError):
        return None
    return found


def _short(commit: Commit) -> str:
    return commit.hexsha[:10]


def _uncommitted(repository: Repo, folder: Path) -> bool:
    return bool(repository.git.status("--porcelain", "--untracked-files=all", "--", folder.resolve().as_posix()))


@contextmanager
def specs_of(repository: Repo, commit: Commit, folder: Path) -> Iterator[Path | None]:
    """A folder with what a commit holds in place of ``folder``, for as long as the context lasts; None if nothing.

    Raises:
        Unavailable: when the folder lies outside the repository, or an object is missing, as in a shallow clone.
    """
    below = _below(repository, folder)
    with TemporaryDirectory(prefix="plimsoll-base-") as temporary:
        target = Path(temporary) / (folder.resolve().name or "specs")
        try:
            tree = commit.tree if below == "." else commit.tree / below
        except KeyError:
            yield None
            return
        if tree.type != "tree":
            yield None
            return
        try:
            _export(tree, "" if below == "." else f"{below}/", target)
        except (ValueError, GitCommandError) as error:
            mend = "fetch the whole history: git fetch --unshallow"
            raise Unavailable(f"commit {_short(commit)}", f"cannot be read: {error}", mend) from error
        yield target


def _below(repository: Repo, folder: Path) -> str:
    root = Path(repository.working_dir).resolve()
    try:
        return folder.resolve().relative_to(root).as_posix()
    except ValueError as error:
        raise Unavailable(str(folder), f"lies outside the repository {root}") from error


def _export(tree: object, prefix: str, target: Path) -> None:
    """Write a tree's files. A link is kept where it stays inside; a submodule is left out."""
    target.mkdir(parents=True)
    for item in tree.traverse():  # type: ignore[attr-defined]
        if item.type != "blob":
            continue
        name = item.path.removeprefix(prefix)
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = item.data_stream.read()
        if item.mode != _LINK:
            path.write_bytes(data)
        elif _stays_inside(name, data.decode(errors="replace")):
            path.symlink_to(data.decode())


def _stays_inside(name: str, link: str) -> bool:
    end = posixpath.normpath(posixpath.join(posixpath.dirname(name), link))
    return not link.startswith("/") and end != ".." and not end.startswith("../")
