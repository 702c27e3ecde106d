"""A cluster for the whole run, and what is asked of it.

No test is skipped for want of a component: ``make test-cluster`` builds them first, and without Go it fails.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import binaries
import crds
import estate
from api import Api
from cluster import Cluster, cluster, controller, install_crds
from manifests import fitting
from server import Server

from plimsoll.compiler.governance.admission.resources import resources_of


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kubernetes", default=binaries.Versions.kubernetes, help="minor version of the API server")
    parser.addoption("--argo", default=binaries.Versions.argo, help="minor version of the workflow controller")
    parser.addoption(
        "--update-verdicts", action="store_true", help="write down what the API server says of rules' cases"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.cluster)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes a ``case`` is run with each golden release that is meant for these versions or older ones."""
    if "case" in metafunc.fixturenames:
        options = metafunc.config.option
        metafunc.parametrize("case", fitting(options.kubernetes, options.argo), scope="module")


@pytest.fixture(scope="session")
def built(request: pytest.FixtureRequest) -> binaries.Binaries:
    options = request.config.option
    return binaries.ensure(binaries.Versions(options.kubernetes, options.argo))


@pytest.fixture(scope="session")
def running(built: binaries.Binaries, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """An API server that knows Argo's kinds."""
    with cluster(built, tmp_path_factory.mktemp("cluster")) as found:
        install_crds(found.admin, sorted(built.crds.glob("*.yaml")))
        yield found


@pytest.fixture(scope="session")
def workflows(built: binaries.Binaries, running: Cluster) -> Iterator[Server]:
    """Argo's controller, at work."""
    with controller(built, running) as server:
        yield server


@pytest.fixture(scope="session")
def other_crds() -> dict[str, list[Path]]:
    """The files of further CRDs, by the Go module that they come from."""
    folder = crds.ensure()
    return {source.module: sorted((folder / source.name).iterdir()) for source in crds.SOURCES}


@pytest.fixture(scope="session")
def served(running: Cluster, other_crds: dict[str, list[Path]]) -> Api:
    """The API server, which serves all that exported rules judge."""
    judged = {(one.group, kind) for _, kinds in estate.rules().values() for kind in kinds for one in resources_of(kind)}
    objects = [{"apiVersion": f"{group}/v1", "kind": kind} for group, kind in sorted(judged)]
    files = [file for module in other_crds.values() for file in module]
    install_crds(running.admin, crds.defining(objects, [*files, crds.OPEN]))
    return running.admin
