"""A training that the rendered schedule starts on Argo's controller: told no release, and promoted like any other.

The release is the one that is rendered and signed.
"""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from cluster import Cluster
from projects import parcels, plimsoll
from schedules import started_when_due
from server import Server
from trained import Trained

from plimsoll.contract.digests import of_file
from plimsoll.contract.package import Promotion


@dataclass(frozen=True)
class Scheduled:
    """The project, and the training that its schedule started."""

    project: Path
    trained: Trained

    @property
    def proposal(self) -> Path:
        return self.trained.output("propose", "promotion")


@pytest.fixture(scope="module")
def scheduled(running: Cluster, workflows: Server, tmp_path_factory: pytest.TempPathFactory) -> Scheduled:
    project = parcels(tmp_path_factory.mktemp("scheduled"))
    return Scheduled(project, started_when_due(running, project, "parcels-train", "scheduled"))


def test_it_ends_well(scheduled: Scheduled) -> None:
    assert scheduled.trained.phase == "Succeeded"
    labels = scheduled.trained.workflow["metadata"]["labels"]
    assert labels["workflows.argoproj.io/cron-workflow"] == "parcels-train"


def test_it_knows_no_release_and_says_which_template_it_ran(scheduled: Scheduled) -> None:
    found = Promotion.model_validate_json(scheduled.proposal.read_bytes())
    assert (found.release, found.commit) == ("", "")
    assert found.template == scheduled.trained.workflow["spec"]["workflowTemplateRef"]["name"]


def test_it_is_promoted_by_the_release_whose_template_ran_and_traced_to_it(scheduled: Scheduled) -> None:
    project = scheduled.project
    release = of_file(project / "release/local/release.lock.json")
    (commit,) = git(project, "rev-parse", "HEAD")
    plimsoll(project, "promote", str(scheduled.proposal), "--deployment", "parcels-online", "--environment", "local")
    said = git(project, "log", "-1", "--format=%B")
    assert {f"Trained-By-Release: {release}", f"Trained-From-Commit: {commit}"} < set(said)
    shutil.rmtree(project / "release")
    trace = json.loads(plimsoll(project, "trace", "parcels-online", "--environment", "local", "--json"))
    assert {link["name"]: link["holds"] for link in trace["links"]} == dict.fromkeys(
        ("pin", "model", "approval", "registry", "profile", "evaluation", "release", "commit", "data"), "verified"
    )
    (link,) = (link for link in trace["links"] if link["name"] == "release")
    assert link["says"] == release


def git(folder: Path, *words: str) -> list[str]:
    return subprocess.run(("git", *words), cwd=folder, check=True, capture_output=True, text=True).stdout.splitlines()
