"""Which release a proposal is of: a run that was told none is known by the workflow and the request that it ran by."""

import base64
import json
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from git import Repo
from trainings import PLACE, RELEASE, REQUEST, STATE, TEMPLATE, leave, lock, template

from plimsoll.cli.release_folder import open_release

Run = Callable[..., Any]
Edit = Callable[[Path, str, str], None]
Commit = Callable[[Repo, str], None]
Train = Callable[..., Path]

MODEL = Path("specs/models/parcels.yaml")
NOWHERE = f"sha256:{'0' * 64}"


@pytest.fixture
def signed(run: Run, repository: Repo) -> Repo:
    for command in (("compile",), ("trust", "init"), ("sign", "release/local")):
        assert run(*command).code == 0
    return repository


@pytest.fixture
def train(signed: Repo) -> Train:
    """Leaves what a run of the compiled template leaves: a signed, published package, and a proposal."""
    return leave


def told(repository: Repo) -> dict[str, str]:
    """What the last commit says that trained the version."""
    lines = str(repository.head.commit.message).splitlines()
    return dict(line.split(": ", 1) for line in lines if line.startswith("Trained-"))


def test_a_template_says_its_own_name(signed: Repo) -> None:
    assert TEMPLATE.read_text().count(f'"--template={template()}"') == 3


def test_a_run_that_was_told_nothing_is_of_the_release_that_holds_what_it_ran(
    run: Run, signed: Repo, train: Train
) -> None:
    release, commit = lock(), signed.head.commit.hexsha
    assert run("promote", str(train()), *PLACE).code == 0
    assert told(signed) == {"Trained-By-Release": release, "Trained-From-Commit": commit}
    (approval,) = STATE.root.glob("approvals/local/*.json")
    assert {"name": "release", "digest": release.removeprefix("sha256:")} in subjects(approval)


def subjects(bundle: Path) -> list[dict[str, str]]:
    payload = json.loads(base64.b64decode(json.loads(bundle.read_bytes())["dsseEnvelope"]["payload"]))
    return [{"name": one["name"], "digest": one["digest"]["sha256"]} for one in payload["subject"]]


def test_what_shows_it_is_kept_for_the_trace(run: Run, signed: Repo, train: Train) -> None:
    kept, proposal = STATE.release(lock()), train()
    assert run("promote", str(proposal), *PLACE).code == 0
    names = {"release.lock.json", "release.sigstore.json", TEMPLATE.name, REQUEST.name}
    assert {file.name: file.read_bytes() for file in kept.iterdir()} == {n: (RELEASE / n).read_bytes() for n in names}
    shutil.rmtree(RELEASE)
    assert run("promote", str(proposal), *PLACE).code == 0


def test_a_former_release_is_found_where_releases_are_committed(
    run: Run, signed: Repo, train: Train, edit: Edit, commit: Commit
) -> None:
    """As GitOps has it: another repository, whose newest release trains otherwise."""
    proposal, first, made = train(), lock(), signed.head.commit.hexsha
    deployed = Repo.init(Path("../deployed").resolve(), initial_branch="main")
    target = Path("../deployed/clusters/local")
    shutil.copytree(RELEASE, target)
    commit(deployed, "The first release")
    edit(MODEL, "learning_rate: 0.1", "learning_rate: 0.2")
    commit(signed, "Learn faster")
    assert run("compile").code == run("sign", "release/local").code == 0
    shutil.copytree(RELEASE, target, dirs_exist_ok=True)
    commit(deployed, "The second release")
    assert run("promote", str(proposal), *PLACE).code == 1
    assert run("promote", str(proposal), *PLACE, "--release", str(target)).code == 0
    assert told(signed) == {"Trained-By-Release": first, "Trained-From-Commit": made}


def test_of_several_releases_with_the_workflow_it_is_the_newest_before_the_model(
    run: Run, signed: Repo, train: Train, commit: Commit
) -> None:
    """They differ in their deployment alone; the last is signed when the model is there."""
    locks, file = [lock()], Path("specs/deployments/parcels-online.yaml")
    shutil.copytree(RELEASE, STATE.release(lock()))
    for cpu in (71, 72):
        file.write_text(re.sub(r"targetCpu: \d+", f"targetCpu: {cpu}", file.read_text()))
        commit(signed, f"Scale at {cpu} %")
        assert run("compile").code == run("sign", "release/local").code == 0
        shutil.copytree(RELEASE, STATE.release(lock()))
        locks.append(lock())
        if cpu == 71:
            proposal = train()
            until_the_next_second()
    assert len(set(locks)) == 3
    assert run("promote", str(proposal), *PLACE).code == 0
    assert told(signed)["Trained-By-Release"] == locks[1]


def test_a_release_that_was_signed_after_the_model_is_not_its_own(run: Run, signed: Repo, train: Train) -> None:
    """Else what ran unreviewed could be released afterwards, and pass for a run of the release."""
    proposal = train()
    until_the_next_second()
    assert run("sign", "release/local").code == 0
    ended = run("promote", str(proposal), *PLACE)
    assert ended.code == 1
    assert "after the model" in ended.err


def test_a_release_that_is_signed_again_is_kept_as_it_was_too(run: Run, signed: Repo, train: Train) -> None:
    """Models that were trained under the former signature are older than the new one."""
    digest = open_release(RELEASE, Path("specs")).digest
    proposal = train({"release": digest})
    until_the_next_second()
    assert run("sign", "release/local").code == 0
    assert open_release(RELEASE, Path("specs")).digest == digest
    kept = STATE.release(digest)
    assert {path.name for path in STATE.releases.iterdir()} == {kept.name, f"{kept.name}-2"}
    for folder in STATE.releases.iterdir():
        for file in (TEMPLATE, REQUEST):
            shutil.copy(file, folder)
    shutil.rmtree(RELEASE)
    assert run("promote", str(proposal), *PLACE).code == 0


def until_the_next_second() -> None:
    """A signature's timestamp has whole seconds."""
    time.sleep(1.05 - time.time() % 1)


def test_a_workflow_that_no_release_holds_is_not_approved(run: Run, signed: Repo, train: Train) -> None:
    ended = run("promote", str(train({"template": "parcels-train-0123456789"})), *PLACE)
    assert ended.code == 1
    assert "WorkflowTemplate/parcels-train-0123456789: no signed release is at hand" in ended.err
    assert "--release FOLDER" in ended.err
    assert signed.head.commit.message == "A first model"
    assert not (STATE.root / "approvals").exists()


def test_another_request_than_the_release_has_is_not_approved(run: Run, signed: Repo, train: Train) -> None:
    ended = run("promote", str(train(parameters={"learning_rate": 0.9})), *PLACE)
    assert ended.code == 1
    assert "its request is not the one that the model was trained by" in ended.err


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ({"release": NOWHERE}, f"release {NOWHERE}: no signed release is at hand"),
        ({"commit": "0" * 40}, "the model of 000000000000"),
    ],
    ids=["release", "commit"],
)
def test_what_a_run_was_told_must_be_so(
    run: Run, signed: Repo, train: Train, origin: dict[str, str], said: str
) -> None:
    ended = run("promote", str(train(origin)), *PLACE)
    assert ended.code == 1
    assert said in ended.err


def test_what_a_run_was_told_rightly_is_kept(run: Run, signed: Repo, train: Train) -> None:
    origin = {"release": lock(), "commit": signed.head.commit.hexsha}
    assert run("promote", str(train(origin)), *PLACE).code == 0
    assert told(signed) == {"Trained-By-Release": origin["release"], "Trained-From-Commit": origin["commit"]}


@pytest.mark.parametrize("name", ["release", "template", "workflow"])
def test_a_proposal_that_says_another_thing_than_the_package_is_refused(
    run: Run, signed: Repo, train: Train, name: str
) -> None:
    file = train()
    file.write_text(json.dumps(json.loads(file.read_text()) | {name: NOWHERE}))
    ended = run("promote", str(file), *PLACE)
    assert ended.code == 1
    assert f"its {name} is '{NOWHERE}', and the signed card of the package says" in ended.err


@pytest.mark.parametrize("file", [TEMPLATE, REQUEST], ids=["workflow", "request"])
def test_a_file_that_differs_from_the_lock_shows_nothing(run: Run, signed: Repo, train: Train, file: Path) -> None:
    proposal = train()
    file.write_bytes(file.read_bytes() + b"# edited\n")
    ended = run("promote", str(proposal), *PLACE)
    assert ended.code == 1
    assert f"{file.name} is not the file that its lock lists" in ended.err


def test_a_lock_that_was_rewritten_shows_nothing(run: Run, signed: Repo, train: Train) -> None:
    proposal, path = train(), RELEASE / "release.lock.json"
    path.write_text(path.read_text().replace('"local"', '"other"'))
    ended = run("promote", str(proposal), *PLACE)
    assert ended.code == 1
    assert "the lock is not that of the signed files" in ended.err


def test_a_release_that_nobody_signed_shows_nothing(run: Run, signed: Repo, train: Train) -> None:
    proposal = train()
    (RELEASE / "release.sigstore.json").unlink()
    ended = run("promote", str(proposal), *PLACE)
    assert ended.code == 1
    assert "no signed release is at hand" in ended.err


def test_a_patched_template_says_its_own_name(run: Run, project: Path, edit: Edit) -> None:
    assert run("compile").code == 0
    before = template()
    patch = "  patches:\n    - target: {kind: WorkflowTemplate}\n      merge: {spec: {priority: 5}}\n  schedule:"
    edit(MODEL, "  schedule:", patch)
    assert run("compile").code == 0
    assert template() != before
    assert TEMPLATE.read_text().count(f"--template={template()}") == 3
    assert before not in TEMPLATE.read_text()
