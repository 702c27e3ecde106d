"""Fixtures: for each rule, cases that keep it and cases that break it, as patches of one estate that keeps all rules.

``pass.yaml`` and ``fail.yaml`` beside a policy hold ``cases``. A case names what it shows, patches objects of
``fixtures/estate.yaml`` by ``Kind/name`` and dotted route (null removes), and, where it breaks the rule, lists every
finding that the rule then has: the object, the route that is blamed, and the message. For a rule that judges what is
rendered, the estate is rendered for each of its environments; the object is the spec that was rendered, the route one
of the manifest.

A folder of rules that has no estate of its own patches the one that comes with Plimsoll, which need not keep its rules.
"""

import copy
import json
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from plimsoll.compiler.diagnostics import Diagnostic, Severity, Span
from plimsoll.compiler.governance.catalogue import SHOWN, Catalogue
from plimsoll.compiler.governance.findings import Judge
from plimsoll.compiler.governance.gate import Gate
from plimsoll.compiler.governance.judge import evaluate_all
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.subjects import Estate
from plimsoll.compiler.governance.verdict import Finding
from plimsoll.compiler.kinds.common import Part
from plimsoll.compiler.loading.documents import Document, parse
from plimsoll.compiler.loading.sources import SourceFile, Sources, read_source
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.resources import data_root

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


Which = Literal["pass", "fail", "estate"]
WHICH: dict[Literal["pass", "fail"], str] = {"pass": "passing", "fail": "failing"}

ESTATE = "fixtures/estate.yaml"
"""Where the estate lies below a folder of rules."""


@dataclass(frozen=True)
class Tried:
    """A case that was run, or a fixture that could not be; and what was wrong with it."""

    rule: str
    """The rule's id; empty for the estate itself."""
    which: Which
    case: str
    """What the case shows; empty for a fixture as a whole."""
    span: Span
    problems: tuple[str, ...] = ()
    missing: bool = False
    """Whether the rule has no such fixture."""

    @property
    def diagnostics(self) -> Iterator[Diagnostic]:
        """What was wrong, as findings about the fixture."""
        for problem in self.problems:
            message = f"{self.case}: {problem}" if self.case else problem
            if self.missing:
                code, hint = "PLM-TST-002", f"write {Path(self.span.path).with_name(f'{self.which}.yaml').as_posix()}"
            else:
                code, hint = "PLM-TST-001", "mend the rule, or the case when it is the case that is wrong"
            properties = (("case", self.case), ("fixture", self.which)) if self.case else (("fixture", self.which),)
            yield Diagnostic(
                code, Severity.ERROR, message, self.span, help=hint, subject=self.rule, properties=properties
            )


class _Unreadable(Exception):
    """A fixture that can't be run; the message says why."""


@dataclass(frozen=True)
class _Ground:
    """What the cases of a folder of rules stand on."""

    catalogue: Catalogue
    root: Path
    """The folder whose estate is patched."""
    values: Values


def try_cases(catalogue: Catalogue, only: Collection[str] | None = None) -> Iterator[Tried]:
    """Run every case of every rule: those that pass are silent, those that fail fire exactly where they say.

    A passing case counts only if the rule applied to something in it. An estate that lies beside the rules must keep
    all of them. With ``only``, the cases of some rules are run, and the estate is not judged by itself.
    """
    own = (catalogue.root / ESTATE).is_file()
    root, prefix = (catalogue.root, catalogue.shown) if own else (data_root("policies"), SHOWN)
    shown = f"{prefix}/{ESTATE}"
    try:
        ground = _Ground(catalogue, root, _values(root / ESTATE, shown, root))
        problems = tuple(_estate_faults(ground)) if own and only is None else ()
    except _Unreadable as error:
        yield Tried("", "estate", "", Span(shown, 1, 1, 1), (str(error),))
        return
    if own and only is None:
        yield Tried("", "estate", "the estate keeps every rule", Span(shown, 1, 1, 1), problems)
    for rule in catalogue.rules.values():
        if only is None or rule.id in only:
            for which in WHICH:
                yield from _try_fixture(rule, which, ground)


def cases_of(rule: Rule, catalogue: Catalogue) -> dict[str, list[str]]:
    """What the cases of a rule show: those that pass and those that fail. A fixture that can't be read has none."""
    told: dict[str, list[str]] = {}
    for which in WHICH:
        path, shown = _fixture(rule, which, catalogue)
        try:
            told[which] = [case.case for case in _cases(path, shown, catalogue.root)[1]]
        except _Unreadable:
            told[which] = []
    return told


def _fixture(rule: Rule, which: Literal["pass", "fail"], catalogue: Catalogue) -> tuple[Path, str]:
    """Where a fixture lies, and how its path is shown."""
    shown = Path(rule.policy.document.source.path).with_name(f"{which}.yaml").as_posix()
    return catalogue.root / shown.removeprefix(f"{catalogue.shown}/"), shown


def _try_fixture(rule: Rule, which: Literal["pass", "fail"], ground: _Ground) -> Iterator[Tried]:
    root = ground.catalogue.root
    path, shown = _fixture(rule, which, ground.catalogue)
    if not path.is_file():
        problem = f"{rule.id} has no {WHICH[which]} fixture"
        yield Tried(rule.id, which, "", rule.policy.span("spec", "id"), (problem,), missing=True)
        return
    try:
        document, cases = _cases(path, shown, root)
    except _Unreadable as error:
        yield Tried(rule.id, which, "", Span(shown, 1, 1, 1), (str(error),))
        return
    names = Counter(case.case for case in cases)
    for number, case in enumerate(cases):
        span = document.span(("cases", number, "case"))
        problems = tuple(_run(rule, case, which, ground))
        twice = ("two cases of this file are called so",) if names[case.case] > 1 else ()
        yield Tried(rule.id, which, case.case, span, (*twice, *problems))


def _read(path: Path, shown: str, root: Path) -> tuple[Document, ...]:
    source = read_source(path, shown, root)
    parsed = parse(source.value) if source.value else None
    if parsed is None or parsed.value is None:
        raise _Unreadable(_told((*source.diagnostics, *(parsed.diagnostics if parsed else ()))))
    return tuple(parsed.value)


def _told(diagnostics: tuple[Diagnostic, ...]) -> str:
    return "; ".join(f"{d.subject or d.span.path}: {d.message}" for d in diagnostics)


def _values(path: Path, shown: str, root: Path) -> Values:
    read = [document.value for document in _read(path, shown, root)]
    return {f"{value['kind']}/{value['metadata']['name']}": value for value in read}


def _cases(path: Path, shown: str, root: Path) -> tuple[Document, tuple[Case, ...]]:
    documents = _read(path, shown, root)
    if not documents:
        raise _Unreadable("holds no cases")
    try:
        return documents[0], _Cases.model_validate(documents[0].value).cases
    except ValidationError as error:
        raise _Unreadable(
            "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        ) from None


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


def _estate_faults(ground: _Ground) -> Iterator[str]:
    estate, rules = _estate(ground.values, ground.root), ground.catalogue.rules.values()
    findings = [one for verdict in evaluate_all(Judge(rules, estate)) for one in verdict.findings]
    for rule in rules:
        findings += _rendered(rule, estate.project)[1] if rule.objects else ()
    for finding in findings:
        yield f"{finding.rule} finds {finding.object}: {finding.message}"


def _run(rule: Rule, case: Case, which: Literal["pass", "fail"], ground: _Ground) -> Iterator[str]:
    try:
        estate = _estate(_patched(ground.values, case), ground.root)
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
