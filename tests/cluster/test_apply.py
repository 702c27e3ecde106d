"""Golden releases on the API server: accepted, stored as they were sent, and quiet when they are applied again."""

from pathlib import Path

import pytest
from api import Object
from cluster import Cluster, install_crds
from crds import defining
from differences import differences
from manifests import golden, release

RELEASES = golden()


@pytest.fixture(scope="module", params=RELEASES)
def sent(request: pytest.FixtureRequest, running: Cluster, other_crds: dict[str, list[Path]]) -> dict[str, Object]:
    """A release by file, in a cluster that has its namespaces and knows its kinds."""
    found = release(RELEASES[request.param])
    files = [file for module in other_crds.values() for file in module]
    install_crds(running.admin, defining(found.values(), files))
    rendered = {o["metadata"]["name"] for o in found.values() if o["kind"] == "Namespace"}
    needed = {o["metadata"]["namespace"] for o in found.values() if "namespace" in o["metadata"]}
    for name in sorted(needed - rendered):
        running.admin.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, manager="install")
    for content in found.values():
        if content["kind"] == "Namespace":
            running.admin.apply(content)
    return found


@pytest.fixture(scope="module")
def stored(sent: dict[str, Object], running: Cluster) -> dict[str, Object]:
    """The same release as it is stored, each object first tried and then applied."""
    for content in sent.values():
        running.admin.apply(content, dry_run=True)
    return {file: running.admin.apply(content) for file, content in sent.items()}


def test_what_is_stored_is_what_was_sent(sent: dict[str, Object], stored: dict[str, Object]) -> None:
    found = [f"{file}: {each}" for file in sent for each in differences(sent[file], stored[file])]
    assert not found, "\n" + "\n".join(found)


def test_applying_it_again_changes_nothing(
    sent: dict[str, Object], stored: dict[str, Object], running: Cluster
) -> None:
    again = {file: running.admin.apply(content) for file, content in sent.items()}
    assert [file for file in sent if again[file] != stored[file]] == []


def test_there_are_cases() -> None:
    assert {"gpu", "pinned"} <= RELEASES.keys()
