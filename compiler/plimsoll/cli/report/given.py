"""The verbs' JSON, as far as the page reads it. What is not known here is passed over, so that verbs may say more."""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from plimsoll.contract.refusal import Refused


class Given(BaseModel):
    """A part of a verb's JSON."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class GivenLabel(Given):
    """A second place that a finding names, and what it has to do with it."""

    text: str
    path: str
    line: int


class GivenFinding(Given):
    """One finding of ``check``."""

    code: str
    severity: str
    message: str
    subject: str | None = None
    path: str
    line: int
    caption: str | None = None
    labels: tuple[GivenLabel, ...] = ()
    note: str | None = None
    help: str | None = None
    waived: str | None = None
    properties: dict[str, Any] = Field(default_factory=dict)


class GivenSummary(Given):
    """What ``check`` counted."""

    specs: int = 0
    judgements: int = 0
    seconds: float = 0.0


class GivenCheck(Given):
    """The document of ``check``."""

    findings: tuple[GivenFinding, ...] = ()
    summary: GivenSummary | None = None


class GivenField(Given):
    """A value before and after."""

    route: str
    before: str | None = None
    after: str | None = None


class GivenObject(Given):
    """A spec that changes."""

    key: str
    environment: str = ""
    action: str
    fields: tuple[GivenField, ...] = ()


class GivenRendered(Given):
    """A rendered object that changes."""

    environment: str
    file: str
    action: str
    described_only: bool = False


class GivenEffect(Given):
    """What a change causes."""

    kind: str
    environment: str = ""
    subject: str
    text: str
    because: tuple[str, ...] = ()


class GivenRange(Given):
    """From the least to the most a month."""

    least: float
    most: float


class GivenCost(Given):
    """An environment's cost before and after."""

    environment: str
    currency: str
    before: GivenRange | None = None
    after: GivenRange | None = None
    budget: float | None = None


class GivenRisk(Given):
    """What a reviewer must not miss."""

    word: str
    text: str


class GivenBase(Given):
    """What the project was compared with."""

    name: str
    fault: str = ""


class GivenPlan(Given):
    """The result of ``plan``."""

    base: GivenBase
    objects: tuple[GivenObject, ...] = ()
    rendered: tuple[GivenRendered, ...] = ()
    effects: tuple[GivenEffect, ...] = ()
    costs: tuple[GivenCost, ...] = ()
    risks: tuple[GivenRisk, ...] = ()


class GivenLink(Given):
    """A link of a trace."""

    name: str
    says: str
    holds: str
    how: str


class GivenTrace(Given):
    """The result of ``trace``."""

    deployment: str
    environment: str
    links: tuple[GivenLink, ...]
    whole: bool


class GivenFramework(Given):
    """How the controls of a framework stand."""

    name: str
    applies: bool
    supported: int
    findings: int
    waived: int
    gap: int
    without_rule: tuple[str, ...] = Field(default=(), alias="withoutRule")


class GivenHeader(Given):
    """Of what an audit is."""

    environment: str
    day: str


class GivenAudit(Given):
    """The document of ``audit``."""

    statement: str
    header: GivenHeader
    frameworks: tuple[GivenFramework, ...]


_G = TypeVar("_G", bound=Given)


def read_given(kind: type[_G], verb: str, document: dict[str, Any]) -> _G:
    """A verb's document as a value. The verb's own data may stand under ``result`` or by itself.

    Raises:
        Refused: when it is not what the verb prints; it names the first fault.
    """
    value = document.get("result") or document
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        why = f"{place}: {first['msg']}"
        raise Refused("report", f"the JSON of {verb}", why, f"make it with plimsoll {verb} --json") from error
