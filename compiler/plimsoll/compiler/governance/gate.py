"""The rules that judge rendered objects, held against each object of a release as it will be applied."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from plimsoll.compiler.diagnostics import Diagnostic, Label, Route, Span
from plimsoll.compiler.governance.created import created_by
from plimsoll.compiler.governance.engine import EvaluationFailed, bounded_memory, program, variables
from plimsoll.compiler.governance.evaluating import message_of
from plimsoll.compiler.governance.modes import Bindings
from plimsoll.compiler.governance.rules import Condition, Rule
from plimsoll.compiler.governance.verdict import Finding
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project

if TYPE_CHECKING:  # Whoever checks specs judges nothing that is rendered.
    from plimsoll.compiler.governance.alone import Alone
    from plimsoll.compiler.governance.shape import Shape, Shapes
    from plimsoll.compiler.kinds import Waiver

Standing = Callable[[str, str], list[Located["Waiver"]]]
"""The waivers of a rule in an environment that count today."""

Weigh = Callable[[Iterable[Finding]], list[Diagnostic]]
"""What is to be told of findings, as bindings and waivers have it."""


class Asks(Protocol):
    """A spec."""

    @property
    def key(self) -> str:
        """``Kind/name``."""


class Asker(Protocol):
    """A spec and a place in it, which is looked up for a finding and for nothing else."""

    @property
    def spec(self) -> Asks:
        """The spec."""

    @property
    def span(self) -> Span:
        """The place."""


class Rendition(NamedTuple):
    """A rendered object, and the spec that it was rendered for."""

    kind: str
    stem: str
    """Its name without a hash."""
    owner: Asker
    """Which spec asks for it, and where."""
    data: bytes
    """Its file."""
    patches: tuple[Span, ...] = ()
    """The patches of that spec that changed it, in their order."""
    before: tuple[bytes, ...] = ()
    """What it was before each of them."""


def exports(project: Project) -> bool:
    """Whether some environment wants the rules rendered as policies of its API server."""
    places = (place.values["spec"] for place in project.environments.values())
    return any((place.get("platform") or {}).get("admission") for place in places)


class Breach(NamedTuple):
    """A condition that does not hold for an object, or has no value."""

    rule: str
    condition: str
    message: str
    route: Route
    failed: bool


@dataclass(frozen=True)
class Gate:
    """The rules of a checked project that what is rendered from it has to pass."""

    rules: Mapping[str, Rule]
    """All rules by id."""
    weigh: Weigh
    project: Project
    today: date
    weights: bytes = b""
    """All that decides how findings are weighed, as bytes: bindings, waivers, the day."""
    bindings: Bindings = field(default_factory=lambda: Bindings({}))
    """How hard each rule is enforced where."""
    standing: Standing = lambda _rule, _environment: []
    """The waivers that count, for what holds the rules elsewhere."""

    @cached_property
    def rules_digest(self) -> bytes:
        """The digest of the rules that judge rendered objects, and of the day, where one of them asks for it."""
        rules = [rule for rule in self.rules.values() if rule.objects]
        said = [*(rule.values for rule in rules), str(self.today) if any(rule.dated for rule in rules) else ""]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()

    @cached_property
    def digest(self) -> bytes:
        """The digest of all that decides what is told of rendered objects, and of all rules where they are rendered."""
        said = [rule.values for rule in self.rules.values()] if exports(self.project) else []
        return hashlib.sha256(self.rules_digest + self.weights + json.dumps(said, sort_keys=True).encode()).digest()

    @cached_property
    def _by_kind(self) -> Mapping[str, "_Held"]:
        kinds = sorted({kind for rule in self.rules.values() for kind in rule.objects})
        return {kind: _Held(tuple(one for one in self.rules.values() if kind in one.objects)) for kind in kinds}

    def judge(self, environment: str, renditions: Iterable[Rendition]) -> list[Diagnostic]:
        """What the rules have against objects that are rendered for an environment.

        A finding stands at the patch that brought it about, before which the object kept the rule, and else at the name
        of the spec that the object was rendered for.
        """
        return self.weigh(self.findings(environment, renditions))

    def findings(self, environment: str, renditions: Iterable[Rendition]) -> Iterator[Finding]:
        """The findings before bindings and waivers have weighed them."""
        context = context_in(self.project, environment, self.today)
        for one in renditions:
            for each in (one, *created_by(one, self._by_kind)):
                if (held := self._by_kind.get(each.kind)) is not None:
                    yield from _findings(held, each, environment, context)

    def applied(self, environment: str, one: Rendition) -> tuple[str, ...]:
        """The ids of the rules that apply to an object: ``when`` is true, or has no value.

        A rule that leaves to another what specs bring about has nothing to say of an object that breaks it, unless a
        patch has brought that about, which is told by its findings.
        """
        held = self._by_kind.get(one.kind)
        return held.applied(one.data, environment, context_in(self.project, environment, self.today)) if held else ()


def context_in(project: Project, environment: str, today: date) -> dict[str, Any]:
    """What a rule about rendered objects may know beside the object."""
    return {"environment": project.environments[environment].values, "today": today.isoformat()}


@dataclass(frozen=True)
class _Held:
    """Rules that are held against the same objects."""

    rules: tuple[Rule, ...]
    _known: dict[tuple[str, "Shape"], tuple[Breach, ...]] = field(default_factory=dict)
    """The breaches of objects of a shape, by environment and shape."""
    _applied: dict[tuple[str, "Shape"], tuple[str, ...]] = field(default_factory=dict)
    """The rules that apply to objects of a shape, likewise."""

    @cached_property
    def leaving(self) -> frozenset[str]:
        """The ids of those that find only what patches bring about."""
        return frozenset(rule.id for rule in self.rules if rule.leaves_to)

    @cached_property
    def _shapes(self) -> "Shapes":
        from plimsoll.compiler.governance.shape import Shapes

        return Shapes(self.rules)

    @cached_property
    def _alone(self) -> "tuple[Alone, ...]":
        from plimsoll.compiler.governance.alone import Alone

        return tuple(map(Alone, self.rules))

    def breaches(self, data: bytes, environment: str, context: dict[str, Any]) -> tuple[Breach, ...]:
        """The conditions that do not hold for an object; without data, there is none."""
        if not data:
            return ()
        key = (environment, self._shapes.of(data.decode()))
        if key not in self._known:
            shared = cache(lambda: _variables(key[1], context))
            self._known[key] = tuple(self._breaches(*key, context, shared))
        return self._known[key]

    def applied(self, data: bytes, environment: str, context: dict[str, Any]) -> tuple[str, ...]:
        """The ids of the rules that apply to an object."""
        key = (environment, self._shapes.of(data.decode()))
        if key not in self._applied:
            shared = _variables(key[1], context)
            broken = {breach.rule for breach in self.breaches(data, environment, context)} & self.leaving
            applying = (rule.id for rule in self.rules if _applies(rule, shared))
            self._applied[key] = tuple(id_ for id_ in applying if id_ not in broken)
        return self._applied[key]

    def _breaches(
        self, environment: str, shape: "Shape", context: dict[str, Any], shared: Callable[[], Any]
    ) -> Iterator[Breach]:
        for one in self._alone:
            if one.may_break(one.alike(shape, environment, context), shared):
                with bounded_memory():
                    found = list(breaches_of(one.rule, shared()))
                yield from found


def _variables(shape: "Shape", context: dict[str, Any]) -> Any:
    """What rules are evaluated with, for all objects of a shape."""
    from plimsoll.compiler.loading.objects import read_object

    return variables(read_object("\n".join(shape).encode()), context)


def _applies(rule: Rule, shared: Any) -> bool:
    """Whether a rule applies to an object; it does where nobody knows."""
    try:
        return rule.when is None or program(rule.when).holds(shared)
    except EvaluationFailed:
        return True


def breaches_of(rule: Rule, shared: Any) -> Iterator[Breach]:
    """What one rule has against an object, given the variables of its judgement."""
    try:
        if rule.when is not None and not program(rule.when).holds(shared):
            return
    except EvaluationFailed as failure:
        yield _unanswered(rule, rule.when or "", failure)
        return
    for condition in rule.conditions:
        if (breach := _breach(rule, condition, shared)) is not None:
            yield breach


def _breach(rule: Rule, condition: Condition, shared: Any) -> Breach | None:
    try:
        if program(condition.expression).holds(shared):
            return None
        message = message_of(condition.message, shared)
    except EvaluationFailed as failure:
        return _unanswered(rule, condition.expression, failure)
    return Breach(rule.id, condition.expression, message, tuple(condition.blame.split(".")), failed=False)


def _unanswered(rule: Rule, expression: str, failure: EvaluationFailed) -> Breach:
    message = f"{rule.id} could not be evaluated: {failure}"
    return Breach(rule.id, expression, message, ("metadata", "name"), failed=True)


def _all_unanswered(held: _Held, failure: EvaluationFailed) -> tuple[Breach, ...]:
    return tuple(_unanswered(rule, f"{rule.id} of a step", failure) for rule in held.rules)


def _findings(held: _Held, one: Rendition, environment: str, context: dict[str, Any]) -> Iterator[Finding]:
    unread = EvaluationFailed("a step creates it from a manifest that is not one object of one kind")
    breaches = held.breaches(one.data, environment, context) if one.data else _all_unanswered(held, unread)
    if not breaches:
        return
    before = [{breach.condition for breach in held.breaches(data, environment, context)} for data in one.before]
    for breach in breaches:
        span, labels = one.owner.span, tuple[Label, ...]()
        culprit = next((at for at in reversed(range(len(before))) if breach.condition not in before[at]), None)
        if culprit is None and breach.rule in held.leaving and not breach.failed:
            continue
        if culprit is not None:
            span, labels = one.patches[culprit], (Label(one.owner.span, "the object is rendered for this"),)
        message = f"{one.kind}/{one.stem}: {breach.message}"
        yield Finding(
            breach.rule,
            one.owner.spec.key,
            (environment,),
            message,
            breach.condition,
            breach.route,
            span,
            written=True,
            labels=labels,
            failed=breach.failed,
        )
