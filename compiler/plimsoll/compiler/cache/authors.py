"""Who wrote the waivers, as long as neither the commit that is checked out nor their text differs."""

import hashlib
import marshal
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from plimsoll.compiler.cache.memory import Memory
from plimsoll.compiler.cache.store import Unusable
from plimsoll.compiler.git import Repository, common_folder, head_of, repository_of
from plimsoll.compiler.governance.terms import Authors, Written
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Waiver

_PART = "authors"

Known = dict[str, Written]
"""Who wrote each waiver, by the waiver's name."""

Texts = Mapping[str, str]
"""Files by their path in the project, with another text than the disk's."""

_AS_THEY_LIE: Texts = MappingProxyType({})


def recalled_authors(project: Project, memory: Memory) -> Authors:
    """Who wrote each waiver of a project: git is asked once for all of them, and only where a waiver asks."""
    known: Known = {}

    def of(waiver: Located["Waiver"]) -> Written:
        if not known:
            known.update(_recall(project, memory, lambda: asked(project)))
        return known[waiver.name]

    return of


def asked(project: Project, texts: Texts = _AS_THEY_LIE) -> Known:
    """Who wrote each waiver, as git says; of some files, by the text that they are to have, and not the disk's."""
    from plimsoll.compiler.governance.authors import lines_of, written

    lines = {name: lines_of(project.root, one.document) for name, one in project.waivers.items()}
    found = written(lines.values(), texts={project.root / path: text for path, text in texts.items()})
    return {name: found[one] for name, one in lines.items()}


def _recall(project: Project, memory: Memory, ask: Callable[[], Known]) -> Known:
    key, store = key_of(project), memory.store
    if key is None or store is None:
        return ask()
    try:
        kept = store.part(_PART)
        before, plain = marshal.loads(kept) if kept is not None else (b"", {})  # noqa: S302 -- it bears a checksum
        if before == key:
            return {name: Written(frozenset(names)) for name, names in plain.items()}
    except (Unusable, ValueError, TypeError, EOFError, AttributeError):
        pass
    known = ask()
    if all(one.settled and not one.unknown for one in known.values()):
        _keep(memory, key, known)
    return known


def _keep(memory: Memory, key: bytes, known: Known) -> None:
    assert memory.store is not None
    try:
        plain = {name: sorted(one.names) for name, one in known.items()}
        memory.store.keep({_PART: marshal.dumps((key, plain))}, (), ())
    except Unusable as error:
        memory.told.append(f"who wrote the waivers could not be remembered: {error}")


def key_of(project: Project) -> bytes | None:
    """All that decides who wrote what is committed; none where git's files tell nothing."""
    repository = repository_of(project.root)
    head = head_of(repository.git_dir) if repository is not None else None
    if repository is None or head is None:
        return None
    found = hashlib.sha256(head.encode())
    for name, one in project.waivers.items():
        found.update(f"\0{name} {one.unit.path} {one.unit.position} ".encode() + project.content(one.unit))
    for path in _configured(repository):
        try:
            found.update(b"\0" + path.read_bytes())
        except OSError:
            found.update(b"\1")
    return found.digest()


def _configured(repository: Repository) -> tuple[Path, ...]:
    """The files that say who somebody is, and where history ends."""
    common = common_folder(repository.git_dir)
    return repository.top / ".mailmap", common / "config", common / "shallow"
