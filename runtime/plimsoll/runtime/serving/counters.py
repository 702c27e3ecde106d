"""What a server counts of itself, in Prometheus' text format."""

import threading
from collections import Counter

from plimsoll.contract.requests import ModelPin
from plimsoll.runtime.serving.metrics import head, labels_of

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of the latency histogram, in seconds: up to the slowest bar that a deployment can ask for."""


_STATUSES = (200, 400, 500)
"""What a request can come to. They are shown from the start: of a series that begins at 1, a rate misses the first."""


class Counters:
    """Requests by status, their latency, rows scored and stale feature values. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._status = Counter(dict.fromkeys(_STATUSES, 0))
        self._buckets: Counter[float] = Counter()
        self._seconds = 0.0
        self._rows = self._stale = self._failed_flushes = 0

    def observe(self, status: int, seconds: float) -> None:
        """Count an answered request."""
        with self._lock:
            self._status[status] += 1
            self._seconds += seconds
            for bound in BUCKETS:
                if seconds <= bound:
                    self._buckets[bound] += 1

    def rows(self, scored: int, stale: int) -> None:
        """Count rows that were scored, and feature values that were past their TTL."""
        with self._lock:
            self._rows += scored
            self._stale += stale

    def failed_flush(self) -> None:
        """Count a journal that could not be written."""
        with self._lock:
            self._failed_flushes += 1

    def prometheus(self, model: ModelPin) -> str:
        """Everything counted so far."""
        labels = labels_of(model)
        with self._lock:
            count = sum(self._status.values())
            lines = [head("plimsoll_requests_total")]
            lines += [f'plimsoll_requests_total{{{labels},status="{s}"}} {n}' for s, n in sorted(self._status.items())]
            lines.append(head("plimsoll_request_seconds"))
            lines += [f'plimsoll_request_seconds_bucket{{{labels},le="{b}"}} {self._buckets[b]}' for b in BUCKETS]
            lines.append(f'plimsoll_request_seconds_bucket{{{labels},le="+Inf"}} {count}')
            lines.append(f"plimsoll_request_seconds_sum{{{labels}}} {self._seconds:.6f}")
            lines.append(f"plimsoll_request_seconds_count{{{labels}}} {count}")
            counted = {
                "plimsoll_rows_scored_total": self._rows,
                "plimsoll_stale_feature_values_total": self._stale,
                "plimsoll_failed_journal_flushes_total": self._failed_flushes,
            }
            for name, value in counted.items():
                lines += [head(name), f"{name}{{{labels}}} {value}"]
        return "\n".join(lines) + "\n"
