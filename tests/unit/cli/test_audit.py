"""``audit``: what is shown, written and signed, and when it fails."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from git import Repo

Run = Callable[..., Any]
Edit = Callable[[Path, str, str], None]
Commit = Callable[[Repo, str], None]

AUDIT, RELEASE = Path("audit/local"), Path("release/local")
LOCAL = Path("specs/environments/local.yaml")
FILES = {"audit.json", "audit.html", "audit.oscal.json"}
DAY = ("--today", "2027-01-01")


@pytest.fixture
def signed(run: Run, repository: Repo) -> Repo:
    for command in (
        ("compile",),
        ("audit", "--out", "audit", *DAY),
        ("trust", "init"),
        ("sign", "release/local", "audit/local"),
    ):
        assert run(*command).code == 0
    return repository


def test_a_table_of_frameworks_and_the_gaps(run: Run, repository: Repo) -> None:
    shown = run("audit", "-e", "local", *DAY)
    assert shown.code == 0
    lines = shown.out.splitlines()
    assert lines[0] == "audit of local (AE), 2027-01-01"
    assert repository.head.commit.hexsha[:12] in lines[1]
    assert any(line.startswith("Pod Security Standards") and "1" in line for line in lines)
    assert any("nothing judged  PDPL 4 (FLW-04, PRV-01, PRV-02, PRV-04)" in line for line in lines)
    assert lines[-1].startswith("Checks support the controls that are named here.")


def test_one_control_with_its_rules_and_objects(run: Run, repository: Repo) -> None:
    shown = run("audit", "-e", "local", "--control", "nist sp 800-207 tenet 2")
    assert shown.out.splitlines()[0] == "NIST SP 800-207 tenet 2: supported"
    assert "keeps it Environment/local (specs/environments/local.yaml:5)" in shown.out
    assert "PDPL" not in shown.out
    missing = run("audit", "-e", "local", "--control", "GDPR 12")
    assert (missing.code, missing.out) == (0, "GDPR 12: not applicable\n  no rule supports it\n")
    assert run("audit", "-e", "local", "--control", "ISO/IEC 27001:2022 A.7.1").out.startswith(
        "ISO/IEC 27001:2022 A.7.1: gap"
    )


@pytest.mark.parametrize(
    ("asked", "said"), [("GPDR 6", "did you mean 'GDPR 6'?"), ("GDPR 99", "is not known to have it")]
)
def test_a_control_that_nobody_knows(run: Run, repository: Repo, asked: str, said: str) -> None:
    shown = run("audit", "-e", "local", "--control", asked)
    assert shown.code == 1
    assert said in shown.err


def test_the_forms_on_standard_output_are_those_in_the_folder(run: Run, repository: Repo) -> None:
    assert run("audit", "-e", "local", "--out", "audit", *DAY).code == 0
    assert {path.name for path in AUDIT.iterdir()} == FILES
    for form, name in (("json", "audit.json"), ("html", "audit.html"), ("oscal", "audit.oscal.json")):
        assert run("audit", "-e", "local", "--format", form, *DAY).out.encode() == (AUDIT / name).read_bytes()
    assert run("audit", "-e", "local", "--json", *DAY).out.encode() == (AUDIT / "audit.json").read_bytes()


def test_what_was_written_is_told_to_machines(run: Run, repository: Repo) -> None:
    first = run("audit", "--out", "audit", "--json", *DAY).document["result"]["audits"]
    again = run("audit", "--out", "audit", "--json", *DAY).document["result"]["audits"]
    assert [one["changed"] for one in first] == [True]
    assert [one["changed"] for one in again] == [False]
    assert first[0]["folder"] == "audit/local"
    assert first[0]["blocking"] == 0
    assert first[0]["digest"] == again[0]["digest"]


def test_who_made_it_from_what(run: Run, repository: Repo, edit: Edit, monkeypatch: pytest.MonkeyPatch) -> None:
    with repository.config_writer() as settings:
        settings.set_value("user", "name", "Some Body")
        settings.set_value("user", "email", "some@example.org")
    edit(LOCAL, "One laptop", "Two laptops")
    monkeypatch.delenv("GITHUB_ACTOR", raising=False)
    header = run("audit", "-e", "local", "--json").document["header"]
    assert header["by"] == "Some Body <some@example.org>"
    assert header["commit"]["uncommitted"] == ["specs/environments/local.yaml"]
    assert "uncommitted: specs/environments/local.yaml" in run("audit", "-e", "local").out
    monkeypatch.setenv("GITHUB_ACTOR", "octocat")
    assert run("audit", "-e", "local", "--json").document["header"]["by"] == "octocat"
    assert run("audit", "-e", "local", "--json", "--by", "me").document["header"]["by"] == "me"


def test_outside_of_a_repository_there_is_no_commit(run: Run, project: Path) -> None:
    shown = run("audit", "-e", "local")
    assert shown.code == 0
    assert "no commit" in shown.out


def test_the_exit_code_is_that_of_what_was_asked(run: Run, repository: Repo, edit: Edit) -> None:
    assert run("audit", "-e", "local", "--fail-on", "finding").code == 0
    assert run("audit", "-e", "local", "--fail-on", "gap").code == 1
    Path("specs/lax.yaml").write_text(
        "apiVersion: plimsoll.dev/v1\nkind: PolicyBinding\nmetadata: {name: lax, owner: a@example.org}\n"
        'spec: {policies: ["*"], mode: warn}\n'
    )
    edit(Path("specs/models/parcels.yaml"), "  riskTier: minimal\n", "")
    assert run("audit", "-e", "local").code == 0
    assert run("audit", "-e", "local", "--fail-on", "finding").code == 1
    Path("specs/lax.yaml").unlink()
    for path in Path("specs").rglob("*.yaml"):
        if "kind: PolicyBinding" in path.read_text():
            path.unlink()
    assert run("audit", "-e", "local").code == run("check").code == 1


def test_specs_that_cannot_be_read_have_no_audit(run: Run, repository: Repo, edit: Edit) -> None:
    edit(Path("specs/models/parcels.yaml"), "  riskTier: ", "  riskTeir: ")
    shown = run("audit", "--out", "audit", "--json")
    assert shown.code == 1
    assert shown.document["findings"]
    assert not Path("audit").exists()


def test_an_environment_that_is_not_there_and_a_document_of_none(run: Run, repository: Repo) -> None:
    assert "did you mean 'local'" in run("audit", "-e", "locla").err
    other = LOCAL.read_text().replace("name: local", "name: other").replace("cluster: laptop", "cluster: other")
    Path("specs/environments/other.yaml").write_text(other)
    shown = run("audit", "--format", "oscal")
    assert shown.code == 1
    assert "one document is of one environment, and there are local, other" in shown.err


@pytest.mark.parametrize("foreign", ["release.lock.json", "notes.txt"])
def test_nothing_is_written_into_a_folder_of_something_else(run: Run, repository: Repo, foreign: str) -> None:
    AUDIT.mkdir(parents=True)
    (AUDIT / foreign).write_text("{}")
    shown = run("audit", "-e", "local", "--out", "audit")
    assert shown.code == 1
    assert ("a release" if foreign == "release.lock.json" else "notes.txt") in shown.err
    assert {path.name for path in AUDIT.iterdir()} == {foreign}


def test_an_audit_is_signed_with_its_release(run: Run, signed: Repo) -> None:
    shown = run("verify", "release/local", "audit/local", "--json")
    assert shown.code == 0
    (release,), (audit,) = (shown.document["result"][key] for key in ("verified", "audits"))
    assert audit["release"] == release["digest"]
    assert audit["commit"] == signed.head.commit.hexsha
    assert audit["day"] == "2027-01-01"
    assert "audit of local" in run("verify", "audit/local").out


def test_every_changed_byte_of_an_audit_is_refused_by_name(run: Run, signed: Repo, changed_files: Any) -> None:
    for path in changed_files(AUDIT):
        shown = run("verify", "audit/local", "--json")
        assert shown.code == 1, path
        assert shown.document["error"]["where"].startswith(path.as_posix())
    assert run("verify", "audit/local").code == 0


def test_a_file_more_or_less_is_refused(run: Run, signed: Repo) -> None:
    (AUDIT / "more.txt").write_text("x")
    assert "was not signed" in run("verify", "audit/local").err
    assert "audit.json, audit.html, audit.oscal.json" in run("sign", "audit/local").err
    (AUDIT / "more.txt").unlink()
    (AUDIT / "audit.html").unlink()
    assert "was signed and is missing" in run("verify", "audit/local").err


def test_an_audit_of_another_release_is_refused(run: Run, signed: Repo, edit: Edit, commit: Commit) -> None:
    edit(Path("specs/models/parcels.yaml"), "  riskTier: minimal", "  riskTier: limited")
    commit(signed, "Another release")
    assert run("compile").code == 0
    shown = run("sign", "release/local", "audit/local")
    assert shown.code == 1
    assert "and the release of local is sha256:" in shown.err
    assert run("sign", "release/local").code == 0
    assert "and the release of local is sha256:" in run("verify", "release/local", "audit/local").err
    assert run("verify", "audit/local").code == 0


def test_an_audit_of_another_commit_is_not_signed(run: Run, signed: Repo, edit: Edit, commit: Commit) -> None:
    Path("README.md").write_text("Changed\n")
    commit(signed, "Another commit")
    assert "is checked out" in run("sign", "audit/local").err


def test_the_signature_stays_where_nothing_changed_and_goes_where_something_did(run: Run, signed: Repo) -> None:
    bundle = AUDIT / "audit.sigstore.json"
    run("audit", "--out", "audit", *DAY)
    assert bundle.exists()
    run("audit", "--out", "audit", "--today", "2027-01-02")
    assert not bundle.exists()
    assert "the audit is not signed" in run("verify", "audit/local").err


def test_an_audit_does_not_pass_for_a_release_nor_another_way_round(run: Run, signed: Repo) -> None:
    whole = json.loads((AUDIT / "audit.json").read_text())
    assert whole["header"]["release"].startswith("sha256:")
    bundle = (AUDIT / "audit.sigstore.json").read_bytes()
    (RELEASE / "release.sigstore.json").write_bytes(bundle)
    assert run("verify", "release/local").code == 1
    (AUDIT / "audit.json").unlink()
    assert run("verify", "audit/local").code == 1
