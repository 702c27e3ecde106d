"""What is known of one window when it is judged."""

from dataclasses import dataclass
from datetime import date

from plimsoll.runtime.metrics import Numbers
from plimsoll.runtime.profiles.sketches import Profile


@dataclass(frozen=True)
class WindowEvidence:
    """A window's days, the profile of what was served on them, and the labels that are known so far.

    ``labels`` and ``scores`` have one value for each prediction whose label arrived, joined by the prediction's id.
    """

    start: date
    end: date
    """The first day after the window."""
    profile: Profile
    labels: Numbers | None = None
    scores: Numbers | None = None

    @property
    def days(self) -> int:
        """How many days the window has."""
        return (self.end - self.start).days
