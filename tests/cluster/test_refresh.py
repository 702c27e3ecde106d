"""A refresh of online features that the rendered schedule starts on Argo's controller."""

from datetime import datetime
from pathlib import Path

import pytest
import yaml
from cluster import Cluster
from projects import edit, parcels, plimsoll
from schedules import started_when_due
from server import Server
from trained import AS_OF, Trained

from plimsoll.contract.places import REQUEST_FILE, State
from plimsoll.contract.requests import ServingRequest
from plimsoll.runtime.features.store import FeatureStore

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
    return started_when_due(running, project, "parcels-online-refresh", "refreshed")


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
