"""What a training refuses: the run is recorded, its exit handler ran, and nothing was registered or published."""

import json
import re
from pathlib import Path

import pytest

from plimsoll.contract.guard import REGION_VARIABLE
from plimsoll.runtime.registry import version_of

pytestmark = pytest.mark.e2e

MODEL = "specs/models/parcels.yaml"
TRAIN = ("run", "parcels-train", "--release", "release/local", "-p", "as-of=2026-05-25")


def released(repository):
    repository.commit("Another attempt")
    repository.plimsoll("compile")
    repository.plimsoll("sign", "release/local")


def fails(repository, node):
    """Train, and see it fail at a step: its message on stderr, and nothing left that could be promoted."""
    ended = repository.plimsoll(*TRAIN, expect=1)
    (record,) = repository.runs
    assert record.status == "Failed"
    assert record.nodes["workflow.onExit"].status == "Succeeded"
    (ending,) = repository.state.runs().glob("*.json")
    assert json.loads(ending.read_text())["status"] == "Failed"
    assert record.nodes[node].status == "Failed"
    assert record.nodes[node].message in ended.err
    tracking = f"sqlite:///{repository.tracking}"
    assert not repository.tracking.exists() or not version_of(tracking, "parcels", 1)
    assert not (repository.state.root / "models").exists()
    assert not Path(repository.root / repository.proposal(record)).exists()
    return record.nodes[node]


def test_a_gate_that_is_not_met(project):
    project.edit(MODEL, (r"- \{metric: auc, minimum: 0.65\}", "- {metric: auc, minimum: 0.995}"))
    released(project)
    node = fails(project, "evaluate")
    assert (node.exit_code, len(node.attempts)) == (10, 1)
    assert re.search(r"gate not met: all: auc 0\.\d{4}, bar ≥ 0\.9950, [\d,]+ rows", node.message)
    assert "Model/parcels spec.evaluation" in node.message
    assert "by a reviewed commit" in node.message


def test_a_training_program_that_crashes(project):
    crash = 'print("so far so good")\nraise SystemExit("the moon is in the wrong house")\n'
    (project.root / "specs/models/parcels/train.py").write_text(crash)
    released(project)
    node = fails(project, "train")
    assert node.exit_code == 1
    assert "the moon is in the wrong house" in node.message
    assert "so far so good" in node.message


def test_a_training_program_that_leaves_a_pickle(project):
    project.edit(
        "specs/models/parcels/train.py",
        (
            r'    skops.io.dump\(model, folder / "model.skops"\)\n',
            r"\g<0>    (folder / 'model.pkl').write_bytes(b'\\x80')\n",
        ),
    )
    released(project)
    node = fails(project, "check-format")
    assert node.exit_code == 10
    assert "model.pkl" in node.message
    assert "may run code when they are loaded" in node.message


def test_data_that_is_not_there(project):
    (project.root / ".plimsoll/data/parcels.parquet").unlink()
    node = fails(project, "build-depot-record")
    assert node.exit_code == 10
    assert "parcels.parquet" in node.message


AUDIT = """\
apiVersion: plimsoll.dev/v1
kind: PolicyBinding
metadata: {name: lenient, owner: ml-platform@example.org}
spec: {policies: ["*"], mode: audit}
"""


@pytest.fixture
def people(project):
    """The small project with data about people under pseudonyms; what rules find about it is noted, not denied."""
    project.edit(
        "specs/sources/parcels.yaml",
        ("personalData: none", "personalData: pseudonymous"),
        ("erasure: not-applicable", "erasure: delete\n  legalBasis: contract"),
    )
    (project.root / "specs/lenient.yaml").write_text(AUDIT)
    return project


def admitting(project, kinds):
    project.edit("specs/environments/local.yaml", (r"personalData: \[none\]", f"personalData: [{kinds}]"))
    released(project)


def refused(project, why):
    """The first step that reads data refuses, and no table is there."""
    node = fails(project, "build-depot-record")
    assert (node.exit_code, len(node.attempts)) == (10, 1)
    assert "data of parcels" in node.message
    assert why in node.message
    assert not project.state.feature_table("depot-record").exists()


def test_data_about_people_is_trained_on_where_it_is_admitted(people, monkeypatch):
    admitting(people, "none, pseudonymous")
    monkeypatch.setenv(REGION_VARIABLE, "me-central-1")
    people.plimsoll(*TRAIN)
    (record,) = people.runs
    assert record.status == "Succeeded"


def test_data_about_people_in_another_region(people, monkeypatch):
    admitting(people, "none, pseudonymous")
    monkeypatch.setenv(REGION_VARIABLE, "eu-west-1")
    refused(people, "the step runs in 'eu-west-1', and its request was compiled for me-central-1")


def test_data_about_people_for_another_purpose_than_it_was_collected_for(people):
    people.edit("specs/models/parcels.yaml", (r"purposes: \[punctuality\]", "purposes: [advertising]"))
    admitting(people, "none, pseudonymous")
    assert "PLM-PRV-05" in people.plimsoll("check", "--json").out
    refused(people, "it may be used for punctuality alone, and is used for advertising (PRV-05)")


def test_data_about_people_where_the_finding_was_only_noted(people):
    released(people)
    assert "PLM-PRV-13" in people.plimsoll("check", "--json").out
    refused(people, "it is pseudonymous data, and local admits none only (PRV-13)")
