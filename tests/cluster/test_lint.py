"""Argo's own linter, strict, on every workflow that is rendered."""

import subprocess
from pathlib import Path

import pytest
from binaries import Binaries
from manifests import golden, targets
from projects import parcels, reference_project

RELEASES = golden()
KINDS = ("workflow-", "workflowtemplate-", "cronworkflow-", "clusterworkflowtemplate-")


def lint(built: Binaries, files: list[Path]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run((built.lint, *files), capture_output=True, text=True)


def workflows(release: Path) -> list[Path]:
    return sorted(file for file in release.glob("*.yaml") if file.name.startswith(KINDS))


def hold(built: Binaries, release: Path) -> None:
    files = workflows(release)
    assert files, f"{release} holds no workflow"
    ended = lint(built, files)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_golden_release(built: Binaries, case: str) -> None:
    hold(built, RELEASES[case])


def test_a_release_for_a_newer_argo_is_refused(built: Binaries, request: pytest.FixtureRequest) -> None:
    for folder in RELEASES.values():
        if targets(folder)[1] > request.config.option.argo:
            assert lint(built, workflows(folder)).returncode != 0, folder


def test_reference_project(built: Binaries, tmp_path: Path) -> None:
    releases = sorted(reference_project(tmp_path).iterdir())
    assert [release.name for release in releases] == ["local", "production", "staging"]
    for release in releases:
        hold(built, release)


def test_small_project(built: Binaries, tmp_path: Path) -> None:
    releases = list((parcels(tmp_path) / "release").iterdir())
    assert [release.name for release in releases] == ["local"]
    for release in releases:
        hold(built, release)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("entrypoint: main", "entrypoint: mian", "mian"),
        ("template: validate", "template: valdate", "valdate"),
        ("{{tasks.train.outputs.artifacts.model}}", "{{tasks.train.outputs.artifacts.modle}}", "modle"),
        ("activeDeadlineSeconds:", "activeDeadlineSecond:", "activeDeadlineSecond"),
    ],
)
def test_the_linter_finds(built: Binaries, tmp_path: Path, before: str, after: str, said: str) -> None:
    text = (RELEASES["pinned"] / "workflowtemplate-churn-train.yaml").read_text()
    assert before in text
    broken = tmp_path / "workflowtemplate-broken.yaml"
    broken.write_text(text.replace(before, after, 1))
    ended = lint(built, [broken])
    assert ended.returncode != 0
    assert said in ended.stdout + ended.stderr
