"""What is expected of a column's values, wherever they come from."""

from typing import Annotated

from pydantic import Field

from plimsoll.compiler.kinds.common import Part
from plimsoll.compiler.kinds.scalars import Line, Share, Value


class Expectation(Part):
    """What a column's values are expected to be; a value outside stops training. Bounds are inclusive."""

    minimum: Value | None = None
    """The least value, in the column's unit."""
    maximum: Value | None = None
    """The greatest value, in the column's unit."""
    allowed: Annotated[tuple[Line, ...], Field(max_length=10_000)] | None = None
    """All values that there are, where there are few."""
    max_missing: Share = 1.0
    """The largest share of missing values."""
