"""A promotion is one commit of the pin alone, or nothing at all."""

import shutil

import pytest

pytestmark = pytest.mark.e2e

DEPLOYMENT = "specs/deployments/flight-delay-online.yaml"
ONLINE = ("--deployment", "flight-delay-online")


@pytest.fixture
def copy(life, tmp_path):
    """A copy of the life's repository in which the first version is proposed anew for production."""
    root, source = tmp_path / "copy", life.repository.root
    shutil.copytree(source, root, ignore=shutil.ignore_patterns(".plimsoll"))
    shutil.copytree(source / ".plimsoll/trust", root / ".plimsoll/trust")
    for folder in ("models", "releases"):
        shutil.copytree(source / ".plimsoll/state/local" / folder, root / ".plimsoll/state/local" / folder)
    shutil.copy(source / life.repository.proposal(life.versions[0]), root / ".plimsoll/promotion.json")
    return type(life.repository)(root)


def promote(repository, *words, expect=0):
    return repository.plimsoll("promote", ".plimsoll/promotion.json", *words, expect=expect)


def refused(repository, *words, code=1):
    """Promote, and see nothing come of it."""
    before, head = repository.files(), repository.git("rev-parse", "HEAD") if code == 1 else ""
    ended = promote(repository, *words, expect=code)
    assert repository.files() == before
    assert not head or repository.git("rev-parse", "HEAD") == head
    return ended.said


def test_a_pin_for_one_more_environment_is_one_commit(copy):
    head = copy.git("rev-parse", "HEAD").strip()
    promote(copy, *ONLINE, "--environment", "production")
    assert copy.git("rev-parse", "HEAD~1").strip() == head
    assert copy.git("diff", "--name-only", "HEAD~1", "HEAD").split() == [DEPLOYMENT]
    assert copy.git("status", "--porcelain") == ""
    assert (copy.root / ".plimsoll/state/production/approvals/production").is_dir()


def test_promoting_again_commits_nothing(copy):
    promote(copy, *ONLINE, "--environment", "production")
    head = copy.git("rev-parse", "HEAD")
    ended = promote(copy, *ONLINE, "--environment", "production")
    assert "nothing committed" in ended.out
    assert copy.git("rev-parse", "HEAD") == head


def test_a_promotion_is_taken_back_by_a_revert(copy):
    text = (copy.root / DEPLOYMENT).read_bytes()
    promote(copy, *ONLINE, "--environment", "production")
    assert (copy.root / DEPLOYMENT).read_bytes() != text
    copy.git("revert", "--no-edit", "HEAD")
    assert (copy.root / DEPLOYMENT).read_bytes() == text


def test_without_a_repository_nothing_is_approved(copy):
    shutil.rmtree(copy.root / ".git")
    assert "is not in a git repository" in refused(copy, *ONLINE, "--environment", "production", code=3)


def test_without_a_repository_the_specs_can_be_edited(copy):
    shutil.rmtree(copy.root / ".git")
    ended = promote(copy, *ONLINE, "--environment", "production", "--no-commit")
    assert "nothing committed" in ended.out
    assert "production:\n      pin: {version: 1, " in (copy.root / DEPLOYMENT).read_text()


def test_what_is_staged_besides_is_not_swept_along(copy):
    (copy.root / "specs/notes.txt").write_text("not reviewed")
    copy.git("add", "specs/notes.txt")
    assert "specs/notes.txt" in refused(copy, *ONLINE, "--environment", "production")


def test_other_changes_of_the_file_are_not_swept_along(copy):
    copy.edit(DEPLOYMENT, (r"errorRate: 0.01", "errorRate: 0.05"))
    assert DEPLOYMENT.split("/")[-1] in refused(copy, *ONLINE, "--environment", "production")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--deployment", "flight-delay-onlin", "--environment", "local"), "did you mean 'flight-delay-online'?"),
        ((*ONLINE, "--environment", "productoin"), "did you mean 'production'?"),
        ((*ONLINE, "--environment", "production", "--environment", "nowhere"), "no environment 'nowhere'"),
        (("--deployment", "flight-delay-nightly", "--environment", "staging"), "no environment 'staging'"),
        ((*ONLINE, "--deployment", "flight-delay-nightly", "--environment", "staging"), "no environment 'staging'"),
    ],
    ids=["deployment", "environment", "second environment", "not there", "second deployment"],
)
def test_a_place_that_is_none_leaves_nothing_behind(copy, words, said):
    assert said in refused(copy, *words)
