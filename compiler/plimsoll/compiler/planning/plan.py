"""The plan: what changes between two checked projects, in a reviewer's words. Values only; ``make`` fills them."""

from dataclasses import dataclass
from typing import Literal

Action = Literal["added", "changed", "removed"]
EffectKind = Literal["retrain", "judge", "roll-out", "serve", "stop", "scale", "watch", "run", "limit", "describe"]
"""What a change causes.

``retrain``: the next training run learns something else. ``judge``: it is judged by other bars. ``run``: it learns the
same, but runs otherwise. ``serve`` and ``stop``: a deployment begins or ends. ``roll-out``: its pods are replaced.
``scale``: it scales otherwise. ``watch``: it is monitored otherwise. ``limit``: an environment's bounds change.
``describe``: words only; nothing restarts.
"""


@dataclass(frozen=True)
class FieldChange:
    """A value before and after, in the words of the spec; None where there was or is none."""

    route: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class ObjectChange:
    """A spec that was added, changed or removed: a deployment in one of its environments, anything else once."""

    key: str
    """``Kind/name``."""
    environment: str
    """The environment whose effective values are compared; empty for what is compared once."""
    action: Action
    fields: tuple[FieldChange, ...]
    """What changed, by route; for an added or removed spec all that it says."""

    @property
    def described_only(self) -> bool:
        """Whether only words about the spec changed, and nothing that it says."""
        return self.action == "changed" and all(change.route.startswith("metadata.") for change in self.fields)


@dataclass(frozen=True)
class RenderedChange:
    """A rendered object that is added, changed or removed."""

    environment: str
    file: str
    action: Action
    described_only: bool = False
    """Whether it differs in its annotations alone, on which nothing acts."""


@dataclass(frozen=True)
class Effect:
    """What a change causes in an environment, and which changes cause it."""

    kind: EffectKind
    environment: str
    subject: str
    """``Kind/name`` of what is affected."""
    text: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class Range:
    """From the least to the most, in a currency, for a month."""

    least: float
    most: float


@dataclass(frozen=True)
class CostChange:
    """An environment's estimated monthly cost before and after; see ``costs`` for the formula."""

    environment: str
    currency: str
    before: Range | None
    after: Range | None
    budget: float | None


@dataclass(frozen=True)
class Risk:
    """What a reviewer must not miss: a stable word, and a sentence."""

    word: str
    text: str


@dataclass(frozen=True)
class Base:
    """What the project is compared with."""

    name: str
    """Such as ``3f2a9c1 (merge base with main)``."""
    fault: str = ""
    """Why there is nothing sound to compare with; then everything counts as added."""


@dataclass(frozen=True)
class Plan:
    """All of it. ``make_plan`` makes one, out of checked projects only.

    Law: a plan between two projects with equal effective specs is empty.
    """

    base: Base
    objects: tuple[ObjectChange, ...]
    rendered: tuple[RenderedChange, ...]
    effects: tuple[Effect, ...]
    costs: tuple[CostChange, ...]
    risks: tuple[Risk, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing at all changes."""
        return not self.objects and not self.rendered
