"""Make the releases of many environments and put them into their folders, doing again only what something changed for.

Law: what is found, and what stands in the folders afterwards, is the same whatever is remembered, whatever stood there,
and in however many processes.
"""

import contextlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from plimsoll.compiler.cache.renderings import Renderings
from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.rendering.ahead import Seen, alone
from plimsoll.compiler.rendering.keys import Keys
from plimsoll.compiler.rendering.made import Part
from plimsoll.compiler.rendering.naming import Unit, require_environment, units_of
from plimsoll.compiler.rendering.place import Locked, Place, place_of, recall, recall_seal, remember
from plimsoll.compiler.rendering.standing import Seal, compared, look, refuse_foreign, sealed, standing
from plimsoll.compiler.rendering.write import FileChanges, changes, made, put, staged
from plimsoll.compiler.workers import ahead as beside
from plimsoll.compiler.workers import nothing, spread
from plimsoll.contract import digests
from plimsoll.contract.release_files import LOCK_FILE

if TYPE_CHECKING:
    from plimsoll.compiler.forks import Ahead
    from plimsoll.compiler.governance.gate import Gate

Due = tuple[Mapping[str, str], str, Unit]
"""A unit to be rendered: what stands of its environment, by digest, and where that is put which does not."""

_USUAL = ("configmap", "workflowtemplate-train", "cronworkflow", "serviceaccount", "role", "rolebinding")
"""The templates of a training."""

LEAST = 16
"""How many units are to be rendered before a second process pays."""

_FEW = 20
"""How many units are named one by one when it is told what was rendered."""


@dataclass
class Making:
    """The releases of some environments of a project, below one folder."""

    checked: CheckedProject
    out: Path
    renderings: Renderings
    jobs: int = 1
    places: list[Place] = field(default_factory=list)
    _beside: "Ahead[Sequence[Due], list[Part]] | None" = None
    """A process that gets ready to render a few units while it turns out which."""

    def key(self, environments: Iterable[str], stack: contextlib.ExitStack) -> None:
        """Work out the key of what each environment is to hold. As soon as one differs, a process gets ready to render.

        It comes before ``render``, once, and may be done while the folders are looked at: nothing is read of them. The
        process ends with the stack.

        Raises:
            Refused: for an environment that the project does not have.
        """
        project, names = self.checked.project, list(dict.fromkeys(environments))
        for name in names:
            require_environment(project, name)
        keys = Keys(self.checked.gate, self.renderings.beside)
        for name in names:
            folder = self.out / name
            place = place_of(keys, units_of(project, name), folder, recall_seal(folder, self.renderings))
            self.places.append(place)
            if self._beside is None and place.last is not None and place.last.key != place.key:
                self._beside = stack.enter_context(beside(_load_usual, self._rendered, jobs=self.jobs))

    def render(self, stack: contextlib.ExitStack, ahead: Seen | None = None) -> tuple[Diagnostic, ...]:
        """Render what is not known or does not stand. It is written beside its folder, and gone when the stack is.

        ``ahead`` is what was seen of the folders already, by whoever keeps others out since then.

        Returns:
            What was found, environment by environment.

        Raises:
            Refused: for a folder that holds anything but a release.
        """
        stack.enter_context(made(self.out))
        if ahead is None:
            stack.enter_context(alone(self.out))
        self._compare(ahead or {})
        for place in self.places:
            recall(place, self.renderings)
        waiting = [place for place in self.places if not place.stands]
        self._read(waiting)
        for place in waiting:
            place.stage = stack.enter_context(staged(place.folder))
        self._make(waiting)
        for place, locked in zip(waiting, self._locked(waiting), strict=True):
            place.locked = locked
        return tuple(one for place in self.places if place.locked for one in place.locked.found)

    def write(self) -> list[FileChanges]:
        """Put each release into its folder, whole or not at all, and say what that changed.

        Raises:
            OSError: when one can't be written; what lay in its folder before is whole.
        """
        places = [place for place in self.places if place.locked is not None and place.locked.digest]
        differ = [place for place in places if not place.stands]
        slices = spread(lambda some: [_written(place) for place in some], differ, jobs=self.jobs, least=_PLACES)
        anew = iter([one for some in slices for one in some])
        written = [_written(place) if place.stands else next(anew) for place in places]
        for place, (_, seal) in zip(places, written, strict=True):
            if seal != place.last:
                remember(place, seal, self.renderings)
        return [differ for differ, _ in written]

    def _compare(self, ahead: Seen) -> None:
        """Hold each folder against how it was left, in forks, unless somebody has; meanwhile load what renders."""
        left = [(place.folder, place.last) for place in self.places if place.folder not in ahead]
        waits = self._beside is None and any(last is None for _, last in left)
        slices = spread(
            lambda some: [compared(*one) for one in some],
            left,
            jobs=self.jobs,
            least=_PLACES,
            meanwhile=_get_ready if waits else nothing,
        )
        late = zip((folder for folder, _ in left), (one for some in slices for one in some), strict=True)
        known = {**ahead, **dict(late)}
        for place in self.places:
            place.seen, place.seal = known[place.folder]

    def _read(self, places: Iterable[Place]) -> None:
        """Read the folders of which nothing is known, each of which must hold a release or nothing."""
        unknown = [place for place in places if place.old is None]
        looks = [(place.folder, place.seen or look(place.folder)) for place in unknown]
        for folder, seen in looks:
            refuse_foreign(folder, seen)
        slices = spread(
            lambda some: [standing(folder, seen) for folder, seen in some], looks, jobs=self.jobs, least=_PLACES
        )
        for place, old in zip(unknown, (old for some in slices for old in some), strict=True):
            place.old = old

    def _make(self, places: Iterable[Place]) -> None:
        """Render the units that are due: those of a model, and models of an environment, have much in common."""
        due = [(place, unit) for place in places for unit in place.due()]
        home: dict[str, str] = {}
        for place, unit in due:
            home.setdefault(unit.model, place.environment)
        due.sort(key=lambda one: (home[one[1].model], one[1].model))
        self._tell(due)
        if len(due) >= LEAST:
            _get_ready()
        if not due:
            return

        orders = [(place.old or {}, os.fspath(place.stage or ""), unit) for place, unit in due]
        if self._beside is not None and len(due) < LEAST:
            parts = self._beside.ask(orders, _load_locking)
        else:
            slices = spread(self._rendered, orders, jobs=self.jobs, least=LEAST)
            parts = [part for some in slices for part in some]
        for (place, unit), part in zip(due, parts, strict=True):
            place.parts[unit.model] = part

    def _rendered(self, due: "Sequence[Due]") -> list[Part]:
        """Render units, and write what does not stand already."""
        return [_made(self.checked.gate, *one) for one in due]

    def _locked(self, places: list[Place]) -> list[Locked]:
        gate = self.checked.gate
        slices = spread(lambda some: [_lock(gate, one) for one in some], places, jobs=self.jobs, least=_PLACES)
        return [locked for some in slices for locked in some]

    def _tell(self, due: list[tuple[Place, Unit]]) -> None:
        count = sum(len(place.units) for place in self.places)
        told = self.renderings.told
        told.append(f"{count - len(due):,} of {count:,} units are rendered as they were")
        if len(due) <= _FEW:
            for place, unit in due:
                why = "a file of it does not stand" if unit.model in place.parts else "something that it reads differs"
                told.append(f"{unit.model or 'what is of its own'} is rendered anew in {place.environment}: {why}")


_PLACES = 4
"""How many environments are to be worked on before a second process pays."""


def _get_ready() -> None:
    """Load what rendering takes before there are forks. Of the templates each process compiles those that it fills."""
    from plimsoll.compiler.rendering.units import make

    assert [make]


def _load_usual() -> None:
    """Load what rendering takes, and the templates that nearly every unit does."""
    from plimsoll.compiler.rendering.environment import template

    _get_ready()
    for name in _USUAL:
        template(name)


def _load_locking() -> None:
    """Load what locking takes: something is being rendered."""
    from plimsoll.compiler.rendering.locking import lock
    from plimsoll.contract.release import lock_bytes

    assert [lock, lock_bytes]


def _made(gate: "Gate", old: Mapping[str, str], stage: str, unit: Unit) -> Part:
    """Render a unit, and write what does not stand already."""
    from plimsoll.compiler.rendering.units import make

    def keep(name: str, data: bytes, digest: str) -> None:
        if old.get(name) != digest:
            _write(f"{stage}/{name}", data)

    return make(gate, unit, keep)


def _write(path: str, data: bytes) -> None:
    """Write a file with three calls of the system, where Python's own take six; there are tens of thousands."""
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    try:
        written = os.write(opened, data)
        while written < len(data):
            written += os.write(opened, data[written:])
    finally:
        os.close(opened)


def _lock(gate: "Gate", place: Place) -> Locked:
    from plimsoll.compiler.rendering.locking import lock
    from plimsoll.contract.release import lock_bytes

    outcome = lock(gate, place.environment, place.whole())
    if outcome.value is None:
        return Locked(found=outcome.diagnostics)
    data = lock_bytes(outcome.value)
    return Locked(digests.of_bytes(data), data, outcome.value.files, outcome.diagnostics)


def _written(place: Place) -> tuple[FileChanges, Seal]:
    """Put a release into its folder; the seal says how that looks now."""
    locked, seal = place.locked, place.seal
    assert locked is not None
    if place.stands:
        assert seal is not None
        return FileChanges(unchanged=seal.files), seal
    old = place.old or {}
    assert place.stage is not None
    put(locked.lock, locked.files, old, place.folder, place.stage, odd=bool(place.seen and place.seen.odd))
    now = {**locked.files, LOCK_FILE: locked.digest}
    differ = changes({name: digest for name, digest in old.items() if name != LOCK_FILE}, locked.files)
    return differ, sealed(place.key, locked.digest, look(place.folder), now)
