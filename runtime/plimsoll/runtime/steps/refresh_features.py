"""Bring the online store to the newest features that a model reads. Output parameter: ``written``."""

import argparse
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

from plimsoll.contract.places import Places, State
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ServingRequest
from plimsoll.runtime.features.store import FeatureStore
from plimsoll.runtime.steps.common import leave_text, moment_of, progress, say, serving_request

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
"""How sqlite says that somebody else writes, which will pass."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Say up to which moment."""
    parser.add_argument("--as-of", default="", help="a date or a moment; empty means when the workflow was created")
    parser.add_argument("--started", default="", help="when the workflow was created")


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Write what is new of each feature set that the model reads; leave how many keys that were, by set, as JSON.

    Sets that others are made of, and that the model does not read, are not asked for online.
    """
    request = serving_request(places)
    names = tuple(dict.fromkeys(use.feature_set for use in request.inputs.uses))
    if not names:
        raise Refused("refresh", f"Deployment/{request.deployment}", "its model reads no feature sets")
    until = moment_of(arguments.as_of, arguments.started)
    try:
        written = _refresh(State(places.state), request, names, until)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode not in _BUSY:
            raise
        raise TimeoutError(f"the online store is in use: {error}") from error
    leave_text(places, "written", json.dumps(written))


def _refresh(state: State, request: ServingRequest, names: Sequence[str], until: datetime) -> dict[str, int]:
    written: dict[str, int] = {}
    progress(0, len(names))
    with closing(FeatureStore(state, request.inputs.feature_sets)) as store:
        store.apply(delete_others=False)
        for name in names:
            done = store.refresh(name, until)
            written[name] = done.written
            since = f"fresh until {done.since:%Y-%m-%d %H:%M:%S} before" if done.since else "written from the beginning"
            say(f"{name}: {done.written:,} of {done.keys:,} keys written, {since}")
            progress(len(written), len(names))
    return written
