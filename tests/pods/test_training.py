"""The reference project's training in real pods: to the registered, signed model and the embedded runner's scores.

Images are pulled by digest, volumes are mounted, artifacts go through a bucket, and every process is a container of
runc's: all that the tests without a node leave open but the network policies, which this node's bridge doesn't know.
"""

import re
from pathlib import Path

import pytest
from cluster import Cluster
from places import AS_OF
from project import ENVIRONMENT
from projects import plimsoll
from workflow import Ended

from plimsoll.contract.package import Card, Evaluation, Package, Promotion
from plimsoll.contract.places import State
from plimsoll.contract.requests import Identity, TrainingRequest
from plimsoll.runtime.models.verified import open_verified
from plimsoll.runtime.registry import version_of, version_tags
from plimsoll.runtime.runner import load_workflow, plan_order, read_record
from plimsoll.runtime.runner.record import RunRecord

RESTRICTED = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "runAsNonRoot": True}
TOKENS = "/var/run/secrets/kubernetes.io/serviceaccount"
DATASET = ("dataset.json", "evaluation.parquet", "train.parquet")


@pytest.fixture(scope="module")
def embedded(compiled: Path, trained: Ended) -> RunRecord:
    """The same training by the embedded runner: the same release, data and trust, after the pods are done."""
    release = f"release/{ENVIRONMENT}"
    plimsoll(compiled, "run", "flight-delay-train", "--release", release, "-p", f"as-of={AS_OF}", "--json")
    (record,) = (compiled / ".plimsoll/runner/runs").iterdir()
    return read_record(record)


@pytest.fixture(scope="module")
def state(on_pods: Path) -> State:
    """The folder that the pods had as their state."""
    return State(on_pods / ".plimsoll" / "state" / ENVIRONMENT)


@pytest.fixture(scope="module")
def promotion(trained: Ended) -> Promotion:
    """What the pods proposed."""
    assert trained.phase == "Succeeded"
    return Promotion.model_validate_json(trained.artifact("propose", "promotion")[""])


def test_every_step_succeeds_at_once(trained: Ended, compiled: Path) -> None:
    """In a pod of its own, at the first attempt."""
    assert trained.phase == "Succeeded"
    workflow = load_workflow(compiled / "release" / ENVIRONMENT, "flight-delay-train")
    planned = {task.name for wave in plan_order(workflow) for task in wave}
    assert trained.steps.keys() == {*planned, "onExit"}
    assert {name: node["phase"] for name, node in trained.steps.items()} == dict.fromkeys(trained.steps, "Succeeded")


def test_every_pod_ran_as_it_was_rendered(trained: Ended, running: Cluster) -> None:
    """In the images that the specs pin, as nobody in particular, unable to change its own files."""
    assert len(trained.pods) == len(trained.steps)
    for pod in trained.pods:
        spec, status = pod["spec"], pod["status"]
        assert (spec["securityContext"]["runAsUser"], spec["securityContext"]["runAsNonRoot"]) == (8737, True)
        for container in (*spec.get("initContainers", ()), *spec["containers"]):
            assert container["securityContext"].items() >= RESTRICTED.items(), container["name"]
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}, container["name"]
        (main,) = (one for one in spec["containers"] if one["name"] == "main")
        assert {m["mountPath"]: m["name"] for m in main["volumeMounts"]}[TOKENS] == "no-token"
        (ran,) = (one for one in status["containerStatuses"] if one["name"] == "main")
        assert re.fullmatch(r"registry\.example\.org/\S+@sha256:[0-9a-f]{64}", main["image"])
        assert ran["imageID"].endswith(main["image"].split("@")[1])
    namespace = running.admin.get({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "flight-delay"}})
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_what_was_written_is_nobodys_in_particular(promotion: Promotion, state: State) -> None:
    """The processes were those of the rendered user: all that they left in the state is owned by it."""
    left = list(state.root.rglob("*"))
    assert _tracking(state) in left
    assert {path.lstat().st_uid for path in left} == {8737}


def _tracking(state: State) -> Path:
    """MLflow's database."""
    return state.tracking_artifacts.with_name("mlflow.db")


def test_both_engines_come_to_the_same_data(trained: Ended, embedded: RunRecord, compiled: Path) -> None:
    """Byte for byte."""
    here = _folder(compiled, embedded, "retrieve", "dataset")
    assert sorted(path.name for path in here.iterdir()) == sorted(DATASET)
    there = trained.artifact("retrieve", "dataset")
    assert there == {name: (here / name).read_bytes() for name in DATASET}


def test_both_engines_come_to_the_same_metrics(trained: Ended, embedded: RunRecord, compiled: Path) -> None:
    """To the last digit; and so does the score of every example."""
    assert embedded.status == "Succeeded"
    here = _folder(compiled, embedded, "evaluate", "evaluation")
    there = trained.artifact("evaluate", "evaluation")
    measured = Evaluation.model_validate_json(there["evaluation.json"])
    print(measured.metrics)
    assert measured.metrics == Evaluation.model_validate_json((here / "evaluation.json").read_bytes()).metrics
    assert there == {path.name: path.read_bytes() for path in here.iterdir()}


def test_the_package_is_signed(promotion: Promotion, state: State, on_pods: Path, compiled: Path) -> None:
    """By the identity that the environment's spec names, and under the trusted root that it pins."""
    published = state.model_package(promotion.model, promotion.digest)
    identity = _request(published).identity
    trust = compiled / ".plimsoll" / "trust"
    with open_verified(published, trust, identity, promotion.digest) as package:
        assert package.model.is_dir()
    assert identity.trusted_root is not None
    forged = Identity(subject="another@plimsoll.invalid", issuer=identity.issuer, trusted_root=identity.trusted_root)
    with pytest.raises(Exception, match="another@plimsoll"), open_verified(published, trust, forged, promotion.digest):
        pass


def test_the_version_is_registered(promotion: Promotion, state: State, trained: Ended) -> None:
    """In MLflow, with the links from version to package, signature, data, commit and release."""
    package = Package(state.model_package(promotion.model, promotion.digest))
    card = Card.model_validate_json(package.card.read_bytes())
    tags = version_of(f"sqlite:///{_tracking(state)}", promotion.model, promotion.version)
    assert tags == version_tags(package, card)
    assert tags["plimsoll.commit"] == promotion.commit != ""
    assert tags["plimsoll.workflow"] == trained.workflow["metadata"]["name"]


def test_what_the_pods_trained_is_promoted(promotion: Promotion, trained: Ended, on_pods: Path) -> None:
    """By the command, from the proposal that lies in the bucket."""
    proposal = on_pods / "promotion.json"
    proposal.write_bytes(trained.artifact("propose", "promotion")[""])
    words = ("--deployment", "flight-delay-online", "--environment", ENVIRONMENT)
    plimsoll(on_pods, "promote", str(proposal), *words)
    assert promotion.digest in (on_pods / "specs/deployments/flight-delay-online.yaml").read_text()


def _folder(project: Path, record: RunRecord, step: str, artifact: str) -> Path:
    return project / ".plimsoll/runner/runs" / record.name / record.nodes[step].artifacts[artifact].path


def _request(published: Path) -> TrainingRequest:
    return Card.model_validate_json(Package(published).card.read_bytes()).request
