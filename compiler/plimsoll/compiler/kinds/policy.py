"""Policy, PolicyBinding and Waiver: a rule, where it holds and how hard, and who may pass it until when."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from plimsoll.compiler.kinds.common import Part, Resource
from plimsoll.compiler.kinds.scalars import Name

Kind = Literal["DataSource", "FeatureSet", "Model", "Deployment", "Environment"]
RuleId = Annotated[str, Field(pattern=r"^[A-Z]{2,5}-[0-9]{2,3}$", description="group and number, such as RES-01")]


class Control(Part):
    """The control of a law or standard that a rule's checks support."""

    framework: Annotated[str, Field(min_length=2)]
    article: Annotated[str, Field(min_length=1)]
    status: Literal["verified", "unverified"] = "unverified"
    """Whether somebody read the article and found the mapping true."""
    effective_from: date | None = None
    jurisdiction: str | None = None


class Blame(Part):
    """The place a finding points at: a route in the judged object, with dots between keys."""

    route: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+(\.[A-Za-z0-9_-]+)*$")]


class Rule(Part):
    """A condition that must be true, as CEL, and what to say when it is not."""

    expression: Annotated[str, Field(min_length=1, max_length=4000)]
    message: Annotated[str, Field(min_length=1, max_length=500)]
    """May hold CEL in braces: ``{object.metadata.name}``."""
    blame: Blame


class PolicySpec(Part):
    """A governance rule. ``expression`` sees ``object``, and ``context`` with what the object refers to."""

    id: RuleId
    title: Annotated[str, Field(min_length=5, max_length=120)]
    severity: Literal["low", "medium", "high", "critical"]
    evidence: Literal["declared", "rendered", "linked"]
    judges: Kind
    """The kind that is judged; a Deployment is judged once for each environment it runs in."""
    when: str | None = None
    """A CEL condition; where it is false the rule does not apply."""
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
    rationale: Annotated[str, Field(min_length=10)]
    remedy: Annotated[str, Field(min_length=5)]
    controls: tuple[Control, ...] = ()


class Policy(Resource):
    """A governance rule as data."""

    kind: Literal["Policy"]
    spec: PolicySpec


class PolicyBindingSpec(Part):
    """Which policies hold where, and how hard; of several bindings that match, the strictest counts."""

    policies: Annotated[tuple[str, ...], Field(min_length=1)]
    """Rule ids, groups such as ``RES-*``, or ``*``."""
    environments: tuple[Name, ...] = ()
    """Where it holds; empty means everywhere."""
    mode: Literal["audit", "warn", "deny"]


class PolicyBinding(Resource):
    """Enforcement, kept outside the rule."""

    kind: Literal["PolicyBinding"]
    spec: PolicyBindingSpec


class WaiverSpec(Part):
    """A finding that may stand for a while. It is still evaluated and shown."""

    policy: RuleId
    object: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z]+/[a-z][-a-z0-9]*$")]
    """``Kind/name``."""
    environments: tuple[Name, ...] = ()
    reason: Annotated[str, Field(min_length=10)]
    ticket: Annotated[str, Field(min_length=3)]
    approver: Annotated[str, Field(min_length=3)]
    expires: date
    """The last day on which it holds."""


class Waiver(Resource):
    """An exception with an end."""

    kind: Literal["Waiver"]
    spec: WaiverSpec
