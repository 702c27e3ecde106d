"""What was judged, as the document of an audit tells it: objects, and what each rule made of them."""

from typing import Literal

from plimsoll.compiler.audit.part import Count, Line, Part

Result = Literal["open", "waived", "not evaluated"]
Evidence = Literal["declared", "rendered", "linked"]


class Document(Part):
    """A document that a spec links to as evidence. What it says was not looked at."""

    name: str
    """What it is about, as the spec has it."""
    place: str
    """The file, from the root of the repository, or the address of a page."""
    digest: str | None
    """Of the file as it was found; of a page what the spec says."""
    valid_until: str | None
    """The last day on which it counts; none where it has no end."""
    state: Literal["there", "not fetched", "missing", "differs", "expired"]
    """Whether the file is there as the spec says; a page is never fetched."""


class Object(Part):
    """A spec that was judged."""

    key: str
    """`Kind/name`."""
    path: str
    """Its file, from the root of the repository."""
    line: Line
    """Where its name stands."""
    documents: tuple[Document, ...]
    """The evidence that it links to."""


class RenderedObject(Part):
    """An object of the release that was judged as it is applied."""

    file: str
    """Its file in the release."""
    key: str
    """`Kind/name`, without the hash of its content."""
    digest: str
    """Of the file."""
    spec: str
    """The spec that it was rendered for."""


class Finding(Part):
    """A condition that does not hold for an object, or that has no value."""

    object: str
    """The spec, as `Kind/name`."""
    rendered: str | None
    """The file of the rendered object that breaks the rule; none when a spec does."""
    message: str
    """What is wrong."""
    expression: str
    """The condition."""
    path: str
    """Where: the file."""
    line: Line
    """Where: the line."""
    column: Line
    """Where: the column."""
    result: Result
    """Whether it stands open, is waived, or nobody knows since the condition has no value."""
    waiver: str | None
    """The waiver under which it stands."""
    known: str | None
    """The day since which a baseline knows it. It stands open nevertheless; none where no baseline knows it."""


class RuleResult(Part):
    """What became of a rule in the environment."""

    id: str
    """Its id."""
    title: str
    """What it asks for."""
    severity: str
    """How much a breach weighs."""
    evidence: Evidence
    """What it rests on: a spec's word, what is rendered, or a link elsewhere."""
    mode: Literal["audit", "warn", "deny"]
    """How hard it is enforced here."""
    judges: tuple[str, ...]
    """The kinds that it judges."""
    origin: Literal["catalogue", "project"]
    """Who brought it."""
    path: str
    """Its file."""
    line: Line
    """Where its id stands."""
    remedy: str
    """How a finding is mended."""
    controls: tuple[str, ...]
    """The ids of the controls that it supports."""
    considered: Count
    """How many objects of its kinds there are here."""
    judged: Count
    """To how many of them it applied."""
    open: Count
    """How many of these have a finding that stands."""
    known: Count
    """How many of those with an open finding have none that a baseline does not know."""
    waived: Count
    """How many have none but waived ones."""
    not_evaluated: Count
    """Of how many nobody knows whether they keep it."""
    kept: tuple[str, ...]
    """Those that keep it: `Kind/name`, or the file of a rendered object."""
    findings: tuple[Finding, ...]
    """What it has against the others."""
    unanswered: str
    """Why it could not be asked about all that it judges; empty when it could."""
