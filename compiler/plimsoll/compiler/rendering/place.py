"""An environment's release on its way into its folder: what is known of it, what stands there, what is to be done."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plimsoll.compiler.cache.codec import back, plain
from plimsoll.compiler.cache.renderings import Renderings
from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.rendering.keys import Keys
from plimsoll.compiler.rendering.made import Made, Part
from plimsoll.compiler.rendering.naming import Unit
from plimsoll.compiler.rendering.standing import Look, Seal
from plimsoll.contract.release_files import BUNDLE_FILE, LOCK_FILE


@dataclass(frozen=True)
class Locked:
    """What a release is to be, by digest; what was found on the way."""

    digest: str = ""
    """Of the release; empty where there is none."""
    lock: bytes = b""
    files: Mapping[str, str] = field(default_factory=dict)
    found: tuple[Diagnostic, ...] = ()


@dataclass
class Place:
    """An environment, its folder, and how far its release came."""

    environment: str
    folder: Path
    units: Mapping[str, tuple[Unit, bytes]]
    """The units by their models, each with its key."""
    key: bytes
    """Of the whole release."""
    last: Seal | None
    """How the last run left the folder."""
    seal: Seal | None = None
    """The same, if the folder still is so."""
    seen: Look | None = None
    """How the folder looks, if it is not so."""
    parts: dict[str, Part] = field(default_factory=dict)
    """What is known of the units, by their models."""
    old: Mapping[str, str] | None = None
    """The digests of the files in the folder; None where they are not known without reading."""
    stage: Path | None = None
    locked: Locked | None = None

    @property
    def stands(self) -> bool:
        """Whether the folder holds this very release."""
        return self.seal is not None and self.seal.key == self.key and self.locked is not None

    def due(self) -> list[Unit]:
        """The units that are not known, and those of which not every file stands."""
        old = self.old or {}
        return [
            unit
            for model, (unit, _) in self.units.items()
            if model not in self.parts or any(old.get(one.file) != one.digest for one in self.parts[model].objects)
        ]

    def whole(self) -> list[Part]:
        """The parts in the order of the units."""
        return [self.parts[model] for model in self.units]


def place_of(keys: Keys, units: Sequence[Unit], folder: Path, last: Seal | None) -> Place:
    """A place of which nothing is known yet but what it is to hold."""
    models = {unit.model: (unit, keys.of(unit)) for unit in units if unit.model}
    key = keys.together(folder.name, (one for _, one in models.values()))
    itself = {unit.model: (unit, key) for unit in units if not unit.model}
    return Place(folder.name, folder, itself | models, key, last)


def recall_seal(folder: Path, renderings: Renderings) -> Seal | None:
    """How the last run left a folder."""
    known = renderings.recall(_part(folder))
    return Seal(*known) if known is not None else None


def recall(place: Place, renderings: Renderings) -> None:
    """Put into a place what is remembered of its release: no more than what was found, where its seal says the rest."""
    seal = place.seal
    if seal is not None:
        found = renderings.recall(f"found {place.environment}") if seal.key == place.key else None
        if found is not None and found[0] == place.key:
            place.locked = Locked(seal.digest, found=back(found[1]))
            return
    parts = renderings.recall(f"parts {place.environment}")
    if parts is None:
        return
    key, kept = parts
    if seal is not None and seal.key == key:
        objects = (one for _, part in kept.values() for one in part[0])
        place.old = {one[_FILE]: one[_DIGEST] for one in objects} | {LOCK_FILE: seal.digest}
    place.parts = {
        model: _back(kept[model][1])
        for model, (_, key) in place.units.items()
        if model in kept and kept[model][0] == key
    }


def remember(place: Place, seal: Seal, renderings: Renderings) -> None:
    """Have what became of a place be remembered."""
    renderings.remember(_part(place.folder), tuple(seal))
    if place.stands or place.locked is None:
        return
    renderings.remember(f"found {place.environment}", (place.key, plain(place.locked.found)))
    parts = {model: (key, _plain(place.parts[model])) for model, (_, key) in place.units.items()}
    renderings.remember(f"parts {place.environment}", (place.key, parts))


_FILE, _DIGEST = Made._fields.index("file"), Made._fields.index("digest")


def _part(folder: Path) -> str:
    return f"folder {folder.resolve()}"


def _plain(part: Part) -> tuple[Any, ...]:
    """A part without a fault as plain values; nothing is remembered of others."""
    return tuple(map(tuple, part.objects)), part.specs, plain(part.notes), plain(part.findings)


def _back(value: tuple[Any, ...]) -> Part:
    objects, specs, notes, findings = value
    return Part(tuple(map(Made._make, objects)), specs, back(notes), findings=back(findings))


class OnDisk(Mapping[str, bytes]):
    """The files of a release that is rendered and not yet put into its folder, read when they are asked for."""

    def __init__(self, place: Place) -> None:
        assert place.locked is not None
        names = place.locked.files or {one.name for one in os.scandir(place.folder)} - {LOCK_FILE, BUNDLE_FILE}
        self._names, self._place = sorted(names), place

    def __getitem__(self, name: str) -> bytes:
        staged = self._place.stage / name if self._place.stage is not None else None
        if staged is not None and staged.exists():
            return staged.read_bytes()
        return (self._place.folder / name).read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
