"""One byte is changed in what a life left: the next verb that uses it refuses, and says what and where."""

import json
import os
import shutil
from pathlib import Path

import pytest

from plimsoll.contract.package import Package
from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner import Mounts, load_workflow
from plimsoll.runtime.runner import run as run_workflow
from plimsoll.runtime.runner.events import StepFinished
from plimsoll.runtime.steps.main import main as step

pytestmark = pytest.mark.e2e

TEMPLATE = "workflowtemplate-flight-delay-train.yaml"
TRAIN = ("run", "flight-delay-train", "--release", "release/local", "-p", "as-of=2013-07-25")
SERVE = ("serve", "flight-delay-online", "--release", "release/local", "--port", "0")
MONITOR = ("monitor", "flight-delay-online", "--release", "release-of-1/local")
DAYS = ("--as-of", "2013-08-02", "--since", "2013-07-30", "--judge-only")


@pytest.fixture
def kept(life):
    """After a refusal nothing was started, registered, pinned or published, and what was changed is put back."""
    repository = life.repository
    watched = ("specs", "release", ".plimsoll/state/local/models", ".plimsoll/state/local/monitoring")
    before = [repository.files(below=folder) for folder in watched], repository.git("rev-parse", "HEAD")
    yield
    after = [repository.files(below=folder) for folder in watched], repository.git("rev-parse", "HEAD")
    assert after == before


def package(life, number):
    digest = life.versions[number - 1].nodes["sign-model"].parameters["digest"]
    return Package(life.repository.state.model_package("flight-delay", digest))


@pytest.mark.parametrize("name", [TEMPLATE, "release.lock.json", "release.sigstore.json"])
@pytest.mark.parametrize("words", [("verify", "release/local"), TRAIN, SERVE], ids=["verify", "run", "serve"])
def test_a_release_with_another_byte_is_used_by_no_verb(life, flip, kept, words, name):
    runs = len(life.repository.runs)
    with flip(life.repository.root / "release/local" / name):
        ended = life.repository.plimsoll(*words, expect=1)
    assert name in ended.said
    assert len(life.repository.runs) == runs


def test_a_server_does_not_start_on_a_changed_model(life, flip, kept):
    with flip(package(life, 2).model / "model.skops"):
        ended = life.repository.plimsoll(*SERVE, expect=1)
    assert "model.skops" in ended.said
    assert "the server was not started" in ended.said


def test_a_batch_is_not_scored_by_a_changed_model(life, flip, kept):
    words = ("run", "flight-delay-nightly-score", "--release", "release/local", "-p", "as-of=2013-07-27")
    with flip(package(life, 1).model / "model.skops"):
        ended = life.repository.plimsoll(*words, expect=1)
    assert "model.skops" in ended.said
    record = life.repository.runs[-1]
    assert record.nodes["score"].exit_code == 10
    assert len(record.nodes["score"].attempts) == 1, "a refusal is not tried again"
    assert record.nodes["workflow.onExit"].status == "Succeeded"


@pytest.fixture
def evaluation(life, tmp_path, monkeypatch):
    """The places of an evaluation step, with the inputs that the second training handed it."""
    record = life.versions[1]
    run = life.repository.root / ".plimsoll/runner/runs" / record.name
    for name, node in (("dataset", "retrieve"), ("model", "train")):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).symlink_to(run / record.nodes[node].artifacts[name].path)
    request = package(life, 2).card.read_text()
    (tmp_path / "request").mkdir()
    (tmp_path / "request/request.json").write_text(json.dumps(json.loads(request)["request"]))
    (tmp_path / "state").symlink_to(life.repository.state.root)
    (tmp_path / "trust").symlink_to(life.repository.root / ".plimsoll/trust")
    monkeypatch.setenv("PLIMSOLL_ROOT", str(tmp_path))
    return tmp_path


def test_a_changed_champion_is_no_bar_to_be_held_against(life, flip, kept, evaluation, capsys):
    champion = life.versions[0].nodes["sign-model"].parameters["digest"]
    with flip(package(life, 1).model / "model.skops"):
        assert step(["evaluate", f"--champion={champion}"]) == 10
    assert "model.skops" in capsys.readouterr().err
    assert not (evaluation / "out").exists()


def test_a_changed_package_is_not_promoted(life, flip, kept):
    places = ("--deployment", "flight-delay-online", "--environment", "production")
    with flip(package(life, 2).card):
        ended = life.repository.plimsoll("promote", life.repository.proposal(life.versions[1]), *places, expect=1)
    assert "card.json" in ended.said
    assert not (life.repository.root / ".plimsoll/state/production/approvals").exists()


def test_a_changed_baseline_is_no_measure(life, flip, kept):
    with flip(package(life, 1).baseline):
        ended = life.repository.plimsoll(*MONITOR, *DAYS, expect=1)
    assert "profile/baseline.bin" in ended.said


def test_a_changed_profile_of_a_day_is_no_evidence(life, flip, kept):
    digest = life.versions[0].nodes["sign-model"].parameters["digest"]
    folder = life.repository.state.live_profiles("flight-delay-online", digest)
    with flip(folder / "2013-07-31.bin"):
        ended = life.repository.plimsoll(*MONITOR, *DAYS, expect=1)
    assert "2013-07-31.bin" in ended.said


def test_what_is_changed_between_two_steps_ends_the_run(life, monkeypatch):
    """The workflow itself, with a hand that reaches into its run folder as soon as the data is retrieved."""
    monkeypatch.chdir(life.repository.root)
    workspace = life.repository.root / ".plimsoll"
    runs = workspace / "runner/runs"

    def reach_in(event):
        if isinstance(event, StepFinished) and event.node == "retrieve":
            (file,) = max(runs.iterdir(), key=os.path.getmtime).glob("retrieve/artifacts/dataset/evaluation.parquet")
            data = bytearray(file.read_bytes())
            data[len(data) // 2] ^= 1
            file.chmod(0o644)
            file.write_bytes(data)

    mounts = Mounts(life.repository.state.root, workspace / "data", workspace / "trust")
    workflow = load_workflow(Path("release/local"), "flight-delay-train")
    with pytest.raises(Refused) as refused:
        run_workflow(
            workflow, parameters={"as-of": "2013-07-25"}, workdir=runs.parent, mounts=mounts, listener=reach_in
        )
    shutil.rmtree(runs / (record := life.repository.runs[-1]).name)
    assert "dataset/evaluation.parquet" in refused.value.where
    assert refused.value.why == "the file was changed after its task left it"
    assert record.status != "Succeeded"
    assert "train" not in record.nodes or record.nodes["train"].status == "Omitted"
    assert record.nodes["workflow.onExit"].status == "Succeeded"


def links(life, expect):
    trace = life.repository.plimsoll("trace", "flight-delay-online", "--environment", "local", "--json", expect=expect)
    return {link["name"]: link["holds"] for link in trace.json["links"]}


def others(life, name):
    return {link["name"]: "verified" for link in life.ended["trace"].json["links"] if link["name"] != name}


def test_a_changed_approval_is_the_broken_link_of_the_trace(life, flip, kept):
    digest = life.versions[1].nodes["sign-model"].parameters["digest"]
    with flip(life.repository.state.approval(digest, "local")):
        assert links(life, 1) == {"approval": "broken", **others(life, "approval")}


def test_a_changed_release_is_the_broken_link_of_the_trace(life, flip, kept):
    with flip(life.repository.state.release(life.versions[1].parameters["release"]) / "release.lock.json"):
        assert links(life, 1) == {"release": "broken", **others(life, "release")}


def test_newer_data_does_not_break_the_trace_and_is_said(life, flip, kept):
    with flip(life.repository.root / ".plimsoll/data/weather.parquet"):
        assert links(life, 0) == {"data": "changed since", **others(life, "data")}


def test_a_pin_that_was_not_committed_is_the_broken_link_of_the_trace(life):
    path = life.repository.root / "specs/deployments/flight-delay-online.yaml"
    text = path.read_text()
    path.write_text(f"{text}# not reviewed\n")
    try:
        assert links(life, 1) == {"pin": "broken", **others(life, "pin")}
    finally:
        path.write_text(text)


def test_a_changed_model_cannot_be_traced(life, flip, kept):
    with flip(package(life, 2).model / "model.skops"):
        ended = life.repository.plimsoll("trace", "flight-delay-online", "--environment", "local", expect=1)
    assert "model.skops" in ended.said
