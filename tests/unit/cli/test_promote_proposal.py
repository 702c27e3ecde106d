"""What ``plimsoll promote`` refuses before it verifies a package: names, proposals, and who proposes what."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from plimsoll.contract import exit_codes
from plimsoll.contract.package import Promotion

Run = Callable[..., Any]
ONLINE = ("--deployment", "parcels-online", "--environment", "local", "--no-commit")


def proposal(folder: Path, **changes: object) -> Path:
    fields: dict[str, object] = {
        "model": "flight-delay",
        "version": 1,
        "digest": f"sha256:{'1' * 64}",
        "environment": "local",
        "as_of": date(2013, 7, 2),
        "metrics": {"auc": 0.75},
        "commit": "2" * 40,
        "release": f"sha256:{'3' * 64}",
        "workflow": "flight-delay-train-3f9ac1",
    }
    file = folder / "promotion.json"
    file.write_text(Promotion.model_validate({**fields, **changes}).model_dump_json())
    return file


def test_a_run_that_says_neither_release_nor_template_is_not_approved(run: Run, project: Path, tmp_path: Path) -> None:
    """As a template of an older version leaves it on Argo. With either, only the missing package is told of."""
    shown = run("promote", str(proposal(tmp_path, model="parcels", release="")), *ONLINE)
    assert shown.code == exit_codes.FINDINGS
    assert "says neither its release nor its workflow's template" in shown.err
    for known in ({}, {"release": "", "template": "parcels-train-0123456789"}):
        shown = run("promote", str(proposal(tmp_path, model="parcels", **known)), *ONLINE)
        assert "neither its release" not in shown.err


@pytest.mark.parametrize(
    ("deployment", "environment", "said"),
    [
        ("parcels-onlin", "local", ("Deployment/parcels-onlin: there is none", "did you mean 'parcels-online'?")),
        ("parcels-online", "locl", ("no environment 'locl'", "parcels-online.yaml:", "did you mean 'local'?")),
    ],
)
def test_a_misspelt_place_is_told_before_it_is_missed_that_a_run_proposed(
    run: Run, project: Path, deployment: str, environment: str, said: tuple[str, ...]
) -> None:
    shown = run("promote", "--deployment", deployment, "--environment", environment, "--no-commit")
    assert (shown.code, shown.out) == (exit_codes.FINDINGS, "")
    assert all(one in shown.err for one in said)
    assert "no run has proposed a version of parcels yet" in run("promote", *ONLINE).err


def test_a_proposal_for_another_model_is_told_with_the_place_of_the_deployments_own(
    run: Run, project: Path, tmp_path: Path
) -> None:
    shown = run("promote", str(proposal(tmp_path)), *ONLINE)
    assert shown.code == exit_codes.FINDINGS
    assert "it serves parcels; the proposal is for flight-delay\n  --> specs/deployments/parcels-online.y" in shown.err


def test_without_a_name_the_newest_proposal_of_the_deployments_model_is_taken(run: Run, project: Path) -> None:
    """A training of another model may have ended since."""
    for age, (model, digest) in enumerate([("flight-delay", "1"), ("parcels", "2"), ("parcels", "3")]):
        left = project / f".plimsoll/runner/runs/run-{age}/propose/artifacts"
        left.mkdir(parents=True)
        made = proposal(left, model=model, digest=f"sha256:{digest * 64}").rename(left / "promotion")
        os.utime(made, (1_000_000_000 - age, 1_000_000_000 - age))
    shown = run("promote", *ONLINE)
    assert shown.code == exit_codes.FINDINGS
    assert "2" * 64 in shown.err, "its package is the one that is missed"


def test_a_proposal_that_is_no_file_is_told_with_what_to_give_instead(run: Run, project: Path) -> None:
    for path, why in (("nowhere.json", "there is no such file"), ("specs", "it is a folder")):
        shown = run("promote", path, *ONLINE)
        assert shown.code == exit_codes.ENVIRONMENT
        assert f"error: {path}: {why}\n   = help: give the promotion.json of a training run" in shown.err
