"""One node for the whole run, the reference project on it, and its training.

``make test-pods`` builds what is needed and runs these tests in namespaces of their own; they can't be run without it.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cluster"))
sys.path.insert(0, str(Path(__file__).parent))

import binaries
import images
import node
import project
from api import Object
from cluster import Address, Cluster, Installation, cluster, controller, install_crds
from manifests import read_all, release
from places import API_PORT, AS_OF
from project import RUNTIME, TRAINING
from server import Server
from store import Store, store
from workflow import Ended, submit

EXECUTOR = "registry.example.org/argoproj/argoexec:nonroot"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kubernetes", default=binaries.Versions.kubernetes, help="minor version of Kubernetes")
    parser.addoption("--argo", default=binaries.Versions.argo, help="minor version of Argo Workflows")
    parser.addoption("--work", type=Path, help="the folder of the node; its control group has the same name")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.pods)


@pytest.fixture(scope="session")
def versions(request: pytest.FixtureRequest) -> binaries.Versions:
    options = request.config.option
    return binaries.Versions(options.kubernetes, options.argo)


@pytest.fixture(scope="session")
def work(request: pytest.FixtureRequest) -> Path:
    found: Path | None = request.config.option.work
    if found is None:
        pytest.exit("these tests run in namespaces of their own: run them by `make test-pods`", returncode=3)
    return found


@pytest.fixture(scope="session")
def made(versions: binaries.Versions) -> images.Images:
    return images.ensure(binaries.ensure_node(versions))


@pytest.fixture(scope="session")
def compiled(made: images.Images, versions: binaries.Versions, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference project, compiled and signed for this node."""
    folder = tmp_path_factory.mktemp("project")
    return project.reference(folder, made.runtime, versions.kubernetes, versions.argo)


@pytest.fixture(scope="session")
def on_pods(compiled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy whose state and data the pods mount, and which the embedded runner never touches."""
    folder = tmp_path_factory.mktemp("pods") / "project"
    shutil.copytree(compiled, folder, symlinks=True)
    (folder / ".plimsoll" / "state" / project.ENVIRONMENT).mkdir(parents=True)
    return folder


@pytest.fixture(scope="session")
def running(versions: binaries.Versions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """An API server that pods and a kubelet reach, and that knows Argo's kinds."""
    built = binaries.ensure(versions)
    options = (("authorization-mode", "Node,RBAC"), ("enable-admission-plugins", "NodeRestriction"))
    at = Address("0.0.0.0", API_PORT, node.advertised(), options)
    with cluster(built, tmp_path_factory.mktemp("cluster"), at) as found:
        install_crds(found.admin, sorted(built.crds.glob("*.yaml")))
        yield found


@pytest.fixture(scope="session")
def kubelet(made: images.Images, running: Cluster, versions: binaries.Versions, work: Path) -> Iterator[Server]:
    """A node that has the images, under the digests that the specs pin."""
    digest = made.runtime.digest
    named = {f"{RUNTIME}@{digest}": made.runtime, f"{TRAINING}@{digest}": made.runtime}
    named |= {EXECUTOR: made.executor, node.SANDBOX: made.sandbox}
    with node.containerd(work, running.folder / "logs") as runtime:
        runtime.load(named)
        with node.node(binaries.ensure_node(versions), running, runtime, work) as server:
            yield server


@pytest.fixture(scope="session")
def bucket(running: Cluster) -> Iterator[Store]:
    with store(running.folder / "logs") as found:
        yield found


@pytest.fixture(scope="session")
def objects(compiled: Path) -> dict[str, Object]:
    """What was rendered, by file."""
    return release(compiled / "release" / project.ENVIRONMENT)


@pytest.fixture(scope="session")
def argo(versions: binaries.Versions, running: Cluster, kubelet: Server, compiled: Path) -> Iterator[Server]:
    """Argo's controller, with the settings that the release renders for it."""
    folder = compiled / "release" / project.ENVIRONMENT
    settings = tuple(o for file in sorted(folder.glob("bootstrap-*.yaml")) for o in read_all(file))
    with controller(binaries.ensure(versions), running, Installation(EXECUTOR, more=settings)) as server:
        yield server


@pytest.fixture(scope="session")
def trained(
    running: Cluster, argo: Server, bucket: Store, objects: dict[str, Object], on_pods: Path, work: Path
) -> Ended:
    """The training, as it ended in pods."""
    workspace = on_pods / ".plimsoll"
    for content in project.before_release(workspace):
        running.admin.apply(content, manager="platform")
    for file, content in objects.items():
        if not file.startswith("bootstrap-"):
            running.admin.apply(content)
    for content in project.beside_release(workspace):
        running.admin.apply(content, manager="platform")
    (template,) = (o for o in objects.values() if o["kind"] == "WorkflowTemplate")
    origin = project.origin(on_pods)
    return submit(running.admin, template, bucket, work / "pod-logs", as_of=AS_OF, **origin)
