"""What came of comparing a window with its baseline: values to be kept and shown, light to import."""

from plimsoll.runtime.profiles.calibration import Frozen
from plimsoll.runtime.profiles.values import Family


class Comparison(Frozen):
    """A distance and what is usual: both in [0, 1], or the reason why there is none."""

    distance: float | None = None
    threshold: float | None = None
    reason: str = ""

    @property
    def beyond(self) -> bool:
        """Whether the distance was judged and lies beyond its threshold."""
        return self.distance is not None and self.threshold is not None and self.distance > self.threshold


class ColumnDrift(Frozen):
    """One column of a window. ``baseline`` tells of lasting drift, ``previous`` of a sudden shift."""

    name: str
    baseline: Comparison
    previous: Comparison
    missing_before: float
    """The baseline's share of missing values, 0 to 1."""
    missing_after: float
    family_before: Family
    family_after: Family | None
    """What most values are now; nothing when there is no value."""
    new_categories: tuple[str, ...] = ()
    """Values that the baseline doesn't have, most frequent first, twenty at the most; empty when it has too many."""
    gone_categories: tuple[str, ...] = ()
    """Categories of the baseline that do not occur, most frequent first, twenty at the most."""

    @property
    def drifted(self) -> bool:
        """Whether the column lies beyond its threshold against the baseline."""
        return self.baseline.beyond

    @property
    def shifted(self) -> bool:
        """Whether the column lies beyond its threshold against the days before."""
        return self.previous.beyond
