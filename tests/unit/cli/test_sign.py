"""``sign`` and ``verify``: whose signature, over what, from which commit; and that any change is refused."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from git import Repo

Run = Callable[..., Any]
Edit = Callable[[Path, str, str], None]

RELEASE = Path("release/local")
LOCAL = Path("specs/environments/local.yaml")


@pytest.fixture
def signed(run: Run, repository: Repo) -> Repo:
    for command in (("compile",), ("trust", "init"), ("sign", "release/local")):
        assert run(*command).code == 0
    return repository


def test_a_signed_release_verifies_and_names_its_commit(run: Run, signed: Repo) -> None:
    shown = run("verify", "release/local", "--json")
    assert shown.code == 0
    (verified,) = shown.document["result"]["verified"]
    assert verified["commit"] == signed.head.commit.hexsha
    assert verified["environment"] == "local"
    assert verified["repository"] == "parcels"
    assert verified["invocation"] is None
    assert verified["files"] == len(list(RELEASE.iterdir())) - 2


def test_serials_rise(run: Run, signed: Repo) -> None:
    again = run("sign", "release/local", "--json").document["result"]["signed"][0]
    assert again["serial"] == 2


def test_an_older_release_is_refused_by_who_keeps_what_was_accepted(run: Run, signed: Repo, tmp_path: Path) -> None:
    accepted, first = ("--accepted", str(tmp_path / "accepted")), tmp_path / "first"
    shutil.copytree(RELEASE, first)
    assert run("verify", str(first), *accepted).code == 0
    assert run("verify", str(first), *accepted).code == 0, "it is the last one still"
    run("sign", "release/local")
    assert run("verify", "release/local", *accepted).code == 0
    shown = run("verify", str(first), *accepted)
    assert (shown.code, "its serial for 'local' is 1, and 2 was accepted before" in shown.err) == (1, True)
    assert run("verify", str(first)).code == 0, "nobody asks"


def test_nothing_is_accepted_where_only_audits_are_named(run: Run, signed: Repo, tmp_path: Path) -> None:
    assert run("audit", "-e", "local", "--out", "audit").code == 0
    shown = run("verify", "audit/local", "--accepted", str(tmp_path / "accepted"))
    assert (shown.code, "releases alone have a serial" in shown.err) == (1, True)


def test_what_is_refused_is_not_noted_as_accepted(run: Run, signed: Repo, tmp_path: Path) -> None:
    accepted = ("--accepted", str(tmp_path / "accepted"))
    (RELEASE / "extra.yaml").write_text("kind: Secret\n")
    assert run("verify", "release/local", *accepted).code == 1
    assert run("verify", "release/local", "--accepted", "README.md").code == 3
    assert not (tmp_path / "accepted").exists()


def test_what_is_uncommitted_is_said_and_recorded(run: Run, signed: Repo, edit: Edit) -> None:
    edit(LOCAL, "One laptop", "Two laptops")
    shown = run("sign", "release/local")
    assert "uncommitted, and recorded as such: specs/environments/local.yaml" in shown.err
    verified = run("verify", "release/local", "--json").document["result"]["verified"][0]
    assert verified["invocation"] == "uncommitted: specs/environments/local.yaml"


def test_the_run_of_ci_and_a_remote_without_its_password(
    run: Run, signed: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed.create_remote("origin", "https://user:secret@git.example.org/parcels.git")
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://git.example.org")
    monkeypatch.setenv("GITHUB_REPOSITORY", "ml/parcels")
    monkeypatch.setenv("GITHUB_RUN_ID", "12")
    run("sign", "release/local")
    verified = run("verify", "release/local", "--json").document["result"]["verified"][0]
    assert verified["repository"] == "https://git.example.org/parcels.git"
    assert verified["invocation"] == "https://git.example.org/ml/parcels/actions/runs/12"


def test_every_changed_byte_is_refused_by_name(run: Run, signed: Repo, changed_files: Any) -> None:
    for path in changed_files(RELEASE):
        shown = run("verify", "release/local", "--json")
        assert shown.code == 1, path
        assert shown.document["error"]["where"].startswith(path.as_posix())
        assert shown.document["error"]["why"]
    assert run("verify", "release/local").code == 0


def test_an_added_and_a_missing_file_are_refused(run: Run, signed: Repo) -> None:
    (RELEASE / "extra.yaml").write_text("kind: Secret\n")
    assert "release/local/extra.yaml" in run("verify", "release/local").err
    (RELEASE / "extra.yaml").unlink()
    next(RELEASE.glob("configmap-*.yaml")).unlink()
    shown = run("verify", "release/local")
    assert shown.code == 1
    assert "release/local/configmap-" in shown.err


def test_who_must_have_signed_is_read_from_the_specs(run: Run, signed: Repo, edit: Edit) -> None:
    edit(LOCAL, "release: release@plimsoll.invalid", "release: somebody@example.org")
    shown = run("verify", "release/local")
    assert shown.code == 1
    assert "somebody@example.org" in shown.err


def test_another_instance_is_not_believed(run: Run, signed: Repo, edit: Edit) -> None:
    pinned = run("trust", "show", "--json").out
    digest = pinned[pinned.index("sha256:") :][:71]
    edit(
        LOCAL,
        "    approval: approval@plimsoll.invalid",
        f'    approval: approval@plimsoll.invalid\n    trustedRoot: "{digest}"',
    )
    assert run("verify", "release/local").code == 0
    run("trust", "init", "--trust", "other")
    shown = run("verify", "release/local", "--trust", "other")
    assert shown.code == 1
    assert "trusted_root.json" in shown.err


def test_an_unsigned_release_and_no_release(run: Run, signed: Repo) -> None:
    (RELEASE / "release.sigstore.json").unlink()
    assert "the release is not signed" in run("verify", "release/local").err
    for verb in ("verify", "sign"):
        shown = run(verb, "release/nowhere")
        assert (shown.code, "release/nowhere: there is no such folder" in shown.err) == (3, True)
        shown = run(verb, "release")
        assert (shown.code, "the folder has no lock" in shown.err) == (1, True)
        assert "name one of the releases in it: release/local" in shown.err


def test_without_a_repository_there_is_no_commit_to_name(run: Run, project: Path) -> None:
    run("compile")
    shown = run("sign", "release/local")
    assert (shown.code, "is not in a git repository" in shown.err) == (3, True)


def test_without_keys_nothing_is_signed(run: Run, repository: Repo) -> None:
    run("compile")
    shown = run("sign", "release/local", "--trust", "nowhere")
    assert shown.code == 1
    assert "plimsoll trust init" in shown.err
