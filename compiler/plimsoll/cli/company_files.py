"""Where the settings of a repository take rules of a company from: the working tree, or a base commit."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from plimsoll.compiler.git import GitSaysNo, Repository, ask, merge_base, repository_of
from plimsoll.compiler.governance.archive import Files, files_of
from plimsoll.compiler.governance.base import files_at
from plimsoll.compiler.settings import NAME, settings_file
from plimsoll.compiler.settings_spec import Settings, read_settings, settings_of
from plimsoll.contract.folders import require_folder
from plimsoll.contract.refusal import Refused, Unavailable


@dataclass(frozen=True)
class Here:
    """A folder of the working tree, with the settings in it."""

    root: Path
    file: Path | None

    def settings(self) -> Settings:
        """What the settings say."""
        assert self.file is not None
        return read_settings(self.file)

    def shown(self, name: str) -> str:
        """A path as people see it."""
        return os.path.relpath(self.root / name) if self.file is not None else Path(name).as_posix()

    def files(self, name: str) -> Mapping[str, bytes]:
        """The files of a folder of rules."""
        require_folder(self.root / name, f"name a folder of rules in {NAME}", shown=self.shown(name))
        return files_of(self.root / name)

    def content(self, name: str, most: int) -> bytes:
        """The bytes of a file, of which so many are read at most."""
        path = self.root / name
        if not path.is_file():
            mend = "plimsoll policy bundle writes both, the bundle and its signature"
            raise Unavailable(self.shown(name), "there is no such file", mend)
        if path.stat().st_size > most:
            raise Refused("bundle of policies", self.shown(name), f"is larger than {most:,} bytes")
        return path.read_bytes()


@dataclass(frozen=True)
class There(Here):
    """The same as a commit has it. A bundle that was never committed is read where it lies: its digest is pinned."""

    repository: Repository
    commit: str
    data: bytes

    def settings(self) -> Settings:
        """What the settings of the commit say."""
        return settings_of(self.data, f"{self.shown(NAME)}@{self.commit[:10]}")

    def files(self, name: str) -> Files:
        """The files of a folder of rules in the commit."""
        below = self._below(name)
        found = files_at(self.repository, self.commit, below) if below is not None else []
        if not found:
            raise Unavailable(self.shown(name), f"is not in the base, {self.commit[:10]}", "merge it first")
        return dict(found)

    def content(self, name: str, most: int) -> bytes:
        """The bytes of a file in the commit, else of the one that lies there."""
        below = self._below(name)
        try:
            return ask(self.repository.top, "cat-file", "blob", f"{self.commit}:{below}")
        except GitSaysNo:
            return super().content(name, most)

    def _below(self, name: str) -> str | None:
        path = Path(os.path.normpath(self.root / name))
        return path.relative_to(self.repository.top).as_posix() if path.is_relative_to(self.repository.top) else None


def at_base(folder: Path, revision: str, *, changed: Callable[[str], None]) -> list[Here]:
    """The settings of the commit at which a change began, and what they name; none where it had none."""
    repository = repository_of(folder)
    if repository is None:
        raise Unavailable(str(folder), "is not in a git repository", "leave out --base")
    commit, own = merge_base(repository, revision), settings_file(folder)
    found: list[Here] = []
    here = folder.resolve()
    for one in (here, *here.parents):
        below = (one / NAME).relative_to(repository.top).as_posix()
        try:
            data = ask(repository.top, "cat-file", "blob", f"{commit}:{below}")
        except GitSaysNo:
            data = None
        if data is not None:
            found = [There(one, one / NAME, repository, commit, data)]
        if data is not None or one == repository.top:
            break
    before = found[0].data if found and isinstance(found[0], There) else None
    if before != (own.read_bytes() if own is not None else None):
        changed(f"{NAME} is changed: as it was it counts until the change is merged")
    return found
