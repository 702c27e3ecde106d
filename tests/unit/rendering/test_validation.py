"""The oracles see what is wrong with a release, and where."""

import pytest

from plimsoll.compiler.rendering.release import Release
from plimsoll.compiler.validation.argo_schema import SCHEMA_FILE, schema_bytes
from plimsoll.compiler.validation.references import check_references
from plimsoll.compiler.validation.release import validate_release
from plimsoll.compiler.validation.schemas import check_schemas

TRAIN, MONITOR = "workflowtemplate-churn-train.yaml", "workflowtemplate-churn-live-monitor.yaml"
SERVICE, DEPLOYMENT = "service-churn-live.yaml", "deployment-churn-live.yaml"


def _line(data: bytes, needle: str) -> int:
    return data.decode().splitlines().index(next(line for line in data.decode().splitlines() if needle in line)) + 1


def _changed(release: Release, file: str, old: str, new: str) -> dict[str, bytes]:
    assert old.encode() in release.files[file]
    return {**release.files, file: release.files[file].replace(old.encode(), new.encode(), 1)}


def test_a_release_is_sound(release: Release) -> None:
    assert validate_release(release.files, release.platform) == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        (TRAIN, "tasks.train.outputs.artifacts.model", "tasks.train.outputs.artifacts.modle", "PLM-VAL-004"),
        (TRAIN, "template: check-format", "template: check-formats", "PLM-VAL-003"),
        (TRAIN, "dependencies: [sign-model]", "dependencies: [sign-mode]", "PLM-VAL-003"),
        (TRAIN, "{{workflow.creationTimestamp.RFC3339}}", "{{workflow.status}}", "PLM-VAL-004"),
        (TRAIN, "display-name: Check-the-format", "display-name: Check the format", "PLM-VAL-002"),
        (TRAIN, "entrypoint: main", "entrypoint: mian", "PLM-VAL-003"),
        (TRAIN, '"--digest={{inputs.parameters.digest}}"', '"--digest={{inputs.parameters.digst}}"', "PLM-VAL-004"),
        (TRAIN, "claimName: plimsoll-data", "claimName: plimsoll-date", "PLM-VAL-003"),
        (TRAIN, 'key: "train.py"', 'key: "trian.py"', "PLM-VAL-003"),
        (TRAIN, 'serviceAccountName: "churn-train"', 'serviceAccountName: "churn"', "PLM-VAL-003"),
        (TRAIN, "name: code\n            mountPath", "name: coed\n            mountPath", "PLM-VAL-003"),
        (MONITOR, "- name: since\n                  value", "- name: sinec\n                  value", "PLM-VAL-003"),
        (SERVICE, 'component": "server"', 'component": "servre"', "PLM-VAL-003"),
        (SERVICE, "targetPort: http", "targetPort: htpp", "PLM-VAL-003"),
        (DEPLOYMENT, 'name: "churn-live-', 'name: "churn-lief-', "PLM-VAL-003"),
        ("networkpolicy-churn-live.yaml", "port: 8081", "port: 8080", "PLM-VAL-003"),
        ("rolebinding-churn-train.yaml", "kind: Role\n", "kind: ClusterRole\n", "PLM-VAL-003"),
        ("horizontalpodautoscaler-churn-live.yaml", 'kind: "Deployment"', "kind: Rollout", "PLM-VAL-003"),
        ("cronworkflow-churn-train.yaml", 'name: "churn-train-', 'name: "churn-trian-', "PLM-VAL-003"),
        ("service-churn-live.yaml", "  ports:", "  prots:", "PLM-VAL-001"),
        ("service-churn-live.yaml", "kind: Service", "kind: [Service", "PLM-VAL-001"),
    ],
)  # fmt: skip
def test_references_that_lead_nowhere_are_found(release: Release, file: str, old: str, new: str, code: str) -> None:
    files = _changed(release, file, old, new)
    found = [d for d in check_references(files) if d.span.path == file]
    assert code in {d.code for d in found}


def test_a_finding_points_at_the_line(release: Release) -> None:
    files = _changed(
        release, TRAIN, "{{tasks.train.outputs.artifacts.model}}", "{{tasks.trian.outputs.artifacts.model}}"
    )
    (finding,) = check_references(files)
    assert finding.span.line == _line(files[TRAIN], "tasks.trian")
    assert finding.subject.startswith("WorkflowTemplate/churn-train-")


def test_tasks_that_wait_in_a_circle_are_found(release: Release) -> None:
    files = _changed(release, TRAIN, "dependencies: [retrieve]", "dependencies: [register]")
    assert any("waits for itself" in d.message for d in check_references(files))


def test_a_created_workflow_must_exist(release: Release) -> None:
    old = next(
        line for line in release.files[MONITOR].decode().splitlines() if '"churn-train-' in line and "Name" not in line
    )
    files = _changed(release, MONITOR, old, old.replace("churn-train", "churn-trained"))
    assert [d.code for d in check_references(files)] == ["PLM-VAL-003"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (TRAIN, "workingDir:", "workingDirectory:"),
        (TRAIN, "archiveLogs: true", "archiveLogs: perhaps"),
        (TRAIN, "readOnlyRootFilesystem: true", "readOnlyRootFileSystem: true"),
        (MONITOR, "generateName:", "generatedName:"),
        ("cronworkflow-churn-train.yaml", "schedules:", "schedule:"),
        (DEPLOYMENT, "preStop:", "prestop:"),
        (DEPLOYMENT, "maxSurge: 2", "maxSurge: [2]"),
        ("configmap-churn-train.yaml", "immutable: true", "imutable: true"),
        ("poddisruptionbudget-churn-live.yaml", "policy/v1", "policy/v9"),
    ],
)
def test_fields_that_nobody_knows_are_found(release: Release, file: str, old: str, new: str) -> None:
    found = check_schemas(_changed(release, file, old, new), release.platform)
    assert {(d.code, d.span.path) for d in found} == {("PLM-VAL-002", file)}


def test_a_large_body_of_foreign_text_is_validated_without_positions(release: Release) -> None:
    code = "configmap-churn-code.yaml"
    files = {**release.files, code: release.files[code] + b'  "braces.txt": "' + b"[{" * 3000 + b'"\n'}
    found = validate_release({**files, code: files[code].replace(b"binaryData:", b"data2:")}, release.platform)
    assert found[0].span.line == 1


def test_the_schema_file_is_what_hera_gives() -> None:
    assert SCHEMA_FILE.read_bytes() == schema_bytes()
