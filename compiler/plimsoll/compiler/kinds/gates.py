"""A bar that a metric must meet."""

from typing import Literal

from pydantic import model_validator

from plimsoll.compiler.kinds.common import Part
from plimsoll.compiler.kinds.scalars import Value

Metric = Literal["auc", "average-precision", "brier", "log-loss", "accuracy", "rmse", "mae", "r2"]
"""Metrics of evaluation, as the contract with the steps has them."""

_UP_TO_ONE: frozenset[Metric] = frozenset({"auc", "average-precision", "brier", "accuracy", "r2"})
_FROM_ZERO: frozenset[Metric] = frozenset({"auc", "average-precision", "brier", "log-loss", "accuracy", "rmse", "mae"})


class Gate(Part):
    """A bar that a metric must meet, from below, from above, or both."""

    metric: Metric
    """What is measured: the first five for a classification, the last three for a regression."""
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
