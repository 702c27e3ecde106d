"""Who asks for what is rendered, and where in a spec: the line is looked up for a finding, and for nothing else."""

from typing import NamedTuple, Protocol

from plimsoll.compiler.diagnostics import Route, Span


class Asking(Protocol):
    """A spec that knows where its values stand."""

    @property
    def key(self) -> str:
        """``Kind/name``."""

    def span(self, *route: str | int) -> Span:
        """Where the value at a route stands."""


class Owner(NamedTuple):
    """A spec and a route in it. To find the route's line takes far longer than to render what it asks for."""

    spec: Asking
    route: Route

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.spec.span(*self.route)


def named(spec: Asking) -> Owner:
    """A spec as the owner of what bears its name."""
    return Owner(spec, ("metadata", "name"))
