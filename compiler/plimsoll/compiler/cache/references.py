"""Check the references of the specs for which something changed, and remember the others'."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from plimsoll.compiler.cache.codec import back, plain
from plimsoll.compiler.cache.memory import Memory
from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.unit import Unit
from plimsoll.compiler.workers import spread

LEAST = 800
"""How many specs' references are to be checked before a second process pays."""


def check(project: Project, memory: Memory, changed: set[tuple[str, str]], *, jobs: int) -> tuple[Diagnostic, ...]:
    """What is wrong with any reference; ``changed`` has the kind and name of every spec that differs from last time."""
    before, after = memory.before, memory.after
    after.beside = {unit.key: _beside(project.root, unit) for unit in project.units if unit.files}
    due = [unit for unit in project.units if _due(unit, memory, changed)]

    fresh = _fresh(project, due, jobs) if due else ()
    checked = {unit.key for unit in due}
    known = {unit.key for unit in project.units}
    kept = {key: found for key, found in before.references.items() if key in known and key not in checked}
    by_key: dict[str, list[Diagnostic]] = {}
    for key, one in fresh:
        by_key.setdefault(key, []).append(one)
    after.references = {**kept, **{key: plain(tuple(found)) for key, found in by_key.items()}}
    memory.told.append(f"{len(known) - len(due):,} of {len(known):,} specs refer to nothing that changed")
    remembered = (one for found in kept.values() for one in back(found))
    return (*remembered, *(one for _, one in fresh), *_cycles(project, changed))


def _fresh(project: Project, due: Sequence[Unit], jobs: int) -> Sequence[tuple[str, Diagnostic]]:
    from plimsoll.compiler.project.references import check_one

    def work(units: Sequence[Unit]) -> list[tuple[str, Diagnostic]]:
        return [(unit.key, found) for unit in units for found in check_one(project, project.locate(unit))]

    return [one for some in spread(work, due, jobs=jobs, least=LEAST) for one in some]


def _cycles(project: Project, changed: set[tuple[str, str]]) -> Iterator[Diagnostic]:
    """Feature sets that are made from themselves. What is remembered had none, or it would not have been kept."""
    if any(kind == "FeatureSet" for kind, _ in changed):
        from plimsoll.compiler.project.references import cycles

        yield from cycles(project)


def _due(unit: Unit, memory: Memory, changed: set[tuple[str, str]]) -> bool:
    """Whether a spec, one that it names, or a file beside it differs; or something was found, so that hints may."""
    key, before = unit.key, memory.before
    return (
        (unit.kind, unit.name) in changed
        or key in before.references
        or before.beside.get(key, ()) != memory.after.beside.get(key, ())
        or any((kind, name) in changed for kinds, name in unit.edges for kind in kinds)
    )


def _beside(root: Path, unit: Unit) -> tuple[bool, ...]:
    """Whether each of the files and folders that a spec names is there, and is what it should be."""
    folder = (root / unit.path).parent
    return tuple((folder / path).is_dir() if is_folder else (folder / path).is_file() for path, is_folder in unit.files)
