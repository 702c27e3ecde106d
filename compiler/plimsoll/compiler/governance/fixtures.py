"""Fixtures: for each rule, cases that keep it and cases that break it, as patches of one estate that keeps all rules.

``pass.yaml`` and ``fail.yaml`` beside a policy hold ``cases``. A case names what it shows, patches objects of
``fixtures/estate.yaml`` by ``Kind/name`` and dotted route (null removes), and, where it breaks the rule, lists every
finding that the rule then has: the object, the route that is blamed, and the message. For a rule that judges what is
rendered, the estate is rendered for each of its environments; the object is the spec that was rendered, the route one
of the manifest.
"""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.governance.catalogue import SHOWN, Catalogue
from plimsoll.compiler.governance.findings import Judge
from plimsoll.compiler.governance.gate import Gate
from plimsoll.compiler.governance.judge import evaluate_all
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.subjects import Estate
from plimsoll.compiler.governance.verdict import Finding
from plimsoll.compiler.kinds.common import Part
from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile, Sources, read_source
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.resolve import load_project

Values = dict[str, dict[str, Any]]
"""The objects of an estate by ``Kind/name``, as YAML has them."""


class Expected(Part):
    """A finding that a case must have."""

    object: str
    at: str
    message: str


class Case(Part):
    """A case of a rule."""

    case: Annotated[str, Field(min_length=3)]
    patch: dict[str, dict[str, Any]] = Field(default_factory=dict)
    expect: tuple[Expected, ...] = ()


class _Cases(Part):
    cases: Annotated[tuple[Case, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a case, or with a fixture file as a whole."""

    path: str
    case: str
    problem: str


@dataclass(frozen=True)
class Report:
    """How many cases were run, and what was wrong with them."""

    cases: int
    faults: tuple[Fault, ...]


class _Unreadable(Exception):
    """A fixture that can't be run; the message says why."""


def run_fixtures(catalogue: Catalogue) -> Report:
    """Run every case of every rule: those that pass are silent, those that fail fire exactly where they say.

    A passing case counts only if the rule applied to something in it. The estate itself must keep every rule.
    """
    shown = f"{SHOWN}/fixtures/estate.yaml"
    try:
        values = _values(catalogue.root / "fixtures" / "estate.yaml", shown, catalogue.root)
        faults = list(_estate_faults(catalogue, values, shown))
    except _Unreadable as error:
        return Report(0, (Fault(shown, "", str(error)),))
    count = 0
    for rule in catalogue.rules.values():
        for which in ("pass", "fail"):
            path = Path(rule.policy.document.source.path).with_name(f"{which}.yaml")
            try:
                cases = _cases(catalogue.root / path.relative_to(SHOWN), path.as_posix(), catalogue.root)
            except _Unreadable as error:
                faults.append(Fault(path.as_posix(), "", str(error)))
                continue
            count += len(cases)
            for case in cases:
                problems = _run(rule, case, which, values, catalogue.root)
                faults += [Fault(path.as_posix(), case.case, problem) for problem in problems]
    return Report(count, tuple(faults))


def _read(path: Path, shown: str, root: Path) -> list[dict[str, Any]]:
    source = read_source(path, shown, root)
    parsed = parse(source.value) if source.value else None
    if parsed is None or parsed.value is None:
        raise _Unreadable(_told((*source.diagnostics, *(parsed.diagnostics if parsed else ()))))
    return [document.value for document in parsed.value]


def _told(diagnostics: tuple[Diagnostic, ...]) -> str:
    return "; ".join(f"{d.subject or d.span.path}: {d.message}" for d in diagnostics)


def _values(path: Path, shown: str, root: Path) -> Values:
    return {f"{value['kind']}/{value['metadata']['name']}": value for value in _read(path, shown, root)}


def _cases(path: Path, shown: str, root: Path) -> tuple[Case, ...]:
    documents = _read(path, shown, root)
    try:
        return _Cases.model_validate(documents[0] if documents else {}).cases
    except ValidationError as error:
        raise _Unreadable(str(error)) from None


def _estate(values: Values, root: Path) -> Estate:
    """A project of some values; JSON is YAML, so that the whole way from text to project is walked."""
    files = tuple(
        SourceFile(f"{key.replace('/', '-')}.yaml", json.dumps(value, ensure_ascii=False))
        for key, value in values.items()
    )
    project = load_project(Sources(root / "fixtures", files))
    if project.value is None:
        raise _Unreadable(f"isn't a sound project: {_told(project.diagnostics)}")
    return Estate(project.value)


def _estate_faults(catalogue: Catalogue, values: Values, shown: str) -> Iterator[Fault]:
    estate = _estate(values, catalogue.root)
    findings = [one for verdict in evaluate_all(Judge(catalogue.rules.values(), estate)) for one in verdict.findings]
    for rule in catalogue.rules.values():
        findings += _rendered(rule, estate.project)[1] if rule.objects else ()
    for finding in findings:
        yield Fault(shown, "", f"{finding.rule} finds {finding.object}: {finding.message}")


def _run(rule: Rule, case: Case, which: Literal["pass", "fail"], values: Values, root: Path) -> Iterator[str]:
    try:
        estate = _estate(_patched(values, case), root)
    except _Unreadable as error:
        yield str(error)
        return
    try:
        applied, findings = _rendered(rule, estate.project) if rule.objects else _declared(rule, estate)
    except _Unreadable as error:
        yield str(error)
        return
    if not applied:
        yield "the rule applies to nothing, so the case shows nothing"
    if which == "fail" and not case.expect:
        yield "the case expects no finding"
    if which == "pass" and case.expect:
        yield "the case expects a finding"
    expected = {(e.object, e.at, e.message) for e in case.expect}
    found = {(finding.object, ".".join(map(str, finding.route)), finding.message) for finding in findings}
    yield from (f"didn't find {' | '.join(one)}" for one in sorted(expected - found))
    yield from (f"found {' | '.join(one)}" for one in sorted(found - expected))


def _declared(rule: Rule, estate: Estate) -> tuple[bool, list[Finding]]:
    """Whether a rule applies to any spec of an estate, and what it finds there."""
    verdicts = evaluate_all(Judge([rule], estate))
    return any(verdict.applied for verdict in verdicts), [one for verdict in verdicts for one in verdict.findings]


def _rendered(rule: Rule, project: Project) -> tuple[bool, list[Finding]]:
    """Whether a rule applies to any object that is rendered for a project, and what it finds there."""
    from plimsoll.compiler.rendering.naming import units_of
    from plimsoll.compiler.rendering.units import made_in, rendition

    gate, applied, findings = Gate({rule.id: rule}, lambda _: [], project), False, list[Finding]()
    for environment in project.environments:
        for unit in units_of(project, environment):
            made = made_in(project, unit)
            if made.diagnostics:
                raise _Unreadable(_told(made.diagnostics))
            objects = [rendition(one) for one in made.value or ()]
            applied = applied or any(one.kind in rule.objects for one in objects)
            findings += gate.findings(environment, objects)
    return applied, findings


def _patched(values: Values, case: Case) -> Values:
    """The values with a case's patches; the values themselves stay as they are."""
    patched = copy.deepcopy(values)
    for key, patch in case.patch.items():
        if key not in patched:
            raise _Unreadable(f"the estate has no {key}")
        for route, value in patch.items():
            _set(patched[key], route.split("."), value)
    return patched


def _set(value: Any, route: list[str], new: Any) -> None:
    *parents, last = route
    for part in parents:
        value = value[int(part)] if isinstance(value, list) else value.setdefault(part, {})
    if new is None and isinstance(value, dict):
        value.pop(last, None)
    else:
        value[int(last) if isinstance(value, list) else last] = new
