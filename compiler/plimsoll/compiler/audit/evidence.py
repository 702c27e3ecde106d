"""The verdicts of every rule on every object of one environment: of specs, and of what is rendered from them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from plimsoll.compiler.audit.recorder import Record, Recorder
from plimsoll.compiler.diagnostics import Outcome
from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.governance.findings import Judge
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.subjects import Estate, Subject
from plimsoll.compiler.governance.verdict import Finding, Verdict
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.unit import Unit
from plimsoll.compiler.rendering.locking import lock
from plimsoll.compiler.rendering.made import Made, Part
from plimsoll.compiler.rendering.naming import Unit as RenderingUnit
from plimsoll.compiler.rendering.naming import units_of
from plimsoll.compiler.workers import spread
from plimsoll.contract.release import ReleaseLock, lock_bytes, release_digest

_LEAST_SPECS, _LEAST_UNITS = 400, 16
"""How much there is to be done before a second process pays."""


class OfSpec(NamedTuple):
    """What the rules have to say about a spec in the environment."""

    kind: str
    name: str
    verdict: Verdict

    @property
    def key(self) -> str:
        """``Kind/name``."""
        return f"{self.kind}/{self.name}"


class OfObject(NamedTuple):
    """What the rules have to say about an object that is rendered for the environment."""

    made: Made
    applied: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Evidence:
    """Everything that was judged."""

    specs: tuple[OfSpec, ...]
    objects: tuple[OfObject, ...] = ()
    kinds: dict[str, int] = field(default_factory=dict)
    """How many objects of the environment were rendered, by kind."""
    release: str | None = None
    """The digest of the release."""
    no_release: str = ""
    """Why there is none."""
    unrendered: str = ""
    """Why something was not rendered and so not judged; empty when everything was."""


class _Here(Estate):
    """A project as its rules see it in one environment: what has nothing to do with that is not judged."""

    def __init__(self, project: Project, environment: str, today: date) -> None:
        super().__init__(project, today)
        self._place = environment

    def judged_in(self, environments: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one for one in environments if one == self._place)

    def subjects(self, one: Located[Any], *, per_environment: bool) -> Iterator[Subject]:
        for subject in super().subjects(one, per_environment=per_environment):
            if self._place in subject.reached:
                yield subject._replace(reached=(self._place,))

    def concerns(self, unit: Unit) -> bool:
        """Whether an object has to do with the environment."""
        match unit.kind:
            case "Environment":
                return unit.name == self._place
            case "Deployment":
                return self._place in self.graph.named(unit.kind, unit.name, "Environment")
        return self._place in self.graph.environments_of(self.graph.models_of(unit.kind, unit.name))


def judge_specs(
    project: Project, rules: Sequence[Rule], environment: str, today: date, *, jobs: int
) -> tuple[OfSpec, ...]:
    """Hold every spec of an environment against the rules, in the order of the project.

    Law: a rule has the same to say here as in ``judge``; what it says there of other environments is left out.
    """
    here = _Here(project, environment, today)
    judge = Judge(rules, here)
    units = [unit for unit in judge.objects() if here.concerns(unit)]
    slices = spread(lambda some: [judge.verdict(unit) for unit in some], units, jobs=jobs, least=_LEAST_SPECS)
    verdicts = (verdict for some in slices for verdict in some)
    return tuple(OfSpec(unit.kind, unit.name, verdict) for unit, verdict in zip(units, verdicts, strict=True))


def gather(
    project: Project,
    checked: CheckedProject | None,
    rules: Sequence[Rule],
    environment: str,
    today: date,
    *,
    jobs: int,
) -> Evidence:
    """Judge the specs of an environment, and what is rendered from them; nothing is written.

    Only a checked project is rendered. Where governance blocks, the rules that judge what is rendered stay unanswered.
    """
    specs = judge_specs(project, rules, environment, today, jobs=jobs)
    if checked is None:
        why = "findings stop the specs before anything is rendered"
        return Evidence(specs, no_release=why, unrendered=why)
    units = units_of(project, environment)
    if not units:
        return Evidence(specs, no_release=f"no deployment runs in {environment}")
    slices = spread(lambda some: _rendered(checked, some), units, jobs=jobs, least=_LEAST_UNITS)
    rendered = [one for some in slices for one in some]
    parts = [part for part, _ in rendered]
    objects = tuple(one for part, records in rendered for one in _together(part, records))
    return _with_release(Evidence(specs, objects, _counted(parts)), parts, lock(checked.gate, environment, parts))


def _rendered(checked: CheckedProject, units: Sequence[RenderingUnit]) -> list[tuple[Part, list[Record]]]:
    """Render units as ``compile`` does, and keep what rules say of each of their objects."""
    from plimsoll.compiler.rendering.units import make

    recorder, found = Recorder.of(checked.gate), list[tuple[Part, list[Record]]]()
    for unit in units:
        before = len(recorder.records)
        part = make(recorder, unit, lambda *_: None)
        found.append((part, recorder.records[before:]))
    return found


def _together(part: Part, records: Sequence[Record]) -> Iterator[OfObject]:
    """The objects of a unit with what was said of them. Of a unit that was not rendered, nothing was said."""
    for made, record in zip(part.objects, records, strict=True):
        if record.applied:
            yield OfObject(made, record.applied, record.findings)


def _counted(parts: Sequence[Part]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for part in parts:
        for made in part.objects:
            counts[made.kind] = counts.get(made.kind, 0) + 1
    return counts


def _with_release(found: Evidence, parts: Sequence[Part], locked: Outcome[ReleaseLock]) -> Evidence:
    if locked.value is not None:
        return replace(found, release=release_digest(lock_bytes(locked.value)))
    faults = [one for one in locked.diagnostics if one.blocks]
    said = f"{faults[0].code}: {faults[0].message}" if faults else "it could not be made"
    why = said if len(faults) < 2 else f"{said}, and {len(faults) - 1} more"
    missing = any(part.values or part.fault for part in parts)
    return replace(found, no_release=why, unrendered=why if missing else "")
