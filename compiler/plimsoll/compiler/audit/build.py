"""From a folder of specs that was judged to the audit of one of its environments."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from plimsoll.compiler.audit import document, header
from plimsoll.compiler.audit.controls import cited, control, controls_of
from plimsoll.compiler.audit.document import Audit
from plimsoll.compiler.audit.evidence import Evidence, gather
from plimsoll.compiler.audit.frameworks import Frameworks
from plimsoll.compiler.audit.gaps import framework_states, gaps
from plimsoll.compiler.audit.header import Header
from plimsoll.compiler.audit.judged import Object, RenderedObject, RuleResult
from plimsoll.compiler.audit.known import known_marks
from plimsoll.compiler.audit.links import linked
from plimsoll.compiler.audit.results import Shown, Weighing, rule_results
from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.governance.modes import Bindings
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.terms import Terms, terms_of
from plimsoll.compiler.governance.waivers import Waivers
from plimsoll.compiler.project.project import Project
from plimsoll.contract.digests import of_json
from plimsoll.contract.version import VERSION

_NO_VALUE = "PLM-GOV-010"
"""The code of a rule that has no answer."""


@dataclass(frozen=True)
class Given:
    """What an audit is made from."""

    project: Project
    checked: CheckedProject | None
    """The checked project, unless something blocks."""
    rules: Mapping[str, Rule]
    """The catalogue's rules and the project's own, by id."""
    found: tuple[Diagnostic, ...]
    """What was found about the project, that about its waivers among it; what a baseline knows says since when."""
    frameworks: Frameworks
    today: date
    by: str
    """Who makes the audit."""
    commit: header.Commit | None
    name: str
    """What the project is called."""
    shown: Shown
    """A file's path from the root of the repository."""
    jobs: int = 1
    terms: Terms | None = None
    """The policies, bindings and waivers that count; the project's own unless they are given."""
    base: header.Base | None = None
    """Where they are from, if not from the project."""
    baseline: header.Baseline | None = None
    """The baseline that ``found`` was held against."""

    @property
    def governing(self) -> Terms:
        """The policies, bindings and waivers that count."""
        return self.terms or terms_of(self.project)


def audit(given: Given, environment: str) -> Audit:
    """The audit of an environment.

    Law: the same specs, rules, commit, day and name give the same audit, in however many processes.
    """
    rules = [given.rules[id_] for id_ in sorted(given.rules)]
    evidence = gather(given.project, given.checked, rules, environment, given.today, jobs=given.jobs)
    places = _places(given.project, environment)
    named = cited(rules, given.frameworks, places)
    supports = dict.fromkeys(given.rules, ()) | controls_of(named)
    results = rule_results(given.rules, evidence, _weighing(given, environment), supports)
    by_id = {one.id: one for one in results}
    controls = tuple(control(one, by_id, given.today) for one in named)
    frameworks = framework_states(controls, given.frameworks, places)
    return Audit(
        header=_header(given, environment, places, evidence),
        totals=_totals(results),
        frameworks=frameworks,
        controls=controls,
        gaps=gaps(controls, frameworks),
        waivers=tuple(_waivers(given, environment, results)),
        rules=results,
        objects=tuple(_objects(given, evidence)),
        rendered=tuple(_rendered(evidence)),
    )


def _weighing(given: Given, environment: str) -> Weighing:
    terms = given.governing
    own = frozenset(policy.values["spec"]["id"] for policy in terms.policies.values())
    waivers = Waivers(terms, given.project, given.today)
    return Weighing(environment, Bindings(terms.bindings), waivers, own, given.shown, known_marks(given.found))


def _places(project: Project, environment: str) -> tuple[str, ...]:
    """The jurisdictions of an environment and of the data that is processed there, the environment's first."""
    graph = project.graph
    here: str = project.environments[environment].values["spec"]["jurisdiction"]
    sources = graph.of_models(graph.models_of("Environment", environment)).data_sources
    data = {project.data_sources[name].values["spec"]["jurisdiction"] for name in sources}
    return (here, *sorted(data - {here}))


def _header(given: Given, environment: str, places: tuple[str, ...], evidence: Evidence) -> Header:
    project = given.project
    paths = {unit.path: unit for unit in project.units}
    return Header(
        project=given.name,
        environment=environment,
        jurisdiction=places[0],
        jurisdictions=places,
        day=given.today.isoformat(),
        by=given.by,
        tool=VERSION,
        commit=given.commit,
        catalogue=header.Catalogue(
            digest=of_json({id_: rule.values for id_, rule in given.rules.items()}),
            rules=len(given.rules),
            own=tuple(sorted(policy.values["spec"]["id"] for policy in given.governing.policies.values())),
        ),
        specs=header.Specs(
            digest=of_json({path: project.content(unit).hex() for path, unit in paths.items()}),
            count=project.size,
            here=len(evidence.specs),
        ),
        base=given.base,
        baseline=given.baseline,
        release=evidence.release,
        no_release=evidence.no_release,
        troubles=tuple(_troubles(given)),
    )


def _troubles(given: Given) -> Iterator[str]:
    """What stops the specs beside findings of rules: a waiver that its own author approves, a binding of no rule."""
    told = {rule.code for rule in given.rules.values()} | {_NO_VALUE}
    for one in given.found:
        if one.blocks and one.code not in told:
            yield f"{one.code} {given.shown(one.span.path)}:{one.span.line}: {one.message}"


def _totals(results: Iterable[RuleResult]) -> document.Totals:
    told = [(rule, finding) for rule in results for finding in rule.findings]
    standing = [rule.mode for rule, finding in told if finding.result == "open"]
    unknown = sum(finding.result == "not evaluated" for _, finding in told)
    return document.Totals(
        judgements=sum(rule.judged for rule in results),
        open=len(standing),
        known=sum(finding.known is not None for _, finding in told),
        waived=sum(finding.result == "waived" for _, finding in told),
        not_evaluated=unknown,
        blocking=sum(mode == "deny" for mode in standing) + unknown,
    )


def _waivers(given: Given, environment: str, results: Iterable[RuleResult]) -> Iterator[document.Waiver]:
    """The waivers that may count in an environment, with what was found about them."""
    covers = [finding.waiver for rule in results for finding in rule.findings]
    said = {one.subject: one.message for one in given.found if one.subject.startswith("Waiver/")}
    for waiver in given.governing.waivers.values():
        spec, span = waiver.values["spec"], waiver.span("metadata", "name")
        if spec["environments"] and environment not in spec["environments"]:
            continue
        yield document.Waiver(
            **{key: spec[key] for key in ("policy", "object", "reason", "ticket", "approver", "expires")},
            name=waiver.name,
            path=given.shown(span.path),
            line=span.line,
            covers=covers.count(waiver.name),
            said=said.get(waiver.key, ""),
        )


def _objects(given: Given, evidence: Evidence) -> Iterator[Object]:
    for spec in sorted(evidence.specs, key=lambda one: one.key):
        located = given.project.tables[spec.kind][spec.name]
        span, documents = located.span("metadata", "name"), linked(given.project, located, given.today, given.shown)
        yield Object(key=spec.key, path=given.shown(span.path), line=span.line, documents=tuple(documents))


def _rendered(evidence: Evidence) -> Iterator[RenderedObject]:
    for one in sorted(evidence.objects, key=lambda each: each.made.file):
        made = one.made
        yield RenderedObject(file=made.file, key=f"{made.kind}/{made.stem}", digest=made.digest, spec=made.owner)


def shown_below(root: Path, folder: Path) -> Shown:
    """How files of a project's folder are shown: from the root of the repository, where the folder lies below it."""
    whole, above = folder.resolve(), root.resolve()
    prefix = f"{whole.relative_to(above).as_posix()}/" if whole != above and whole.is_relative_to(above) else ""
    return lambda path: f"{prefix}{path}"
