"""Golden releases on the API server: accepted, stored as they were sent, and quiet when they are applied again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from api import Object
from cluster import Cluster, install_crds
from crds import UNSERVED, defining
from differences import changes, differences
from manifests import golden, release

RELEASES = golden()
VERSION = "metadata.resourceVersion"


@pytest.fixture(scope="module")
def sent(case: str, running: Cluster, other_crds: dict[str, list[Path]]) -> Iterator[dict[str, Object]]:
    """A release by file, in a cluster that has its namespaces and knows its kinds; afterwards it is gone again."""
    objects = release(RELEASES[case])
    found = {file: o for file, o in objects.items() if o["apiVersion"].partition("/")[0] not in UNSERVED}
    files = [file for module in other_crds.values() for file in module]
    install_crds(running.admin, defining(found.values(), files))
    rendered = {o["metadata"]["name"] for o in found.values() if o["kind"] == "Namespace"}
    needed = {o["metadata"]["namespace"] for o in found.values() if "namespace" in o["metadata"]}
    for name in sorted(needed - rendered):
        running.admin.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, manager="install")
    for content in found.values():
        if content["kind"] == "Namespace":
            running.admin.apply(content)
    yield found
    for content in found.values():
        if content["kind"] != "Namespace":
            running.admin.remove(content)


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
    """Where a status begins with a default, the server stores the same content once more; only its version changes."""
    again = {file: running.admin.apply(content) for file, content in sent.items()}
    found = [f"{file}: {each}" for file in sent for each in changes(stored[file], again[file]) if VERSION not in each]
    once_more = {file: running.admin.apply(content) for file, content in sent.items()}
    found += [f"{file}: {each}" for file in sent for each in changes(again[file], once_more[file])]
    assert not found, "\n" + "\n".join(found)


def test_there_are_cases() -> None:
    assert {"gpu", "pinned"} <= RELEASES.keys()
