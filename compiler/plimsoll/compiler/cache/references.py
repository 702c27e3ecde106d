"""Check the references of the specs for which something changed, and remember the others'."""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from plimsoll.compiler.cache.codec import back, plain
from plimsoll.compiler.cache.memory import Memory
from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.project.evidence import digest_of
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.unit import Key, Unit
from plimsoll.compiler.workers import spread

LEAST = 800
"""How many specs' references are to be checked before a second process pays."""


def check(project: Project, memory: Memory, changed: set[Key], *, jobs: int) -> tuple[Diagnostic, ...]:
    """What is wrong with any reference; ``changed`` has the kind and name of every spec that differs from last time."""
    before, after, units = memory.before, memory.after, project.graph.units
    after.beside = _beside_all(project)
    due = _due(project, memory, changed)
    fresh = _fresh(project, [units[key] for key in units if key in due], jobs) if due else {}
    kept = {key: found for key, found in before.references.items() if key not in fresh and _key(key) in units}
    after.references = {**kept, **{key: plain(tuple(found)) for key, found in fresh.items() if found}}
    memory.told.append(f"{len(units) - len(due):,} of {len(units):,} specs refer to nothing that changed")
    everything = {**{key: back(found) for key, found in kept.items()}, **fresh}
    return (*(one for key in sorted(everything) for one in everything[key]), *_of_several(project, changed))


def _fresh(project: Project, due: Sequence[Unit], jobs: int) -> dict[str, Sequence[Diagnostic]]:
    from plimsoll.compiler.project.references import check_one

    def work(units: Sequence[Unit]) -> list[tuple[str, Sequence[Diagnostic]]]:
        return [(unit.key, tuple(check_one(project, project.locate(unit)))) for unit in units]

    return {key: found for some in spread(work, due, jobs=jobs, least=LEAST) for key, found in some}


def _of_several(project: Project, changed: set[Key]) -> Iterator[Diagnostic]:
    """What several specs can't be together. What is remembered had none of it, or it would not have been kept."""
    kinds = {kind for kind, _ in changed}
    if "FeatureSet" in kinds:
        from plimsoll.compiler.project.references import cycles

        yield from cycles(project)
    if "Environment" in kinds:
        from plimsoll.compiler.project.references import shared_namespaces

        yield from shared_namespaces(project)


def _due(project: Project, memory: Memory, changed: set[Key]) -> set[Key]:
    """The specs that differ, those that may mean one of them, and those beside which files came or went.

    A deployment's findings depend on the feature sets of its model as well.
    Those about which something was found are asked again when a name came or went: a hint depends on all of them.
    """
    before, after, graph = memory.before, memory.after, project.graph
    due = {key for key in changed if key in graph.units}
    due |= {(unit.kind, unit.name) for kind, name in changed for unit in graph.naming(kind, name)}
    due |= {(unit.kind, unit.name) for kind, name in _readers(project, changed) for unit in graph.naming(kind, name)}
    if changed and before.references and graph.units.keys() != before.keys:
        due |= {_key(key) for key in before.references}
    due |= {_key(key) for key, there in after.beside.items() if before.beside.get(key) != there}
    return due & graph.units.keys()


def _readers(project: Project, changed: set[Key]) -> Iterator[Key]:
    """The models that read a feature set that differs."""
    for kind, name in changed:
        if kind == "FeatureSet":
            yield from ((one.kind, one.name) for one in project.graph.naming(kind, name) if one.kind == "Model")


def _key(key: str) -> Key:
    kind, _, name = key.partition("/")
    return kind, name


def _beside_all(project: Project) -> dict[str, tuple[bool | str, ...]]:
    """Whether each of the files and folders that specs name is there, and is what it should be; by the specs' keys.

    Of evidence that must have a digest, the digest that it has.
    """
    root = os.fspath(project.root)
    return {unit.key: tuple(_beside(root, unit)) for unit in project.units if unit.files or unit.evidence}


def _beside(root: str, unit: Unit) -> Iterator[bool | str]:
    folder = f"{root}/{unit.path}".rpartition("/")[0]
    for path, is_folder in unit.files:
        try:
            mode = os.stat(f"{folder}/{path}").st_mode  # noqa: PTH116 -- a path for each of thousands takes long
        except (OSError, ValueError):
            yield False
        else:
            yield stat.S_ISDIR(mode) if is_folder else stat.S_ISREG(mode)
    for path, digest in unit.evidence:
        place = Path(folder, path)
        yield digest_of(place) if digest else place.is_file()
