"""One server under every engine: the same pod, names that lead somewhere, and questions that the server answers."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.planning.rendered import pods_of
from plimsoll.compiler.rendering.release import Release, render
from plimsoll.compiler.rendering.serving import queries
from plimsoll.compiler.validation.references import check_references
from plimsoll.compiler.validation.release import validate_release
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release import LOCK_FILE
from plimsoll.contract.requests import ModelPin
from plimsoll.contract.servers import pod_template, server_file
from plimsoll.runtime.serving.counters import Counters
from plimsoll.runtime.serving.pod import load_pod

GOLDEN = Path(__file__).parents[2] / "golden"
SERVED = [
    ("pinned/expected", "churn-live"),
    ("enterprise/expected", "repayment-online"),
    ("blue-green/expected", "churn-live"),
    ("shadow/expected", "churn-live"),
    ("kserve/expected", "churn-live"),
    ("two-sizes/expected/small", "churn-live"),
    ("two-sizes/expected/large", "churn-live"),
]
PLATFORMS = {
    "deployment": "{serving: deployment}",
    "rollouts": "{serving: rollouts}",
    "kserve": "{serving: kserve}",
}


def _files(folder: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (GOLDEN / folder).iterdir() if path.name != LOCK_FILE}


def _rendered(specs: Path, checking: Callable[[Path], CheckedProject], platform: str) -> Release:
    file = specs / "environment.yaml"
    file.write_text(f"{file.read_text().rstrip()}\n  platform: {platform}\n")
    found = render(checking(specs), "live").value
    assert found is not None
    return found


def _pod(release: Release) -> dict[str, Any]:
    name = server_file(release.files, "churn-live")
    assert name is not None
    return pod_template(YAML(typ="safe").load(release.files[name]))


@pytest.mark.parametrize("engine", ["rollouts", "kserve"])
def test_every_engine_runs_the_same_pod(
    specs: Path, checking: Callable[[Path], CheckedProject], release: Release, engine: str
) -> None:
    pod, usual = _pod(_rendered(specs, checking, PLATFORMS[engine])), _pod(release)
    (server,), (usually,) = pod["spec"].pop("containers"), usual["spec"].pop("containers")
    for one in (pod, usual):
        for spread in one["spec"]["topologySpreadConstraints"]:
            spread.pop("matchLabelKeys")
    assert pod == usual
    assert server.pop("name") == ("kserve-container" if engine == "kserve" else "serve")
    assert usually.pop("name") == "serve"
    limits = server["resources"]["limits"]
    assert limits.pop("cpu", None) == (usually["resources"]["requests"]["cpu"] if engine == "kserve" else None)
    assert server == usually


@pytest.mark.parametrize("engine", PLATFORMS)
def test_a_plan_sees_the_pods_of_every_engine_change(
    specs: Path, checking: Callable[[Path], CheckedProject], engine: str
) -> None:
    before = {"live": _rendered(specs, checking, PLATFORMS[engine])}
    file = specs / "environment.yaml"
    file.write_text(file.read_text().replace("@sha256:1", "@sha256:2"))
    after = render(checking(specs), "live").value
    assert after is not None
    assert validate_release(after.files, after.platform) == ()
    assert pods_of(before, "live", "churn-live") is not None
    assert pods_of(before, "live", "churn-live") != pods_of({"live": after}, "live", "churn-live")


@pytest.mark.parametrize(("folder", "deployment"), SERVED)
def test_the_embedded_server_finds_its_pod_under_every_engine(folder: str, deployment: str) -> None:
    pod = load_pod(GOLDEN / folder, deployment)
    assert [template.container.args for template in pod.init if template.container] == [("verify-model",)]
    assert pod.server.container is not None
    assert pod.server.container.args is not None
    assert pod.server.container.args[0] == "serve"


def test_a_batch_has_no_server_and_names_its_workflow() -> None:
    with pytest.raises(Refused) as refused:
        load_pod(GOLDEN / "pinned/expected", "churn-nightly")
    assert refused.value.mend == "it scores batches and has none: plimsoll run churn-nightly-score"


@pytest.mark.parametrize(
    ("folder", "file", "old", "new"),
    [
        ("enterprise/expected", "rollout-repayment-online.yaml", "online-guard", "online-gard"),
        ("enterprise/expected", "rollout-repayment-online.yaml", 'Service: "repayment-online-c', 'Service: "re-c'),
        ("enterprise/expected", "rollout-repayment-online.yaml", "httpRoute: ", "httpRoute: a"),
        ("enterprise/expected", "rollout-repayment-online.yaml", "online-verdict", "online-word"),
        ("enterprise/expected", "rollout-repayment-online.yaml", "claimName: plimsoll-state", "claimName: other"),
        ("enterprise/expected", "horizontalpodautoscaler-repayment-online.yaml", 'kind: "Rollout"', "kind: Deployment"),
        ("enterprise/expected", "httproute-repayment-online.yaml", 'name: "repayment-online-c', 'name: "other-c'),
        ("shadow/expected", "rollout-churn-live.yaml", 'name: "churn-live"\n            r', "name: a\n            r"),
        ("shadow/expected", "virtualservice-churn-live.yaml", 'host: "churn-live-canary"', "host: churn-live-cannery"),
        ("blue-green/expected", "rollout-churn-live.yaml", "churn-live-preview", "churn-live-review"),
        ("kserve/expected", "httproute-churn-live.yaml", "churn-live-predictor", "churn-lief-predictor"),
        ("kserve/expected", "inferenceservice-churn-live.yaml", "name: tmp\n            m", "name: tpm\n            m"),
        ("two-sizes/expected/small", "scaledobject-churn-live.yaml", 'kind: "Deployment"', "kind: Rollout"),
    ],
)  # fmt: skip
def test_a_name_that_leads_nowhere_is_found(folder: str, file: str, old: str, new: str) -> None:
    files = _files(folder)
    assert old.encode() in files[file]
    assert check_references(files) == ()
    changed = {**files, file: files[file].replace(old.encode(), new.encode(), 1)}
    assert {(one.code, one.span.path) for one in check_references(changed)} == {("PLM-VAL-003", file)}


def test_only_what_the_server_counts_is_asked_for() -> None:
    counters = Counters()
    counters.observe(200, 0.1)
    said = counters.prometheus(ModelPin(name="m", version=1, digest="sha256:" + "0" * 64))
    known = set(re.findall(r"^(plimsoll_\w+)\{", said, re.MULTILINE))
    known |= {queries.DRIFT, f"{queries.DRIFT}_threshold"}
    asked = set()
    for folder, _ in SERVED:
        for name, data in _files(folder).items():
            if name.startswith(("analysistemplate", "scaledobject")):
                asked |= set(re.findall(r"plimsoll_\w+(?=\{)", data.decode()))
    assert {queries.REQUESTS, f"{queries.SECONDS}_bucket", f"{queries.SECONDS}_sum", queries.DRIFT} <= asked
    assert asked <= known


@pytest.mark.parametrize("case", ["linkerd", "enterprise", "two-sizes/large"])
def test_servers_are_counted_by_what_they_do_themselves(case: str) -> None:
    """The average of a pod is none where one of its containers requests no CPU, such as a mesh's proxy."""
    folder = GOLDEN / Path(case.replace("/", "/expected/") if "/" in case else f"{case}/expected")
    objects = [YAML(typ="safe").load(path) for path in folder.glob("*.yaml")]
    (pods,) = (one["spec"]["template"] for one in objects if one["kind"] in ("Deployment", "Rollout"))
    counted: list[str] = []
    for one in objects:
        if one["kind"] == "HorizontalPodAutoscaler":
            counted += (metric["containerResource"]["container"] for metric in one["spec"]["metrics"])
        if one["kind"] == "ScaledObject":
            cpu = (trigger for trigger in one["spec"]["triggers"] if trigger["type"] == "cpu")
            counted += (trigger["metadata"]["containerName"] for trigger in cpu)
    assert counted == [container["name"] for container in pods["spec"]["containers"]]


def test_one_deployment_s_pods_are_not_taken_for_another_s() -> None:
    for selected in (queries.of_deployment("ns", "churn"), queries.of_version("ns", "churn")):
        pattern = selected.split("~")[1].strip('"').replace("{{args.hash}}", "7d9f8c6b5")
        assert re.fullmatch(pattern, "churn-7d9f8c6b5-x2x4z")
        assert not re.fullmatch(pattern, "churn-live-7d9f8c6b5-x2x4z")
