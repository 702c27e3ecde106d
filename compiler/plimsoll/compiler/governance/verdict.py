"""What rules have to say about an object: plain data, which can be kept and sent between processes."""

from dataclasses import dataclass
from typing import NamedTuple

from plimsoll.compiler.diagnostics import Label, Route, Span


@dataclass(frozen=True)
class Finding:
    """A condition of a rule that doesn't hold for an object, or that has no value."""

    rule: str
    """The rule's id."""
    object: str
    """``Kind/name``."""
    reached: tuple[str, ...]
    """The environments that it concerns."""
    message: str
    condition: str
    """The expression that was found false."""
    route: Route
    span: Span
    written: bool
    """Whether the blamed value was written at all."""
    labels: tuple[Label, ...] = ()
    caption: str = ""
    """What stands under the blamed value."""
    failed: bool = False
    """Whether an expression had no value, so that nobody knows if the rule is kept."""


class Verdict(NamedTuple):
    """What all rules have to say about one object."""

    applied: tuple[str, ...]
    """The ids of the rules that applied, once for every time: ``when`` was true, or had no value."""
    findings: tuple[Finding, ...]
