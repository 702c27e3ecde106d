"""The server judges by a company's rules and by who wrote what, as ``plimsoll check`` does in the same folder."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from git import Actor, Repo
from lsprotocol import types

MODEL, WAIVER = "specs/models/parcels.yaml", "specs/waiver.yaml"
PINNED = "@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
CISO, WRITER = Actor("The CISO", "ciso@example.org"), Actor("A Writer", "writer@example.org")
RULE = """\
apiVersion: plimsoll.dev/v1
kind: Policy
metadata: {name: described, owner: compliance@example.org}
spec:
  id: ACME-01
  title: A model is described at length
  severity: high
  evidence: declared
  judges: Model
  rules:
    - expression: size(object.metadata.description) >= LENGTH
      message: "{object.metadata.name} is described in few words"
      blame: {route: metadata.description}
  rationale: Who reviews a model must know what it is for.
  remedy: say more
"""
WAIVED = """\
apiVersion: plimsoll.dev/v1
kind: Waiver
metadata: {name: unpinned, owner: platform@example.org}
spec:
  policy: SUP-01
  object: Model/parcels
  reason: The registry cannot pin yet.
  ticket: SEC-1
  approver: ciso@example.org
  expires: 2027-01-31
"""
SETTINGS = "apiVersion: plimsoll.dev/v1\nkind: Settings\npolicies:\n- {}\n"

Start = Callable[..., Any]


def put(folder: Path, length: int) -> Path:
    """A company's rule, which asks for so many characters."""
    place = folder / "acme/ACME-01/policy.yaml"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(RULE.replace("LENGTH", str(length)))
    return place


def settle(project: Path, source: str = "folder: company") -> None:
    (project / ".plimsoll.yaml").write_text(SETTINGS.format(f"{{{source}}}"))


def save(editor: Any, path: Path) -> None:
    editor.client.text_document_did_save(
        types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(editor.uri(path)))
    )


def commit(project: Path, author: Actor) -> None:
    repository = Repo(project) if (project / ".git").exists() else Repo.init(project, initial_branch="main")
    repository.git.add(all=True)
    repository.index.commit("a change", author=author, committer=WRITER)


def checked(project: Path, *options: str) -> set[tuple[str, str, int]]:
    """What ``plimsoll check`` finds in the project: code, message and line."""
    import json

    command = [sys.executable, "-m", "plimsoll.cli.main", "check", "specs", "--json", *options]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)["findings"]
    return {(one["code"], one["message"], one["line"]) for one in found}


def told(found: list[types.Diagnostic]) -> set[tuple[str, str, int]]:
    return {(str(one.code), one.message.split("\n")[0], one.range.start.line + 1) for one in found}


def test_a_rule_of_the_settings_finds_what_check_finds(start: Start, project: Path) -> None:
    rule = put(project / "company", 300)
    settle(project)
    editor = start(project)
    uri = editor.open(project / MODEL)
    [found] = editor.codes(uri, "PLM-ACME-01")
    assert told([found]) == checked(project)
    assert found.code_description.href == editor.uri(rule)
    assert found.data["explain"] == "plimsoll explain PLM-ACME-01"
    assert "must hold: size(object.metadata.description) >= 300" in found.data["rule"]
    assert "to keep it: say more" in found.data["rule"]


def test_hovering_over_a_rule_tells_what_it_asks(start: Start, project: Path) -> None:
    put(project / "company", 300)
    settle(project)
    editor = start(project)
    uri = editor.open(project / WAIVER, WAIVED.replace("SUP-01", "ACME-01"))
    said = editor.hover(uri, 4, 12)
    assert said is not None
    assert "**ACME-01** — high — A model is described at length" in said
    assert "Who reviews a model must know what it is for." in said
    assert "must hold: size(object.metadata.description) \\>= 300" in said
    place = editor.definition(uri, 4, 12)
    assert place is not None
    assert (place.uri, place.range.start.line) == (editor.uri(project / "company/acme/ACME-01/policy.yaml"), 4)
    assert "ACME-01" in editor.completion(uri, 4, 17)


def test_a_rule_that_is_changed_or_named_no_more_counts_at_once(start: Start, project: Path) -> None:
    rule = put(project / "company", 300)
    settle(project)
    editor = start(project)
    uri = editor.open(project / MODEL)
    editor.codes(uri, "PLM-ACME-01")
    put(project / "company", 3)
    save(editor, rule)
    assert editor.codes(uri) == []
    put(project / "company", 300)
    save(editor, rule)
    editor.codes(uri, "PLM-ACME-01")
    (project / ".plimsoll.yaml").unlink()
    save(editor, project / ".plimsoll.yaml")
    assert editor.codes(uri) == []


def test_a_fault_in_a_rule_stands_in_its_file_and_stops_governance(start: Start, project: Path) -> None:
    rule = put(project / "company", 300)
    rule.write_text(rule.read_text().replace("metadata.description)", "metadata.descripton)"))
    settle(project)
    editor = start(project)
    editor.open(project / MODEL)
    [found] = editor.codes(editor.uri(rule), "PLM-GOV-001")
    assert told([found]) == checked(project)
    assert (found.range.start.line, "descripton" in found.message) == (10, True)


def test_settings_that_cannot_be_read_are_a_finding_and_not_fewer_rules(start: Start, project: Path) -> None:
    put(project / "company", 300)
    settle(project, "folder: compny")
    editor = start(project)
    uri = editor.open(project / MODEL, (project / MODEL).read_text().replace(PINNED, ":1"))
    settings = editor.uri(project / ".plimsoll.yaml")
    [found] = editor.codes(settings, "PLM-GOV-001")
    assert "there is no such folder" in found.message
    assert editor.codes(uri) == []  # Nobody knows what the rules that are missing would say.
    settle(project, "foldr: company")
    save(editor, project / ".plimsoll.yaml")
    found = editor.diagnostics(settings, lambda all_: bool(all_) and "foldr" in all_[0].message)
    assert found[0].range.start.line == 3
    settle(project)
    save(editor, project / ".plimsoll.yaml")
    assert editor.codes(settings) == []
    editor.codes(uri, "PLM-ACME-01", "PLM-SUP-01")


def test_a_folder_of_rules_among_the_specs_holds_no_specs(start: Start, project: Path) -> None:
    rule = put(project / "specs/company", 300)
    (rule.parent / "pass.yaml").write_text("cases: []\n")
    settle(project, "folder: specs/company")
    editor = start(project)
    uri = editor.open(project / MODEL)
    editor.codes(uri, "PLM-ACME-01")
    case = editor.open(rule.parent / "pass.yaml")
    time.sleep(0.5)
    assert [one for one in editor.published if one.uri == case and one.diagnostics] == []


def test_rules_of_the_command_line_hold_in_every_folder(start: Start, project: Path, tmp_path: Path) -> None:
    put(tmp_path / "elsewhere", 300)
    editor = start(project, options=("--policies", str(tmp_path / "elsewhere")))
    uri = editor.open(project / MODEL)
    assert told(editor.codes(uri, "PLM-ACME-01")) == checked(project, "--policies", str(tmp_path / "elsewhere"))


def test_rules_of_the_command_line_that_are_not_there_are_said_once(
    start: Start, project: Path, tmp_path: Path
) -> None:
    editor = start(project, options=("--policies", str(tmp_path / "elsewhere")))
    text = (project / MODEL).read_text()
    uri = editor.open(project / MODEL, text.replace(PINNED, ":1"))
    assert editor.codes(uri) == []
    editor.change(uri, text.replace(PINNED, ":2"))
    time.sleep(1)
    (said,) = editor.messages
    assert f"{tmp_path / 'elsewhere'}: there is no such folder" in said
    put(tmp_path / "elsewhere", 3)
    save(editor, tmp_path / "elsewhere/acme/ACME-01/policy.yaml")
    editor.codes(uri, "PLM-SUP-01")


def test_a_signed_bundle_counts_while_its_bytes_are_the_pinned_ones(start: Start, project: Path) -> None:
    from plimsoll.compiler.governance.archive import files_of, pack
    from plimsoll.contract.digests import of_bytes
    from plimsoll.runtime.trust.instance import create_instance
    from plimsoll.runtime.trust.policies import sign_policies
    from plimsoll.runtime.trust.signer import Signer

    rule = put(project / "company", 300)
    archive = pack(files_of(project / "company"))
    shutil.rmtree(rule.parents[2])
    trust = project / ".plimsoll/trust"
    with Signer(create_instance(trust), "policies@example.org") as signer:
        (project / "company.policies.sigstore.json").write_text(sign_policies(archive, signer))
    (project / "company.policies").write_bytes(archive)
    pinned = f"bundle: company.policies, digest: '{of_bytes(archive)}', signer: policies@example.org"
    settle(project, f"{pinned}, issuer: 'https://plimsoll.invalid/embedded'")
    editor = start(project)
    uri = editor.open(project / MODEL)
    [found] = editor.codes(uri, "PLM-ACME-01")
    assert found.code_description.href == editor.uri(project / "company.policies")
    (project / "company.policies").write_bytes(archive + b" ")
    save(editor, project / MODEL)
    [broken] = editor.codes(editor.uri(project / ".plimsoll.yaml"), "PLM-GOV-001")
    assert "is pinned" in broken.message
    assert editor.codes(uri) == []


@pytest.fixture
def waived(project: Path) -> Path:
    """A project with a waiver that is not committed, in a repository whose author is known."""
    model = project / MODEL
    model.write_text(model.read_text().replace(PINNED, ":1"))
    commit(project, WRITER)
    with Repo(project).config_writer() as config:
        config.set_value("user", "name", "A Writer")
        config.set_value("user", "email", "writer@example.org")
    return project


def test_who_wrote_a_waiver_does_not_approve_it(start: Start, waived: Path) -> None:
    (waived / WAIVER).write_text(WAIVED)
    commit(waived, CISO)
    editor = start(waived)
    uri = editor.open(waived / WAIVER)
    [found] = editor.codes(uri, "PLM-GOV-008")
    assert ("PLM-GOV-008", found.message.split("\n")[0], found.range.start.line + 1) in checked(waived)
    assert "approved by who wrote it, ciso@example.org" in found.message
    (waived / WAIVER).write_text("")
    commit(waived, WRITER)
    (waived / WAIVER).write_text(WAIVED)
    commit(waived, WRITER)
    save(editor, waived / WAIVER)
    assert editor.codes(uri) == []


def test_a_waiver_is_its_author_s_before_it_is_saved(start: Start, waived: Path) -> None:
    with Repo(waived).config_writer() as config:
        config.set_value("user", "email", "ciso@example.org")
    (waived / WAIVER).write_text(f"# of one spec\n---\n{WAIVED}".replace("ciso@", "cto@"))
    commit(waived, WRITER)
    editor = start(waived)
    text = (waived / WAIVER).read_text()
    uri = editor.open(waived / WAIVER)
    assert editor.codes(uri) == []
    editor.change(uri, text.replace("cto@", "ciso@"))
    editor.codes(uri, "PLM-GOV-008")
    lower = text.replace("# of one spec\n", "# a line\n" * 20)  # The same waiver, further down than it was committed.
    editor.change(uri, lower)
    assert editor.codes(uri) == []
    editor.change(uri, lower.replace("cto@", "ciso@"))
    editor.codes(uri, "PLM-GOV-008")
