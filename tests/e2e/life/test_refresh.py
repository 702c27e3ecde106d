"""A server that runs, and the workflow that keeps its features fresh: each a process of its own, as on a cluster."""

import http.client
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from plimsoll.cli.release_folder import open_release
from plimsoll.cli.verbs.serve import serving
from plimsoll.runtime.serving.application import CLOCK_HEADER

pytestmark = pytest.mark.e2e

DAY = "2026-05-25T00:00:00Z"
ROW = {"parcel_id": "p", "depot": "SHJ", "express": False, "weight": 12.0, "distance": 900.0}


def _ask(port: int) -> float:
    """What a server answers for one parcel at the beginning of the day."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        body = json.dumps({"dataframe_records": [ROW]})
        connection.request("POST", "/invocations", body, {"content-type": "application/json", CLOCK_HEADER: DAY})
        answer = json.loads(connection.getresponse().read())
        (score,) = answer["predictions"]
        return float(score)


def test_a_server_answers_from_what_the_workflow_made_while_it_ran(
    project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.plimsoll("run", "parcels-train", "--release", "release/local", "-p", "as-of=2026-05-25")
    project.plimsoll("promote", "--deployment", "parcels-online", "--environment", "local")
    project.plimsoll("compile", "--validate")
    project.plimsoll("sign", "release/local")
    monkeypatch.chdir(project.root)
    refresh = ("run", "parcels-online-refresh", "--release", "release/local", "-p")
    with serving(open_release(Path("release/local"), Path("specs")), "parcels-online", replay=True) as server:
        unknown = _ask(server.port)
        project.plimsoll(*refresh, f"as-of={DAY}")
        known = _ask(server.port)
        project.plimsoll(*refresh, "as-of=2026-04-01")
        assert _ask(server.port) == known, "a refresh of the past takes nothing back"
    assert known != unknown
    first, second = project.run_of("parcels-online-refresh")
    assert list(first.nodes) == ["build-depot-record", "refresh", "workflow.onExit"]
    assert json.loads(first.nodes["refresh"].parameters["written"]) == {"depot-record": 3}
    assert json.loads(second.nodes["refresh"].parameters["written"]) == {"depot-record": 0}
