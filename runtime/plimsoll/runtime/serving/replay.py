"""Replay the past through a running server: hour by hour, features first, then the requests of that hour."""

import http.client
import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow.compute as pc
import pyarrow.parquet as pq

from plimsoll.contract.places import State
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import FeatureSetRequest, ServingRequest
from plimsoll.runtime.features.examples import load_unlabelled
from plimsoll.runtime.features.store import FeatureStore
from plimsoll.runtime.serving.application import CLOCK_HEADER, FLUSH_PATH


def _times(request: FeatureSetRequest, state: State) -> list[datetime]:
    """The moments at which a feature set has new values, in order."""
    column = pq.read_table(state.feature_table(request.name), columns=[request.timestamp])[request.timestamp]
    return sorted(pc.unique(column).to_pylist())


@dataclass(frozen=True)
class Replayed:
    """How much was replayed: requests sent and rows scored, over how many days."""

    days: int = 0
    requests: int = 0
    rows: int = 0

    def __add__(self, other: "Replayed") -> "Replayed":
        return Replayed(self.days + other.days, self.requests + other.requests, self.rows + other.rows)


class Replay:
    """Sends examples to a server as they came, each hour with the features that were known at its start.

    Args:
        request: what the server serves.
        state: the environment's state; the online store in it is advanced.
        data: the data root.
    """

    def __init__(self, request: ServingRequest, state: State, data: Path) -> None:
        self._request, self._data = request, data
        self._store = FeatureStore(state, request.inputs.feature_sets)
        self._store.apply(delete_others=False)
        self._times = {one.name: _times(one, state) for one in request.inputs.feature_sets}
        self._address: tuple[str, int] | None = None
        self._reached: datetime | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._store.close()

    def connect(self, host: str, port: int) -> None:
        """Say where the server listens; it must have been started with ``--replay``."""
        self._address = (host, port)

    def send(self, days: Sequence[date], progress: Callable[[date], None]) -> Replayed:
        """Replay some days, in order, and have the server write its journal.

        Raises:
            Refused: when the server refuses a request.
            OSError: when the server cannot be reached.
        """
        if self._address is None:
            raise AssertionError("connect comes before send")
        done = Replayed()
        with closing(http.client.HTTPConnection(*self._address, timeout=60)) as connection:
            for day in days:
                for hour, records in self._hours(day):
                    self._advance(hour)
                    _post(connection, "/invocations", request_body(records), {CLOCK_HEADER: hour.isoformat()})
                    done += Replayed(requests=1, rows=len(records))
                done += Replayed(days=1)
                progress(day)
            _post(connection, FLUSH_PATH, "", {})
        return done

    def _advance(self, hour: datetime) -> None:
        """Bring the online features to an hour; a set that has nothing new since the last one is left alone."""
        for used in self._request.inputs.uses:
            times = self._times[used.feature_set]
            known = bisect_right(times, self._reached) if self._reached else 0
            if bisect_right(times, hour) > known:
                self._store.advance(used.feature_set, self._reached, hour)
        self._reached = hour

    def _hours(self, day: date) -> Iterator[tuple[datetime, list[dict[str, Any]]]]:
        """The examples of a day in UTC, by the hour they came in; hours without any are left out."""
        examples = self._request.inputs.examples
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        table = load_unlabelled(examples, self._data, start, start + timedelta(days=1))
        wanted = list(dict.fromkeys((examples.id, *examples.columns, *examples.keys)))
        hours: dict[datetime, list[dict[str, Any]]] = {}
        times = table[examples.timestamp].to_pylist()
        for moment, row in zip(times, table.select(wanted).to_pylist(), strict=True):
            hours.setdefault(moment.replace(minute=0, second=0, microsecond=0), []).append(row)
        yield from sorted(hours.items())


def request_body(records: Sequence[Mapping[str, Any]]) -> str:
    """Examples as a caller would send them; moments are text with their zone."""
    return json.dumps({"dataframe_records": records}, default=datetime.isoformat)


def _post(connection: http.client.HTTPConnection, path: str, body: str, headers: dict[str, str]) -> None:
    connection.request("POST", path, body, {"content-type": "application/json", **headers})
    response = connection.getresponse()
    answer = response.read()
    if response.status >= http.client.BAD_REQUEST:
        raise Refused("server", f"{path} {headers.get(CLOCK_HEADER, '')}".strip(), answer.decode(errors="replace"))
