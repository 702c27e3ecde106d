"""Rendered objects → the same objects as their spec patches them, hashes in names included."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Route, Severity
from plimsoll.compiler.kinds.patches import Patch, Target
from plimsoll.compiler.loading.objects import read_object
from plimsoll.compiler.rendering.objects import RenderedObject, braced
from plimsoll.compiler.rendering.patching.dump import dump
from plimsoll.compiler.rendering.patching.fault import Unfit
from plimsoll.compiler.rendering.patching.lists import type_of
from plimsoll.compiler.rendering.patching.pointer import apply_operations
from plimsoll.compiler.rendering.patching.strategic import merged
from plimsoll.compiler.rendering.renaming import rename
from plimsoll.compiler.rendering.scope import Places

_KEPT: tuple[Route, ...] = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"))
"""What an object is known by: other objects, the lock and the next release count on it."""

_WHOLE: Route = ()


@dataclass
class _Patching:
    """The patches of one spec, and what was found while they were applied."""

    patches: Sequence[Patch]
    places: Places
    subject: str
    found: list[Diagnostic] = field(default_factory=list)
    hit: set[int] = field(default_factory=set)

    def say(self, code: str, index: int, route: Route, message: str, hint: str) -> None:
        span = self.places.span("spec", "patches", index, *route)
        self.found.append(Diagnostic(code, Severity.ERROR, message, span, help=hint, subject=self.subject))


def apply_patches(
    objects: Iterable[RenderedObject], patches: Sequence[Patch] | None, places: Places, subject: str
) -> Outcome[tuple[RenderedObject, ...]]:
    """The objects of one spec with its patches applied; as they are without patches, or with one that does not fit.

    An object whose name ends in the hash of its content gets that of its new content, and those that name it follow.

    Law: without patches nothing changes; the order of the objects stays.
    """
    made = tuple(objects)
    if not patches:
        return Outcome(made)
    patching = _Patching(patches, places, subject)
    result = tuple(_patched(one, patching) for one in made)
    for index, patch in enumerate(patches):
        if index not in patching.hit:
            _hits_nothing(patching, index, patch.target, made)
    return Outcome(made, tuple(patching.found)) if patching.found else Outcome(rename(made, result))


def _hits_nothing(patching: _Patching, index: int, target: Target, made: Sequence[RenderedObject]) -> None:
    named = f"{target.kind}/{target.name}" if target.name else target.kind
    there = ", ".join(sorted({f"{one.kind}/{one.stem}" for one in made})) or "none"
    message = f"{patching.subject} is rendered without a {named}"
    patching.say("PLM-PAT-001", index, ("target",), message, f"its objects are {there}")


def _patched(one: RenderedObject, patching: _Patching) -> RenderedObject:
    value: dict[str, Any] | None = None
    states: dict[int, bytes] = {}
    for index, patch in enumerate(patching.patches):
        if patch.target.kind != one.kind or patch.target.name not in (None, one.stem):
            continue
        patching.hit.add(index)
        value = read_object(one.data) if value is None else value
        try:
            new = _changed(value, patch)
        except Unfit as unfit:
            way = ("merge" if patch.merge is not None else "json", *unfit.route) if _is_shaped(patch) else _WHOLE
            patching.say(
                "PLM-PAT-002",
                index,
                way,
                f"{one.kind}/{one.stem}: {unfit}",
                "look at the object in the release, and mend the patch",
            )
            continue
        kept = list(_touched(one, value, new))
        for message in kept:
            patching.say("PLM-PAT-003", index, _WHOLE, message, "leave it; rename the spec to rename its objects")
        if not kept:
            states[index] = dump(value).encode() if states else one.data
            value = new
    if value is None or not states:
        return one
    spans = tuple(patching.places.span("spec", "patches", index) for index in states)
    brought = _brought([patching.patches[index] for index in states]) if _is_argos(value) else ()
    braced = tuple(sorted({*one.braced, *brought}))
    return one._replace(data=dump(value).encode(), patches=spans, before=tuple(states.values()), braced=braced)


def _is_shaped(patch: Patch) -> bool:
    return (patch.merge is None) != (patch.operations is None)


def _changed(value: dict[str, Any], patch: Patch) -> dict[str, Any]:
    if patch.merge is not None and patch.operations is None:
        changed = merged(value, patch.merge, type_of(value["apiVersion"], value["kind"]))
    elif patch.operations is not None and patch.merge is None:
        changed = apply_operations(value, patch.operations)
    else:
        raise Unfit("a patch has either merge or json")
    found: dict[str, Any] = without_nulls(changed)
    return found


def without_nulls(value: Any) -> Any:
    """A manifest without fields that are null.

    To Kubernetes, and to the policies that rules are exported as, there are no such fields: our own rules see none.
    """
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def _touched(one: RenderedObject, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """What a patch did to an object that it may do to none."""
    for route in _KEPT:
        before, after = _at(old, route), _at(new, route)
        if before != after:
            yield f"{one.kind}/{one.stem} can't change its {'.'.join(map(str, route))} from {before} to {after}"
    if old.get("immutable") and not new.get("immutable"):
        yield f"{one.kind}/{one.stem} stays immutable: its name is the hash of what it holds"


def _at(value: Any, route: Route) -> Any:
    for part in route:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _is_argos(value: dict[str, Any]) -> bool:
    """Whether one of Argo's controllers reads the object, which puts something in place of every ``{{tag}}``."""
    return str(value["apiVersion"]).startswith("argoproj.io/")


def _brought(patches: Iterable[Patch]) -> Iterator[str]:
    for patch in patches:
        given = [patch.merge, *(one.value for one in patch.operations or ())]
        yield from braced(given)
