"""A release is pure, complete, hardened, and refused where it could not work."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from plimsoll.compiler.diagnostics import Severity
from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.rendering.release import Release, render
from plimsoll.contract import digests
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release import lock_bytes

Checking = Callable[[Path], CheckedProject]


def _edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))


def _render(folder: Path, checking: Checking, environment: str = "live") -> Release:
    outcome = render(checking(folder), environment)
    assert outcome.value is not None, outcome.diagnostics
    return outcome.value


def _containers(release: Release) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Every container with the name of its file and the spec of its pod."""
    for file, data in release.files.items():
        spec = yaml.safe_load(data).get("spec", {})
        if file.startswith("workflowtemplate-"):
            yield from ((file, t["container"], spec) for t in spec["templates"] if "container" in t)
        if file.startswith("deployment-"):
            pod = spec["template"]["spec"]
            yield from ((file, container, pod) for container in (*pod["initContainers"], *pod["containers"]))


def test_the_order_and_names_of_spec_files_change_nothing(specs: Path, release: Release, checking: Checking) -> None:
    for number, path in enumerate(sorted(specs.glob("*.yaml"), reverse=True)):
        path.rename(specs / f"{number:02}-renamed.yaml")
    again = _render(specs, checking)
    assert again.files == release.files
    assert lock_bytes(again.lock) == lock_bytes(release.lock)


def test_comments_the_order_of_keys_and_written_defaults_change_nothing(
    specs: Path, release: Release, checking: Checking
) -> None:
    _edit(specs, "churn-nightly.yaml", "    window: 2d", "    # two days\n    window: 2d")
    _edit(specs, "churn-nightly.yaml", "  environments:\n", "  timeout: 60m\n  environments:\n")
    assert _render(specs, checking).files == release.files


def test_what_another_environment_says_changes_nothing(specs: Path, release: Release, checking: Checking) -> None:
    place = (
        (specs / "environment.yaml")
        .read_text()
        .replace("name: live", "name: trial")
        .replace("namespace: ", "namespace: trial-")
    )
    (specs / "trial.yaml").write_text(place)
    _edit(specs, "churn-live.yaml", "    live:\n", "    trial: {timeout: 5m}\n    live:\n")
    assert lock_bytes(_render(specs, checking).lock) == lock_bytes(release.lock)


def test_by_products_beside_the_code_change_nothing(specs: Path, release: Release, checking: Checking) -> None:
    for path in ("code/__pycache__/train.pyc", "code/.git/config", "code/lib/.DS_Store"):
        (specs / path).parent.mkdir(exist_ok=True)
        (specs / path).write_bytes(b"\x00")
    assert _render(specs, checking).files == release.files


def test_a_change_of_code_changes_the_names_of_code_and_workflow(
    specs: Path, release: Release, checking: Checking
) -> None:
    (specs / "code" / "train.py").write_text("print('other')\n")
    again = _render(specs, checking)
    changed = {file for file in release.files if again.files[file] != release.files[file]}
    assert changed == {
        "configmap-churn-code.yaml",
        "workflowtemplate-churn-train.yaml",
        "cronworkflow-churn-train.yaml",
        "workflowtemplate-churn-live-monitor.yaml",
        "cronworkflow-churn-live-monitor.yaml",
    }


def test_rewording_a_description_restarts_no_server(specs: Path, release: Release, checking: Checking) -> None:
    _edit(specs, "churn-live.yaml", "Asked at every checkout.", "Asked at each checkout.")
    again = _render(specs, checking)
    assert again.files["deployment-churn-live.yaml"] == release.files["deployment-churn-live.yaml"]


def test_the_lock_holds_every_file_and_every_spec(release: Release) -> None:
    assert release.lock.files == {name: digests.of_bytes(data) for name, data in release.files.items()}
    assert set(release.lock.specs) == {
        "DataSource/orders",
        "Deployment/churn-live",
        "Deployment/churn-nightly",
        "Environment/live",
        "FeatureSet/recency",
        "Model/churn",
    }


def test_every_container_is_restricted(release: Release) -> None:
    seen = set()
    for file, container, pod in _containers(release):
        seen.add(file)
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"]["memory"] == container["resources"]["requests"]["memory"]
    assert len(seen) == 5


def test_training_code_sees_neither_state_nor_keys(release: Release) -> None:
    (train,) = [c for file, c, _ in _containers(release) if c.get("workingDir") == "/plimsoll/code"]
    assert {mount["name"] for mount in train["volumeMounts"]} == {"request", "code", "out", "tmp", "no-token"}


def test_no_program_of_a_workflow_finds_a_token_of_the_api_server(release: Release) -> None:
    inside = [c for file, c, _ in _containers(release) if file.startswith("workflowtemplate-")]
    assert inside
    for container in inside:
        places = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
        assert places["/var/run/secrets/kubernetes.io/serviceaccount"] == "no-token"


def test_no_account_may_do_anything_by_a_wildcard_or_read_a_secret(release: Release) -> None:
    roles = [yaml.safe_load(data) for name, data in release.files.items() if name.startswith("role-")]
    assert roles
    for rule in (rule for role in roles for rule in role["rules"]):
        words = {*rule["apiGroups"], *rule["resources"], *rule["verbs"]}
        assert not words & {"*", "secrets", "pods", "pods/exec", "delete", "update"}


def test_a_server_sees_no_key_that_signs(release: Release) -> None:
    pod = yaml.safe_load(release.files["deployment-churn-live.yaml"])["spec"]["template"]["spec"]
    (trust,) = [volume for volume in pod["volumes"] if volume["name"] == "trust"]
    assert [item["key"] for item in trust["secret"]["items"]] == ["trusted_root.json"]
    assert pod["automountServiceAccountToken"] is False


def test_the_autoscaler_alone_says_how_many_servers_there_are(release: Release) -> None:
    assert "replicas" not in yaml.safe_load(release.files["deployment-churn-live.yaml"])["spec"]
    scaler = yaml.safe_load(release.files["horizontalpodautoscaler-churn-live.yaml"])["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, 6)


def test_a_disruption_budget_needs_more_than_one_server(specs: Path, checking: Checking) -> None:
    _edit(specs, "churn-live.yaml", "scaling: {min: 2}", "scaling: {min: 1}")
    assert "poddisruptionbudget-churn-live.yaml" not in _render(specs, checking).files


def test_a_monitor_that_may_not_retrain_creates_nothing(specs: Path, checking: Checking) -> None:
    _edit(specs, "churn-live.yaml", "retrainOn: [performance-loss]", "retrainOn: []")
    release = _render(specs, checking)
    workflow = yaml.safe_load(release.files["workflowtemplate-churn-live-monitor.yaml"])
    assert [template["name"] for template in workflow["spec"]["templates"]] == ["main", "monitor", "record"]
    rules = yaml.safe_load(release.files["role-churn-live-monitor.yaml"])["rules"]
    assert not any("workflows" in rule["resources"] for rule in rules)


def test_a_refresh_sees_no_key_and_has_no_gpu(specs: Path, checking: Checking) -> None:
    old = "resources: {cpu: 500m, memory: 1Gi}"
    _edit(specs, "churn-live.yaml", old, "resources: {cpu: 500m, memory: 1Gi, gpu: {count: 1, type: l4}}")
    workflow = yaml.safe_load(_render(specs, checking).files["workflowtemplate-churn-live-refresh.yaml"])
    templates = {one["name"]: one for one in workflow["spec"]["templates"]}
    assert list(templates) == ["main", "build-features", "refresh", "record"]
    limits = {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}
    for name in ("build-features", "refresh"):
        assert templates[name]["container"]["resources"] == limits
        assert "nodeSelector" not in templates[name]
    mounts = {mount["name"] for one in templates.values() for mount in one.get("container", {}).get("volumeMounts", ())}
    assert mounts == {"request", "state", "data", "out", "no-token", "tmp"}


def test_an_environment_may_refresh_nothing(specs: Path, release: Release, checking: Checking) -> None:
    _edit(specs, "churn-live.yaml", "online: {scaling: {min: 2}}", "online: {scaling: {min: 2}, refresh: null}")
    gone = release.files.keys() - _render(specs, checking).files.keys()
    kinds = ("cronworkflow", "role", "rolebinding", "serviceaccount", "workflowtemplate")
    assert {f"{kind}-churn-live-refresh.yaml" for kind in kinds} <= gone
    assert not any("refresh" in name for name in release.files.keys() - gone)


def test_patches_of_a_deployment_reach_its_refresh(specs: Path, checking: Checking) -> None:
    target = "{target: {kind: WorkflowTemplate, name: churn-live-refresh}, merge: {spec: {priority: 5}}}"
    _edit(specs, "churn-live.yaml", "  timeout: 45m", f"  patches: [{target}]\n  timeout: 45m")
    workflow = yaml.safe_load(_render(specs, checking).files["workflowtemplate-churn-live-refresh.yaml"])
    assert workflow["spec"]["priority"] == 5


def test_the_challenger_meets_the_newest_pinned_version(specs: Path, checking: Checking) -> None:
    assert b'"--champion=sha256:4444' in _render(specs, checking).files["workflowtemplate-churn-train.yaml"]
    _edit(specs, "churn.yaml", "    challenge: {metric: auc, tolerance: 0.01}\n", "")
    assert b"--champion" not in _render(specs, checking).files["workflowtemplate-churn-train.yaml"]


def test_gpus_are_asked_for_by_training_alone(gpu_specs: Path, checking: Checking) -> None:
    workflow = yaml.safe_load(_render(gpu_specs, checking, "lab").files["workflowtemplate-pump-wear-train.yaml"])
    with_gpu = [
        t
        for t in workflow["spec"]["templates"]
        if "nvidia.com/gpu" in t.get("container", {}).get("resources", {}).get("limits", {})
    ]
    assert [template["name"] for template in with_gpu] == ["train"]
    assert with_gpu[0]["container"]["resources"]["limits"]["nvidia.com/gpu"] == "4"
    assert with_gpu[0]["nodeSelector"] == {"plimsoll.dev/accelerator": "h100"}


def test_a_server_with_a_gpu_runs_where_there_is_one(specs: Path, checking: Checking) -> None:
    old = "resources: {cpu: 500m, memory: 1Gi}"
    _edit(specs, "churn-live.yaml", old, "resources: {cpu: 500m, memory: 1Gi, gpu: {count: 1, type: l4}}")
    pod = yaml.safe_load(_render(specs, checking).files["deployment-churn-live.yaml"])["spec"]["template"]["spec"]
    assert pod["nodeSelector"] == {"plimsoll.dev/accelerator": "l4"}
    assert pod["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == "1"
    assert "nvidia.com/gpu" not in pod["initContainers"][0]["resources"]["limits"]


def test_a_deployment_without_a_pin_is_noted(gpu_specs: Path, checking: Checking) -> None:
    outcome = render(checking(gpu_specs), "lab")
    assert [(d.code, d.severity, d.subject) for d in outcome.diagnostics] == [
        ("PLM-REN-005", Severity.NOTE, "Deployment/pump-wear-online")
    ]


def test_an_environment_that_is_not_there_is_refused(specs: Path, checking: Checking) -> None:
    with pytest.raises(Refused, match="no Environment 'lvie'"):
        render(checking(specs), "lvie")


def test_an_environment_in_which_nothing_runs_has_no_release(specs: Path, checking: Checking) -> None:
    place = (
        (specs / "environment.yaml")
        .read_text()
        .replace("name: live", "name: empty")
        .replace("namespace: ", "namespace: empty-")
    )
    (specs / "empty.yaml").write_text(place)
    outcome = render(checking(specs), "empty")
    assert outcome.value is None
    assert [(d.code, d.span.path) for d in outcome.diagnostics] == [("PLM-REN-008", "empty.yaml")]


def _refused(outcome_of: Path, checking: Checking) -> list[tuple[str, str, int]]:
    outcome = render(checking(outcome_of), "live")
    assert outcome.value is None
    return [(d.code, d.span.path, d.span.line) for d in outcome.diagnostics if d.blocks]


def test_code_too_large_for_an_object_is_refused(specs: Path, checking: Checking) -> None:
    (specs / "code" / "weights.txt").write_text("w" * 950_000)
    assert _refused(specs, checking) == [("PLM-REN-002", "churn.yaml", 23)]


def test_two_objects_of_one_name_are_refused(specs: Path, checking: Checking) -> None:
    _edit(specs, "churn-nightly.yaml", "name: churn-nightly", "name: churn-train")
    assert _refused(specs, checking) == [("PLM-REN-003", "churn-nightly.yaml", 3)]


def test_a_link_in_the_code_is_refused(specs: Path, checking: Checking) -> None:
    (specs / "code" / "link.py").symlink_to("train.py")
    assert _refused(specs, checking) == [("PLM-REN-004", "churn.yaml", 23)]


def test_sql_that_is_not_utf8_is_refused(specs: Path, checking: Checking) -> None:
    (specs / "recency.sql").write_bytes(b"SELECT '\xff'")
    assert _refused(specs, checking) == [("PLM-REN-004", "recency.yaml", 7)]


def test_code_that_vanished_is_refused(specs: Path, checking: Checking) -> None:
    checked = checking(specs)
    shutil.rmtree(specs / "code")
    (specs / "recency.sql").unlink()
    outcome = render(checked, "live")
    assert [d.code for d in outcome.diagnostics] == ["PLM-REN-004"]


def test_a_rollout_that_can_never_move_is_refused(specs: Path, checking: Checking) -> None:
    _edit(specs, "churn-live.yaml", "maxSurge: 2", "maxSurge: 0")
    assert _refused(specs, checking) == [("PLM-REN-007", "churn-live.yaml", 10)]
