"""How far the scores, or the classes, that a server gave in the last day lie from those of its model's baseline."""

import threading
from datetime import datetime, timedelta

import numpy as np

from plimsoll.contract.requests import ModelPin
from plimsoll.runtime.models.answers import Classes, Scores, most_likely
from plimsoll.runtime.profiles.calibration import ColumnCalibration
from plimsoll.runtime.profiles.comparison import Comparison
from plimsoll.runtime.profiles.drift import compared
from plimsoll.runtime.profiles.histograms import Counts, bin_numbers
from plimsoll.runtime.profiles.values import Ints
from plimsoll.runtime.serving.metrics import head, labels_of

DAY = timedelta(days=1)
"""What is looked back on. A server that has begun today knows less, and a shorter window strays farther: it is held to
what is usual for a day, and to what chance does to as few scores as it has."""


class ScoreDrift:
    """The distance of live scores to the baseline's, in the baseline's bins. Safe for several threads.

    It holds one histogram an hour, so that memory is bounded and a day is forgotten hour by hour.
    """

    def __init__(self, baseline: ColumnCalibration) -> None:
        self._baseline = baseline
        self._lock = threading.Lock()
        self._hours: dict[datetime, Counts] = {}

    def add(self, now: datetime, scores: Scores, classes: Classes = None) -> None:
        """Count scores that were given at ``now``, or of several classes the most likely ones.

        What is no finite number lies in no bin.
        """
        bins = self._bins(scores, classes)
        counted = np.bincount(bins[bins >= 0], minlength=len(self._baseline.histogram))
        hour = now.replace(minute=0, second=0, microsecond=0)
        with self._lock:
            self._hours[hour] = self._hours.get(hour, np.zeros_like(counted)) + counted
            newest = max(self._hours)
            self._hours = {one: counts for one, counts in self._hours.items() if newest - one < DAY}

    def _bins(self, scores: Scores, classes: Classes) -> Ints:
        """The number of each row's bin, -1 for none; a class that the baseline never predicted lies in the last."""
        if classes is None:
            return bin_numbers(scores, self._baseline.edges)
        numbers = {name: number for number, name in enumerate(self._baseline.categories)}
        rest = len(self._baseline.histogram) - 1
        best = most_likely(scores, classes)
        return np.asarray([-1 if one is None else numbers.get(one, rest) for one in best], dtype=np.int64)

    def compare(self) -> Comparison:
        """The Jensen-Shannon distance and what is usual, both in [0, 1], or why there is none."""
        usual = self._baseline.threshold(DAY.days)
        with self._lock:
            live = sum(self._hours.values(), np.zeros(len(self._baseline.histogram), dtype=np.int64))
        reference = np.asarray(self._baseline.histogram, dtype=np.float64)
        return compared(self._baseline, live.astype(np.float64), reference, usual.baseline if usual else None)

    def prometheus(self, model: ModelPin) -> str:
        """Two gauges, or nothing where there are too few scores or days to judge by."""
        found, labels = self.compare(), labels_of(model)
        if found.distance is None or found.threshold is None:
            return ""
        gauges = {"plimsoll_score_drift": found.distance, "plimsoll_score_drift_threshold": found.threshold}
        lines = [f"{head(name)}\n{name}{{{labels}}} {value:.6f}\n" for name, value in gauges.items()]
        return "".join(lines)
