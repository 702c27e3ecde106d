"""How a thing stands, in the few words that the whole page shares. Each has a shape of its own beside its colour."""

from collections.abc import Iterable
from enum import StrEnum


class Status(StrEnum):
    """How a thing stands; the values name the icons and the style classes of the page."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    NONE = "none"
    """It was not judged, or did not run."""


_WEIGHT = {Status.NONE: 0, Status.GOOD: 1, Status.WARN: 2, Status.BAD: 3}

_OF_RUN = {
    "Succeeded": Status.GOOD,
    "Failed": Status.BAD,
    "Error": Status.BAD,
    "Running": Status.WARN,
    "Pending": Status.NONE,
    "Skipped": Status.NONE,
    "Omitted": Status.NONE,
}


def worst(statuses: Iterable[Status]) -> Status:
    """The worst of some statuses; ``NONE`` when there are none."""
    return max(statuses, key=_WEIGHT.__getitem__, default=Status.NONE)


def of_run(status: str) -> Status:
    """The status of a run or a step, from the runner's word for it.

    Raises:
        KeyError: for a word that the runner does not have.
    """
    return _OF_RUN[status]


def holds(value: bool | None) -> Status:
    """Whether something held; nothing when it could not be judged."""
    return Status.NONE if value is None else Status.GOOD if value else Status.BAD
