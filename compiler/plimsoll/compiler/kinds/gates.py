"""A bar that a metric must meet."""

from pydantic import model_validator

from plimsoll.compiler.kinds.common import Part
from plimsoll.compiler.kinds.scalars import Value
from plimsoll.contract.tasks import Metric

_SHARES: frozenset[Metric] = frozenset(
    {"auc", "average-precision", "brier", "accuracy", "balanced-accuracy", "macro-f1"}
)
_UP_TO_ONE: frozenset[Metric] = _SHARES | {"r2"}
_FROM_ZERO: frozenset[Metric] = _SHARES | {"log-loss", "rmse", "mae"}


class Gate(Part):
    """A bar that a metric must meet, from below, from above, or both."""

    metric: Metric
    """What is measured: the last three of a regression, all others of a classification.

    Brier and average precision are of two classes, balanced accuracy and macro-f1 of several.
    """
    minimum: Value | None = None
    """The least that passes."""
    maximum: Value | None = None
    """The most that passes."""

    @model_validator(mode="after")
    def _some_bound(self) -> "Gate":
        if self.minimum is None and self.maximum is None:
            raise ValueError("a gate needs a minimum or a maximum")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"no {self.metric} is at least {self.minimum} and at most {self.maximum}")
        if self.metric in _UP_TO_ONE and self.minimum is not None and self.minimum > 1:
            raise ValueError(f"no {self.metric} is at least {self.minimum}: the greatest is 1")
        if self.metric in _FROM_ZERO and self.maximum is not None and self.maximum < 0:
            raise ValueError(f"no {self.metric} is at most {self.maximum}: the least is 0")
        return self
