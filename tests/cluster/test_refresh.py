"""A refresh of online features that the rendered schedule starts on Argo's controller, its steps run on this machine.

Of the CronWorkflow two things are changed: it is due at once, and it is told a day that the small project has data for.
"""

import time
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from cluster import Cluster
from executor import ARGO, Executor, until_ended
from projects import edit, parcels, plimsoll
from server import Server
from trained import AS_OF, SECONDS, Trained, applied

from plimsoll.contract.places import REQUEST_FILE, State
from plimsoll.contract.requests import ServingRequest
from plimsoll.runtime.features.store import FeatureStore
from plimsoll.runtime.runner import Mounts

DUE = 90.0
"""Longer than the minute until a schedule that is always due is due again."""
PIN = '{pin: {version: 1, digest: "sha256:' + "a" * 64 + '"}}'


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project as if a version had been promoted: a refresh opens no package."""
    project = parcels(tmp_path_factory.mktemp("refreshed"))
    edit(project / "specs/deployments/parcels-online.yaml", r"local: \{\}", f"local: {PIN}")
    plimsoll(project, "compile", "--validate")
    return project


@pytest.fixture(scope="module")
def refreshed(running: Cluster, workflows: Server, project: Path) -> Trained:
    workspace = project / ".plimsoll"
    (workspace / "state/local").mkdir(parents=True, exist_ok=True)
    mounts = Mounts(workspace / "state/local", workspace / "data", workspace / "trust")
    executor = Executor(running, "refreshed", mounts, project / "argo")
    objects = applied(running, project / "release/local", "refreshed")
    crons = (one for one in objects if one["kind"] == "CronWorkflow")
    (cron,) = (one for one in crons if one["metadata"]["name"] == "parcels-online-refresh")
    cron["spec"]["schedules"] = ["* * * * *"]
    cron["spec"]["workflowSpec"]["arguments"] = {"parameters": [{"name": "as-of", "value": AS_OF}]}
    with executor.at_work():
        running.admin.apply(cron)
        until = time.monotonic() + DUE
        while not (started := running.admin.list(ARGO, "Workflow", "refreshed")):
            assert time.monotonic() < until, "the schedule has started nothing"
            time.sleep(0.5)
        cron["spec"]["suspend"] = True
        running.admin.apply(cron)
        ended = until_ended(running.admin, started[0], SECONDS, executor)
    return Trained(ended, executor)


def test_it_builds_then_writes_and_ends_well(refreshed: Trained) -> None:
    assert refreshed.phase == "Succeeded"
    assert refreshed.nodes.keys() == {"build-depot-record", "refresh", "onExit"}
    (attempt,) = refreshed.attempts("refresh")
    (written,) = attempt["outputs"]["parameters"]
    assert (written["name"], written["value"]) == ("written", '{"depot-record": 3}')


def test_the_online_store_has_what_a_server_asks_for(refreshed: Trained, project: Path) -> None:
    (file,) = (project / "release/local").glob("configmap-parcels-online.yaml")
    request = ServingRequest.model_validate_json(yaml.safe_load(file.read_text())["data"][REQUEST_FILE])
    store = FeatureStore(State(project / ".plimsoll/state/local"), request.inputs.feature_sets)
    keys = [{"depot": depot} for depot in ("AUH", "DXB", "SHJ")]
    found = store.read_online(keys, request.inputs.uses, datetime.fromisoformat(f"{AS_OF}T00:00:00Z"), "reject")
    store.close()
    assert all(value > 0 for value in found.values["depot_parcels_7d"])
