"""Which commit the working tree is, what differs from it, and who works on it."""

import os
from dataclasses import dataclass
from pathlib import Path

from plimsoll.contract.refusal import Unavailable


@dataclass(frozen=True)
class Commit:
    """The commit that is checked out, and the spec files that differ from it."""

    name: str
    """The full object name."""
    repository: str
    """The URL of ``origin`` without credentials, else the repository's folder name."""
    uncommitted: tuple[str, ...]
    """Paths that differ from the commit or are not in it, relative to the repository; ignored ones aside."""


def commit_of(folder: Path) -> Commit:
    """The commit that is checked out where a folder lies; what is uncommitted counts below that folder only.

    Raises:
        Unavailable: when the folder is in no git repository, or nothing was committed yet.
    """
    from git import Repo
    from git.exc import GitError

    from plimsoll.compiler.planning.history import open_repository

    repository: Repo = open_repository(folder)
    root = Path(repository.working_dir)
    try:
        below = folder.resolve().relative_to(root.resolve()).as_posix()
        status = repository.git.status("--porcelain=v1", "-z", "--untracked-files=all", "--", below)
        name = repository.head.commit.hexsha
    except (GitError, ValueError) as error:
        raise Unavailable("git", str(error)) from error
    return Commit(name, _origin(repository, root), tuple(sorted(_paths(status))))


def person_of(folder: Path) -> str:
    """Who works here: the one that CI says has started the run, else git's user; empty where nobody is known."""
    from git import Repo
    from git.exc import GitError

    for name in ("GITHUB_ACTOR", "GITLAB_USER_LOGIN"):
        if os.environ.get(name):
            return os.environ[name]
    try:
        with Repo(folder, search_parent_directories=True).config_reader() as settings:
            parts = (settings.get_value("user", "name", ""), settings.get_value("user", "email", ""))
    except (GitError, OSError):
        return ""
    return f"{parts[0]} <{parts[1]}>" if parts[1] else str(parts[0])


def _paths(status: str) -> list[str]:
    """The paths of ``git status --porcelain=v1 -z``; a rename's second entry is the old path, without a status."""
    entries, paths = iter(status.split("\0")), []
    for entry in entries:
        if entry:
            paths.append(entry[3:])
            if entry[0] in "RC":
                next(entries, None)
    return paths


def _origin(repository: object, root: Path) -> str:
    from urllib.parse import urlsplit, urlunsplit

    remotes = {remote.name: next(remote.urls, "") for remote in repository.remotes}  # type: ignore[attr-defined]
    url = remotes.get("origin") or root.name
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.hostname or "")) if parts.scheme and "@" in parts.netloc else url
