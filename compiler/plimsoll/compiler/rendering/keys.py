"""The key of a unit: it changes whenever something changes that the unit's rendering could read."""

import hashlib
import marshal
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from plimsoll.compiler.cache.beside import Beside
from plimsoll.compiler.project.unit import Key
from plimsoll.compiler.rendering.naming import Unit

if TYPE_CHECKING:
    from plimsoll.compiler.governance.gate import Gate

_MADE_FROM = ("DataSource", "FeatureSet")


class Keys:
    """The keys of a project's units.

    A key is made of the texts that specs stand in rather than of what they say: to hash a text that is at hand costs
    nothing, and places in findings depend on it, too. Rather too much is rendered again than too little.
    """

    def __init__(self, gate: "Gate", beside: Beside) -> None:
        project = gate.project
        self._project, self._beside, self._gate = project, beside, gate
        self._graph = project.graph
        self._known: dict[Key, bytes] = {}

    def of(self, unit: Unit) -> bytes:
        """The key of a unit: of its environment, its model, all that this is made from, its deployments, waivers."""
        place, model = self._of(("Environment", unit.environment)), self._of(("Model", unit.model))
        deployments = [self._of(("Deployment", name)) for name in unit.deployments]
        about = (f"Model/{unit.model}", *(f"Deployment/{name}" for name in unit.deployments))
        waived = [one for object_ in about for one in self._waivers.get(object_, ())]
        return _digest([self._gate.rules_digest, place, model, *deployments, *waived])

    @cached_property
    def _waivers(self) -> dict[str, list[bytes]]:
        """The content of every waiver by what it is about: the guards of requests say what is waived."""
        found: dict[str, list[bytes]] = {}
        for _, waiver in sorted(self._project.waivers.items()):
            found.setdefault(waiver.said["object"], []).append(self._of(("Waiver", waiver.name)))
        return found

    def together(self, environment: str, keys: Iterable[bytes]) -> bytes:
        """The key of an environment's whole release, from those of its models: of its own objects as well."""
        return _digest([self._gate.digest, self._of(("Environment", environment)), *keys])

    def _of(self, start: Key) -> bytes:
        """The digest of a spec with all that it is made from, each worked out after those; chains may be long."""
        known = self._known
        if start in known:
            return known[start]
        ahead = [(start, self._below(start))]
        while ahead:
            one, below = ahead[-1]
            missing = [key for key in below if key not in known]
            if missing:
                ahead += [(key, self._below(key)) for key in missing]
                continue
            ahead.pop()
            known[one] = _digest([*self._content(one), *[known[key] for key in below]])
        return known[start]

    def _below(self, key: Key) -> list[Key]:
        if key[0] not in ("Model", "FeatureSet"):
            return []
        units, found = self._graph.units, []
        for kinds, name in units[key].edges:
            meant = next(((kind, name) for kind in kinds if (kind, name) in units), None)
            if meant is not None and meant[0] in _MADE_FROM:
                found.append(meant)
        return found

    def _content(self, key: Key) -> list[bytes]:
        unit = self._graph.units[key]
        said = f"{unit.key}\n{unit.path}\n{unit.position}".encode(errors="surrogateescape")
        beside = [self._beside.digest(self._project.root, unit.path, path, folder) for path, folder in unit.files]
        return [said, self._project.content(unit), *beside]


def _digest(parts: list[bytes]) -> bytes:
    """Of parts and of where each ends."""
    return hashlib.sha256(marshal.dumps(parts, 2)).digest()  # Of this form, equals are equal.
