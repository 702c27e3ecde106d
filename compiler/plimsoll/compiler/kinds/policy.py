"""Policy, PolicyBinding and Waiver: a rule, where it holds and how hard, and who may pass it until when."""

from typing import Annotated, Literal

from pydantic import Field

from plimsoll.compiler.kinds.common import Part, Resource, left_out
from plimsoll.compiler.kinds.patches import ObjectKind
from plimsoll.compiler.kinds.scalars import Condition, Contact, Day, Jurisdiction, Name, RuleId, RulePattern, Spelling

Judged = Literal["DataSource", "FeatureSet", "Model", "Deployment", "Environment", "Flow", "Rendered"]

ObjectKey = Annotated[
    str,
    Spelling(
        r"^[A-Z][A-Za-z]{1,30}/[a-z][-a-z0-9]{0,39}$",
        72,
        "an object is its kind, a slash and its name",
        ("Model/flight-delay", "Environment/staging"),
    ),
]

RoutePath = Annotated[
    str,
    Spelling(
        r"^[A-Za-z0-9_]+(\.[A-Za-z0-9_-]+)*$",
        200,
        "a route is the keys on the way to a value, with dots between",
        ("spec.format.name",),
    ),
]


class Control(Part):
    """The control of a law or standard that a rule's checks support."""

    framework: Annotated[str, Field(min_length=2, max_length=100)]
    """The law or the standard."""
    article: Annotated[str, Field(min_length=1, max_length=100)]
    """The article, control or section."""
    status: Literal["verified", "unverified"] = "unverified"
    """Whether somebody read the article and found the mapping true."""
    effective_from: Day | None = None
    """The first day on which it binds."""
    jurisdiction: Jurisdiction | None = None
    """Where it binds; left out, everywhere."""


class Blame(Part):
    """The place a finding points at: a route in the judged object, with dots between keys."""

    route: RoutePath
    """The keys on the way to the value that is wrong; for a Flow, ``sink`` stands for where the place is written."""


class Rule(Part):
    """A condition that must be true, as CEL, and what to say when it is not."""

    expression: Condition
    """What must be true, as CEL over ``object`` and ``context``."""
    message: Annotated[str, Field(min_length=1, max_length=500)]
    """May hold CEL in braces: ``{object.metadata.name}``."""
    blame: Blame
    """Where a finding points."""


class PolicySpec(Part):
    """A governance rule. ``expression`` sees ``object``, and ``context`` with what the object refers to."""

    id: RuleId
    """What bindings, waivers and findings call it."""
    title: Annotated[str, Field(min_length=5, max_length=120)]
    """What it asks for, in a line."""
    severity: Literal["low", "medium", "high", "critical"]
    """How much a breach weighs."""
    evidence: Literal["declared", "rendered", "linked"]
    """What a finding rests on: a spec's word, what is rendered, or a link elsewhere."""
    judges: Judged
    """The kind that is judged; a Deployment is judged once for each environment it runs in. Flow judges data of each
    source where it comes to. Rendered judges the objects that are rendered, as they are applied."""
    objects: Annotated[tuple[ObjectKind, ...], Field(min_length=1, max_length=30)] | None = Field(
        default=None, exclude_if=left_out
    )
    """For a rule that judges Rendered: the kinds of the objects."""
    leaves_to: RuleId | None = Field(default=None, exclude_if=left_out)
    """For a rule that judges Rendered: the rule that judges the same in specs. What a spec brings about is that rule's
    to find; this one finds what a patch brings about, so that no cause is told twice."""
    when: Condition | None = None
    """A CEL condition; where it is false the rule does not apply."""
    rules: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=20)]
    """The conditions, all of which must be true."""
    rationale: Annotated[str, Field(min_length=10, max_length=4000)]
    """Why it is asked for."""
    remedy: Annotated[str, Field(min_length=5, max_length=2000)]
    """How a finding is mended."""
    controls: Annotated[tuple[Control, ...], Field(max_length=50)] = ()
    """The controls of laws and standards that its checks support."""


class Policy(Resource):
    """A governance rule as data."""

    kind: Literal["Policy"]
    """What kind of spec this is."""
    spec: PolicySpec
    """The rule."""


class PolicyBindingSpec(Part):
    """Which policies hold where, and how hard; of several bindings that match, the strictest counts."""

    policies: Annotated[tuple[RulePattern, ...], Field(min_length=1, max_length=200)]
    """Rule ids, groups such as ``RES-*``, or ``*``."""
    environments: Annotated[tuple[Name, ...], Field(max_length=100)] = ()
    """Where it holds; empty means everywhere."""
    mode: Literal["audit", "warn", "deny"]
    """Whether a finding is only kept, is shown, or stops."""


class PolicyBinding(Resource):
    """Enforcement, kept outside the rule."""

    kind: Literal["PolicyBinding"]
    """What kind of spec this is."""
    spec: PolicyBindingSpec
    """Which policies hold where, and how hard."""


class WaiverSpec(Part):
    """A finding that may stand for a while. It is still evaluated and shown."""

    policy: RuleId
    """The rule that is passed."""
    object: ObjectKey
    """``Kind/name``."""
    environments: Annotated[tuple[Name, ...], Field(max_length=100)] = ()
    """Where it holds; empty means everywhere."""
    reason: Annotated[str, Field(min_length=10, max_length=2000)]
    """Why the finding may stand."""
    ticket: Annotated[str, Field(min_length=3, max_length=200)]
    """Where it was asked for and is followed up."""
    approver: Contact
    """Who allowed it: not who asked."""
    expires: Day
    """The last day on which it holds."""


class Waiver(Resource):
    """An exception with an end."""

    kind: Literal["Waiver"]
    """What kind of spec this is."""
    spec: WaiverSpec
    """What may stand, why, and until when."""
