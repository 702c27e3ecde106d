"""What a sketch of a text holds."""

from dataclasses import dataclass, field
from typing import Literal

from plimsoll.compiler.diagnostics import Route

DEEPEST = 64
"""How deep a text is followed: no kind goes half as deep."""

Role = Literal["key", "value", "open"]


@dataclass(frozen=True)
class Cursor:
    """Where a cursor stands."""

    route: Route
    """Of the mapping whose key is typed; else of the value."""
    role: Role
    """A key, a value, or ``open``: where either a value or a mapping's first key may be typed."""
    word: str
    """The token under the cursor, without quotes; empty between tokens."""
    start: int
    """The column, from 0, at which the token begins in its line."""
    end: int
    """Where it ends; exclusive."""
    glued: bool = False
    """Whether the cursor follows the colon of its key, so that a value needs a blank first."""


class TooDeep(Exception):
    """A text nests deeper than ``DEEPEST``."""


@dataclass
class Found:
    """What a sketch holds: the cursor, if it stands on anything, and all scalars and keys of its document by route."""

    cursor: Cursor | None = None
    scalars: dict[Route, str] = field(default_factory=dict)
    keys: dict[Route, list[str]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind that the document says it is; empty when it says none."""
        return self.scalars.get(("kind",), "")
