"""Whatever is wrong is said clearly: what, where, why, how to mend it; the exit code tells; nothing is half-written."""

import contextlib
import json
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

MODEL, FEATURES = "specs/models/parcels.yaml", "specs/features/depot-record.yaml"
DEPLOYMENT = "specs/deployments/parcels-online.yaml"
RELEASE = ("--release", "release/local")
TRAIN = ("run", "parcels-train", *RELEASE, "-p", "as-of=2026-05-25")
PLIMSOLL = Path(sys.executable).with_name("plimsoll")

BOMB = """\
a: &a [x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]
f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e]
g: [*f, *f, *f, *f, *f, *f, *f, *f, *f]
"""


@contextlib.contextmanager
def nothing_written(repository):
    """The folder holds the same files, with the same bytes and times of change, as before.

    Only a release whose signature held may be remembered, whole, for later traces.
    """
    before = repository.files()
    yield
    after = repository.files()
    known = {path for path in after.keys() - before.keys() if "/releases/" in path}
    assert {path: one for path, one in after.items() if path not in known} == before
    for path in known:
        assert (repository.root / path).read_bytes() == (
            repository.root / "release/local" / Path(path).name
        ).read_bytes()


def misspell(repository):
    repository.edit(MODEL, ("riskTier: minimal", "riskTeir: minimal"))


def mistype(repository):
    repository.edit(DEPLOYMENT, (r"max: \d+", "max: two"))


def lose_a_reference(repository):
    repository.edit(MODEL, ("set: depot-record", "set: depot-recrod"))


def name_twice(repository):
    shutil.copy(repository.root / FEATURES, repository.root / "specs/features/again.yaml")


def turn_in_a_circle(repository):
    text = (repository.root / FEATURES).read_text()
    second = text.replace("name: depot-record", "name: depot-week", 1).replace("[parcels]", "[depot-record]")
    (repository.root / "specs/features/week.yaml").write_text(second)
    repository.edit(FEATURES, (r"sources: \[parcels\]", "sources: [parcels, depot-week]"))


def plant_a_bomb(repository):
    (repository.root / "specs/bomb.yaml").write_text(BOMB)


FAULTS = {
    misspell: ("PLM-TYP-003", f"{MODEL}:12:3", "unknown key 'riskTeir'", "did you mean 'riskTier'?"),
    mistype: ("PLM-TYP-005", f"{DEPLOYMENT}:", "spec.online.scaling.max", "'two'"),
    lose_a_reference: ("PLM-REF-002", f"{MODEL}:", "no FeatureSet 'depot-recrod'", "did you mean 'depot-record'?"),
    name_twice: ("PLM-REF-001", "there are two of FeatureSet/depot-record", "first declared here", "again.yaml"),
    turn_in_a_circle: ("PLM-REF-004", "depot-record → depot-week → depot-record", FEATURES, "made from itself"),
    plant_a_bomb: ("PLM-YML-", "specs/bomb.yaml", "alias", "-->"),
}


@pytest.mark.parametrize("verb", ["check", "plan", "compile"])
@pytest.mark.parametrize("harm", FAULTS, ids=lambda harm: harm.__name__)
def test_a_fault_in_a_spec_stops_every_verb_that_reads_it(project, harm, verb):
    harm(project)
    with nothing_written(project):
        ended = project.plimsoll(verb, expect=1)
    for words in FAULTS[harm]:
        assert words in ended.said


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "release/local"),
        TRAIN,
        ("serve", "parcels-online", *RELEASE),
        ("trace", "parcels-online", "--environment", "local"),
        ("sign", "release/local"),
    ],
    ids=lambda words: words[0],
)
def test_a_fault_in_a_spec_stops_every_verb_that_believes_it(project, words):
    misspell(project)
    with nothing_written(project):
        ended = project.plimsoll(*words, expect=1)
    assert "models/parcels.yaml:12: unknown key 'riskTeir'" in ended.said
    assert "plimsoll check" in ended.said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("check",), 1, "there are no specs in this folder"),
        (("compile",), 1, "there are no specs in this folder"),
        (("plan",), 3, "is not in a git repository"),
        (("sign", "release/local"), 3, "specs: there is no such folder"),
        (("verify", "release/local"), 3, "specs: there is no such folder"),
        (("run", "parcels-train", *RELEASE), 3, "release/local: there is no such folder"),
        (("trust", "show"), 1, "plimsoll trust init"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_an_empty_folder(parcels, tmp_path, words, code, said):
    empty = type(parcels)(tmp_path)
    with nothing_written(empty):
        ended = empty.plimsoll(*words, expect=code)
    assert said in ended.said
    assert ended.err or ended.out


@pytest.fixture
def proposal(project):
    """A proposal in the form of one, of a package that is nowhere."""
    digest = "sha256:" + "ab" * 32
    value = {"model": "parcels", "version": 1, "digest": digest, "environment": "local", "as_of": "2026-05-25"}
    origin = {"metrics": {"auc": 0.7}, "commit": "c" * 40, "release": digest, "workflow": "parcels-train-1"}
    (project.root / "promotion.json").write_text(json.dumps(value | origin))
    return ("promote", "promotion.json", "--deployment", "parcels-online", "--environment", "local")


def test_plan_and_sign_need_a_repository(project):
    shutil.rmtree(project.root / ".git")
    for words in (("plan",), ("sign", "release/local")):
        with nothing_written(project):
            ended = project.plimsoll(*words, expect=3)
        assert "specs: is not in a git repository" in ended.said
        assert "git init" in ended.said


def test_a_proposal_of_a_package_that_is_nowhere(project, proposal):
    with nothing_written(project):
        ended = project.plimsoll(*proposal, expect=1)
    assert "there is no such package" in ended.said


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", "\x00"])
def test_a_proposal_that_is_none(project, proposal, text):
    (project.root / "promotion.json").write_text(text)
    with nothing_written(project):
        ended = project.plimsoll(*proposal, expect=1)
    assert "promotion.json" in ended.said
    assert "give the promotion.json of a training run" in ended.said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("run", "parcels-trian", *RELEASE), 1, "parcels-trian"),
        (("run", "parcels-train", *RELEASE, "-p", "as-off=2026-05-25"), 1, "it takes: as-of, commit, release"),
        (("run", "parcels-train", "--release", "release/nowhere"), 3, "plimsoll compile writes releases"),
        (("run", "parcels-train"), 2, "--release"),
        (("serve", "parcels-online", *RELEASE, "--port", "0"), 1, "train, promote and compile first"),
        (("trace", "parcels-onlin", "--environment", "local"), 1, "did you mean 'parcels-online'?"),
        (("trace", "parcels-online", "--environment", "locl"), 1, "it runs in local"),
        (("trace", "parcels-online", "--environment", "local"), 1, "no version is pinned"),
        (("compile", "--environment", "locl"), 1, "did you mean 'local'?"),
        (("replay", "parcels-online", *RELEASE, "--from", "2026-05-02", "--to", "2026-05-02"), 1, "no day in between"),
        (("replay", "parcels-online", *RELEASE, "--from", "yesterday", "--to", "2026-05-02"), 2, "yesterday"),
        (("promote", "nowhere.json", "--deployment", "parcels-online", "--environment", "local"), 3, "nowhere.json"),
        (("check", "--jsn"), 2, "did you mean '--json'?"),
        (("chekc",), 2, "did you mean 'check'?"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, tuple) else "",
)
def test_a_name_that_leads_nowhere(project, words, code, said):
    with nothing_written(project):
        ended = project.plimsoll(*words, expect=code)
    assert said in ended.said


def test_a_parameter_without_a_value(project):
    with nothing_written(project):
        ended = project.plimsoll(*TRAIN[:4], "-p", "as-of", expect=2)
    assert "'as-of' is not NAME=VALUE, such as as-of=2013-07-01" in ended.err


def test_a_release_of_another_instance(project):
    shutil.rmtree(project.root / ".plimsoll/trust")
    project.plimsoll("trust", "init")
    with nothing_written(project):
        ended = project.plimsoll(*TRAIN, expect=1)
    assert "trusted" in ended.said


def test_an_unsigned_release(project):
    (project.root / "release/local/release.sigstore.json").unlink()
    with nothing_written(project):
        ended = project.plimsoll(*TRAIN, expect=1)
    assert "release.sigstore.json" in ended.said


# A disk that is full, and a folder that nobody may write to.


def limited(repository, size, *words):
    """Run a verb that may write no file beyond a size, as on a disk that has only so much left."""

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return subprocess.run(
        (PLIMSOLL, *words), cwd=repository.root, preexec_fn=limit, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("size", [0, 100, 3000])
def test_a_full_disk_leaves_the_old_release_whole(project, size):
    project.edit(MODEL, (r"max_iter: \d+", "max_iter: 61"))
    with nothing_written(project):
        ended = limited(project, size, "compile")
    assert ended.returncode == 3
    assert "File too large" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_full_disk_leaves_no_signature(project):
    (project.root / "release/local/release.sigstore.json").unlink()
    ended = limited(project, 500, "sign", "release/local")
    assert ended.returncode == 3
    assert "Traceback" not in ended.stderr
    assert not (project.root / "release/local/release.sigstore.json").exists()
    project.plimsoll("sign", "release/local")
    project.plimsoll("verify", "release/local")


def test_a_full_disk_leaves_no_project(parcels, tmp_path):
    ended = limited(type(parcels)(tmp_path), 200, "init", "parcels")
    assert ended.returncode == 3
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("place", ["/proc/nowhere/release", "a-file", "a-file/below"])
def test_a_folder_that_cannot_be_written(project, place):
    (project.root / "a-file").write_text("in the way")
    with nothing_written(project):
        ended = project.plimsoll("compile", "--out", place, expect=3)
    assert f"error: {place.removesuffix('/release').removesuffix('/below')}" in ended.err


def test_a_state_that_cannot_be_written(project):
    shutil.rmtree(project.root / ".plimsoll/state", ignore_errors=True)
    (project.root / ".plimsoll/state").write_text("in the way")
    with nothing_written(project):
        ended = project.plimsoll(*TRAIN, expect=3)
    assert ".plimsoll/state" in ended.err
