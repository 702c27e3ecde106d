"""Ask git, by its command line: to import a library for it takes longer than most of its answers."""

import os
from pathlib import Path
from typing import NamedTuple

from plimsoll.contract.refusal import Unavailable

_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""Variables that git sets for its hooks, where they name another place than the folder that is asked about."""


DEEPEN = "fetch the whole history: git fetch --unshallow, or fetch-depth: 0 where GitHub Actions checks out"


class GitSaysNo(Exception):
    """Git did not do what it was asked; the message is its own."""


def ask(folder: Path, *arguments: str, feed: bytes = b"") -> bytes:
    """What git prints when it is asked in a folder.

    Raises:
        GitSaysNo: when it fails.
        Unavailable: when there is no git.
    """
    import subprocess

    said = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    said |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    command = ("git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", *arguments)
    try:
        done = subprocess.run(command, cwd=folder, env=said, input=feed, capture_output=True, check=False)
    except FileNotFoundError:
        raise Unavailable("git", "is not installed") from None
    if done.returncode:
        raise GitSaysNo(done.stderr.decode(errors="replace").strip().removeprefix("fatal: "))
    return done.stdout


class Repository(NamedTuple):
    """A working tree and its git directory."""

    top: Path
    git_dir: Path


def repository_of(folder: Path) -> Repository | None:
    """The repository that a folder lies in, whether the folder is there or not; none where there is none."""
    here = folder.resolve()
    for one in (here, *here.parents):
        mark = one / ".git"
        if mark.is_dir():
            return Repository(one, mark)
        if mark.is_file():
            return Repository(one, (one / mark.read_text(encoding="utf-8").strip().removeprefix("gitdir: ")).resolve())
    return None


def head_of(git_dir: Path) -> str | None:
    """The commit that is checked out, from git's files; None where they have another form, or there is none yet."""
    try:
        said = (git_dir / "HEAD").read_text(encoding="utf-8").strip()
        if not said.startswith("ref: "):
            return said
        name, common = said.removeprefix("ref: "), common_folder(git_dir)
        for place in (git_dir, common):
            if (place / name).is_file():
                return (place / name).read_text(encoding="utf-8").strip()
        packed = (common / "packed-refs").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    return next((line.split(" ")[0] for line in packed if line.endswith(f" {name}")), None)


def common_folder(git_dir: Path) -> Path:
    """The directory that all working trees of a repository share."""
    try:
        return (git_dir / (git_dir / "commondir").read_text(encoding="utf-8").strip()).resolve()
    except OSError:
        return git_dir


def cut_short(git_dir: Path) -> frozenset[str]:
    """The commits of a shallow clone whose parents are missing."""
    try:
        return frozenset((common_folder(git_dir) / "shallow").read_text(encoding="utf-8").split())
    except OSError:
        return frozenset()


def merge_base(repository: Repository, revision: str) -> str:
    """The commit at which what is checked out left another revision.

    Raises:
        Unavailable: when the revision is unknown, history is cut short, or the two have nothing in common.
    """
    if cut_short(repository.git_dir):
        raise Unavailable("the history", "is cut short, as this is a shallow clone", DEEPEN)
    try:
        named = f"{revision}^{{commit}}"
        found = ask(repository.top, "rev-parse", "--verify", "--quiet", "--end-of-options", named).decode().strip()
    except GitSaysNo as error:
        mend = "fetch it, as by git fetch origin main, or name another; git log lists the commits"
        why = str(error).splitlines()[0] if str(error) else "is not known to this repository"
        raise Unavailable(f"the revision {revision!r}", why, mend) from None
    try:
        return ask(repository.top, "merge-base", "HEAD", found).decode().split()[0]
    except (GitSaysNo, IndexError):
        raise Unavailable("the current branch", f"has no common ancestor with {revision}", DEEPEN) from None
