"""Replay the past through a running server: hour by hour, features first, then the requests of that hour."""

import http.client
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from plimsoll.contract.places import State
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ServingRequest
from plimsoll.runtime.features.examples import load_unlabelled
from plimsoll.runtime.features.store import FeatureStore
from plimsoll.runtime.serving.application import CLOCK_HEADER

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Replayed:
    """How much was replayed: requests sent and rows scored, over how many days."""

    days: int
    requests: int
    rows: int


def replay(
    address: tuple[str, int],
    request: ServingRequest,
    state: State,
    data: Path,
    days: range,
    progress: Callable[[date, int], None],
) -> Replayed:
    """Send the examples of some days to a server as they came, hour by hour, with the features known at its start.

    Args:
        address: host and port of a server that was started with ``--replay``.
        request: what the server serves.
        state: the environment's state; the online store in it is advanced.
        data: the data root.
        days: the days, as proleptic ordinals (``date.toordinal``).
        progress: called after each day with its date and the rows that were sent.

    Raises:
        Refused: when the server refuses a request.
        OSError: when the server cannot be reached.
    """
    store = FeatureStore(state, request.inputs.feature_sets)
    store.apply(delete_others=False)
    connection = http.client.HTTPConnection(*address, timeout=60)
    reached: datetime | None = None
    requests = rows = 0
    try:
        for ordinal in days:
            sent = 0
            for hour, records in _hours(request, data, date.fromordinal(ordinal)):
                for used in request.inputs.uses:
                    store.advance(used.feature_set, reached, hour)
                reached = hour
                _post(connection, hour, records)
                requests, sent = requests + 1, sent + len(records)
            rows += sent
            progress(date.fromordinal(ordinal), sent)
    finally:
        connection.close()
        store.close()
    return Replayed(len(days), requests, rows)


def _hours(request: ServingRequest, data: Path, day: date) -> Iterator[tuple[datetime, list[dict[str, Any]]]]:
    """The examples of a day in UTC, by the hour they came in; hours without any are left out."""
    examples = request.inputs.examples
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    table: pa.Table = load_unlabelled(examples, data, start, start + timedelta(days=1))
    wanted = list(dict.fromkeys((examples.id, *examples.columns, *examples.keys)))
    hours: dict[datetime, list[dict[str, Any]]] = {}
    times = table[examples.timestamp].to_pylist()
    for moment, row in zip(times, table.select(wanted).to_pylist(), strict=True):
        hours.setdefault(moment.replace(minute=0, second=0, microsecond=0), []).append(row)
    yield from sorted(hours.items())


def _post(connection: http.client.HTTPConnection, now: datetime, records: list[dict[str, Any]]) -> None:
    body = json.dumps({"dataframe_records": records})
    headers = {"content-type": "application/json", CLOCK_HEADER: now.isoformat()}
    connection.request("POST", "/invocations", body, headers)
    response = connection.getresponse()
    answer = json.loads(response.read())
    if response.status != http.client.OK:
        raise Refused("server", f"/invocations at {now:%Y-%m-%d %H:%M}", str(answer.get("error", answer)))
