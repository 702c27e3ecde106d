"""Effective specs before and after: which are added, changed or removed, and field by field how."""

from collections.abc import Iterator, Mapping
from typing import Any

from plimsoll.compiler.kinds import Deployment, FeatureSet, Model
from plimsoll.compiler.planning.flatten import flat
from plimsoll.compiler.planning.plan import FieldChange, ObjectChange
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.rendering.code import read_code
from plimsoll.compiler.rendering.files import reading
from plimsoll.compiler.rendering.owner import Owner
from plimsoll.contract import digests

Key = tuple[str, str]
"""``Kind/name`` and environment, which is empty for what is compared once."""

Fields = Mapping[Key, Mapping[str, str]]
"""The fields of every spec, by route."""


def compare(before: Fields, after: Fields) -> tuple[ObjectChange, ...]:
    """Every spec that differs, by kind in the order of the story, then by name and environment."""
    return tuple(_changes(before, after))


def _changes(old: Fields, new: Fields) -> Iterator[ObjectChange]:
    for key in dict.fromkeys((*new, *old)):
        fields = tuple(_fields(old.get(key, {}), new.get(key, {})))
        if key not in old:
            yield ObjectChange(*key, "added", fields)
        elif key not in new:
            yield ObjectChange(*key, "removed", fields)
        elif fields:
            yield ObjectChange(*key, "changed", fields)


def _fields(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[FieldChange]:
    for route in dict.fromkeys((*new, *old)):
        if old.get(route) != new.get(route):
            yield FieldChange(route, old.get(route), new.get(route))


def described(project: Project) -> Fields:
    """The fields of every spec. A deployment stands once for each of its environments, as it is there.

    Raises:
        Unreadable: when a file that a spec names cannot be read.
    """
    found: dict[Key, dict[str, str]] = {}
    for one in project.located():
        if not isinstance(one.spec, Deployment):
            found[one.key, ""] = {**_without_envelope(flat(one.spec)), **_beside(project, one)}
    for placed in project.placed:
        spec = {f"spec.{route}": text for route, text in flat(placed.spec).items()}
        kept = {route: text for route, text in spec.items() if not route.startswith("spec.environments.")}
        words = {f"metadata.{route}": text for route, text in flat(placed.deployment.spec.metadata).items()}
        found[placed.deployment.key, placed.environment.spec.metadata.name] = {**words, **kept}
    return found


def _without_envelope(fields: dict[str, str]) -> dict[str, str]:
    return {route: text for route, text in fields.items() if route not in ("apiVersion", "kind")}


def _beside(project: Project, one: Located[Any]) -> dict[str, str]:
    """The files that a spec names, by a short digest of their content: they are part of what it says."""
    if isinstance(one.spec, FeatureSet) and one.spec.spec.transformation.file:
        path = one.spec.spec.transformation.file
        place = Owner(one, ("spec", "transformation", "file"))
        content = reading("the SQL", place, project.beside(one, path).read_bytes)
        return {f"spec.transformation.file({path})": _short(content)}
    if isinstance(one.spec, Model):
        folder = project.beside(one, one.spec.spec.training.code)
        code = read_code(folder, Owner(one, ("spec", "training", "code")))
        contents = {**code.data, **code.binary}
        return {f"spec.training.code({code.paths[key]})": _short(contents[key].encode()) for key in code.paths}
    return {}


def _short(content: bytes) -> str:
    return digests.of_bytes(content).removeprefix("sha256:")[:12]
