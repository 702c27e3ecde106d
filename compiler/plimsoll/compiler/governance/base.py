"""The terms of a base commit: a change is judged by the rules, bindings and waivers that were there before it.

A change that adds a waiver does not pass by it, and one that takes a rule away is still held against it: both count
once they are merged. What the change does to them is told as notes.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from plimsoll.compiler.diagnostics import Diagnostic, Severity
from plimsoll.compiler.git import GitSaysNo, Repository, ask, merge_base, repository_of
from plimsoll.compiler.governance.rules import check_rule
from plimsoll.compiler.governance.terms import KINDS, Authors, Terms, Written
from plimsoll.compiler.loading.listing import SUFFIXES
from plimsoll.compiler.loading.sources import MAX_BYTES, SourceFile, decode
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project, Shelf
from plimsoll.contract.refusal import Unavailable

R = TypeVar("R")
Named = dict[tuple[str, str], Located[Any]]
"""Specs by kind and name."""

CHANGED = "PLM-BAS-001"
"""The code of what is told of a change to what governs."""

_FILES = ("100644", "100755")
_WORDS = {
    "Policy": ("this rule", "holds"),
    "PolicyBinding": ("this binding", "counts"),
    "Waiver": ("this waiver", "counts"),
}


@dataclass(frozen=True)
class BaseTerms:
    """What counts for a change, and what it does to that."""

    terms: Terms
    pending: Terms
    """What the change brings, which counts once it is merged."""
    found: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceFile] = field(default_factory=dict)
    """The files of the base that findings point into, by the path that these bear."""


def base_terms(project: Project, revision: str, authors: Authors) -> BaseTerms:
    """What governs a change to a project: the specs that did where it left another branch.

    ``authors`` is who wrote the waivers of the project as it is. Where the base has a rule that can't be used, or a
    file that can't be read, the change's own counts in its place: else nobody could mend it.

    Raises:
        Unavailable: when the folder is in no repository, or the base can't be read.
    """
    repository = repository_of(project.root)
    if repository is None:
        raise Unavailable(str(project.root), "is not in a git repository", "leave out --base")
    commit = merge_base(repository, revision)
    sources = _sources(project.root, repository, commit)
    head = {(one.kind, one.name): one for kind in KINDS for one in project.tables[kind].values()}
    base = _usable(_named(project.root, sources), head)
    counted = {key: head[key] if _same(one, head.get(key)) else one for key, one in base.items()}
    pending = {key: one for key, one in head.items() if counted.get(key) is not one}
    notes = (*_notes(pending, base), *_notes_of_gone(base, head))
    told = tuple(replace(one, note=f"judged by what governed at {commit[:10]}") for one in notes)
    terms = _terms(counted, _authors(project.root, base, commit))
    passing = frozenset(one.key for key, one in counted.items() if head.get(key) is not one)
    return BaseTerms(
        replace(terms, passing=passing), _terms(pending, authors), told, {one.path: one for one in sources}
    )


def _terms(named: Named, authors: Authors) -> Terms:
    policies, bindings, waivers = (_of_kind(named, kind) for kind in KINDS)
    return Terms(policies, bindings, waivers, authors)


def _of_kind(named: Named, kind: str) -> dict[str, Located[Any]]:
    return {name: one for (its, name), one in sorted(named.items()) if its == kind}


def _same(base: Located[Any], head: Located[Any] | None) -> bool:
    return head is not None and base.facts.written == head.facts.written


def _notes(pending: Named, base: Named) -> Iterator[Diagnostic]:
    """What a change adds to what governs, or makes of it."""
    for key, one in sorted(pending.items()):
        what, counts = _WORDS[one.kind]
        if key in base:
            message = f"{what} is changed: as it was it {counts} until the change is merged"
        else:
            message = f"{what} is new, and {counts} once it is merged"
        yield Diagnostic(CHANGED, Severity.NOTE, message, one.span("metadata", "name"), subject=one.key)


def _notes_of_gone(base: Named, head: Named) -> Iterator[Diagnostic]:
    """What a change takes away; it is shown where it stood."""
    for key, one in sorted(base.items()):
        if key not in head:
            what, counts = _WORDS[one.kind]
            message = f"{what} is taken away, and {counts} until that is merged"
            yield Diagnostic(CHANGED, Severity.NOTE, message, one.span("metadata", "name"), subject=one.key)


def _named(root: Path, sources: list[SourceFile]) -> tuple[Named, set[str]]:
    """The specs that govern, and the paths of the files that can't be read whole."""
    from plimsoll.compiler.project.reading import read

    found, unread = Named(), set[str]()
    for source in sources:
        reading = read(source)
        if any(one.blocks for one in reading.diagnostics):
            unread.add(source.path.rpartition("@")[0])
        project = Project(root, reading.units, Shelf(_always(source), _always(reading.facts)))
        found |= {(one.kind, one.name): one for one in map(project.locate, reading.units) if one.kind in KINDS}
    return found, unread


def _usable(read: tuple[Named, set[str]], head: Named) -> Named:
    """The specs of the base; of those that can't be used, what the change has in their place."""
    base, unread = read
    broken = {key for key, one in base.items() if one.kind == "Policy" and check_rule(one).diagnostics}
    instead = {key: one for key, one in head.items() if key in broken or (key not in base and one.unit.path in unread)}
    return {key: one for key, one in base.items() if key not in broken} | instead


def _always(value: R) -> Any:
    return lambda _: value


def _sources(root: Path, repository: Repository, commit: str) -> list[SourceFile]:
    """The files of a commit in which a spec may stand that governs; each path is followed by the commit."""
    found = list[SourceFile]()
    for name, data in files_at(repository, commit, root.resolve().relative_to(repository.top).as_posix()):
        if any(kind.encode() in data for kind in KINDS) and len(data) <= MAX_BYTES:
            decoded = decode(data, f"{name}@{commit[:10]}").value
            found += [decoded] if decoded is not None else []
    return found


def files_at(repository: Repository, commit: str, below: str) -> list[tuple[str, bytes]]:
    """The YAML files of a folder in a commit, hidden ones and links aside, by their path below it.

    Raises:
        Unavailable: when the commit can't be read.
    """
    only, prefix = ((), "") if below == "." else (("--", below), f"{below}/")
    try:
        listed = ask(repository.top, "ls-tree", "-r", "-z", "--full-tree", commit, *only)
        blobs = list(_blobs(listed.decode(errors="surrogateescape"), prefix))
        contents = list(_contents(repository, [blob for blob, _ in blobs]))
    except GitSaysNo as error:
        raise Unavailable(f"commit {commit[:10]}", f"cannot be read: {error}", "fetch the whole history") from None
    return [(name, data) for (_, name), data in zip(blobs, contents, strict=True)]


def _blobs(listed: str, prefix: str) -> Iterator[tuple[str, str]]:
    """The object and the path below the folder of every file that would be read there."""
    for line in filter(None, listed.split("\0")):
        about, _, path = line.partition("\t")
        mode, _, blob = about.split(" ")
        name = path.removeprefix(prefix)
        hidden = any(part.startswith(".") for part in name.split("/"))
        if mode in _FILES and not hidden and posixpath.splitext(name)[1] in SUFFIXES and name.isprintable():
            yield blob, name


def _contents(repository: Repository, blobs: list[str]) -> Iterator[bytes]:
    """The content of some objects, in their order."""
    data = ask(repository.top, "cat-file", "--batch", feed="".join(f"{one}\n" for one in blobs).encode())
    at = 0
    for one in blobs:
        end = data.index(b"\n", at)
        fields = data[at:end].split(b" ")
        if len(fields) != 3:
            raise GitSaysNo(f"the object {one} is missing")
        yield data[end + 1 : end + 1 + int(fields[2])]
        at = end + 2 + int(fields[2])


def _authors(root: Path, base: Named, commit: str) -> Authors:
    """Who wrote each waiver of the base, as its history has it; git is asked once."""
    known: dict[str, Written] = {}

    def of(waiver: Located[Any]) -> Written:
        if not known:
            from plimsoll.compiler.governance.authors import lines_of, written

            lines = {name: lines_of(root, one.document) for (kind, name), one in base.items() if kind == "Waiver"}
            mark = f"@{commit[:10]}"
            plain = {name: one._replace(path=Path(str(one.path).removesuffix(mark))) for name, one in lines.items()}
            found = written(plain.values(), commit)
            known.update({name: found[one] for name, one in plain.items()})
        return known[waiver.name]

    return of
