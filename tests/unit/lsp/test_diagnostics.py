"""Findings reach the editor: of unsaved text, of the whole project, and away again once they are mended."""

from pathlib import Path
from typing import Any

from lsprotocol import types

from plimsoll.cli.starter_project import write_project

MODEL = "specs/models/parcels.yaml"
DEPLOYMENT = "specs/deployments/parcels-online.yaml"


def apply(text: str, edits: list[types.TextEdit]) -> str:
    """A text after edits of it, whose positions count UTF-16."""
    lines = text.split("\n")

    def offset(position: types.Position) -> int:
        line = lines[position.line].encode("utf-16-le")[: position.character * 2].decode("utf-16-le")
        return sum(len(one) + 1 for one in lines[: position.line]) + len(line)

    for edit in sorted(edits, key=lambda one: offset(one.range.start), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


def test_a_fault_shows_before_it_is_saved_and_goes_when_it_is_mended(editor: Any, project: Path) -> None:
    text = (project / MODEL).read_text()
    uri = editor.open(project / MODEL)
    assert editor.codes(uri) == []
    editor.change(uri, text.replace("source: parcels", "source: parcles"))
    [found] = editor.codes(uri, "PLM-REF-002")
    assert found.severity is types.DiagnosticSeverity.Error
    assert found.source == "plimsoll"
    assert "did you mean 'parcels'?" in found.message
    start, end = found.range.start, found.range.end
    assert text.split("\n")[start.line][start.character : end.character] == "parcels"
    assert found.data["explain"] == "plimsoll explain PLM-REF-002"
    editor.change(uri, text)
    assert editor.codes(uri) == []


def test_a_fault_in_one_file_shows_in_another_that_is_not_open(editor: Any, project: Path) -> None:
    text = (project / MODEL).read_text()
    uri, other = editor.open(project / MODEL), editor.uri(project / DEPLOYMENT)
    editor.codes(uri)
    editor.change(uri, text.replace("name: parcels\n", "name: parcel\n", 1))
    editor.codes(other, "PLM-REF-002")
    editor.change(uri, text)
    assert editor.codes(other) == []


def test_closing_a_file_goes_back_to_what_the_disk_says(editor: Any, project: Path) -> None:
    uri = editor.open(project / MODEL, "kind: [")
    editor.codes(uri, "PLM-YML-001")
    editor.close(uri)
    assert editor.codes(uri) == []


def test_a_new_file_on_disk_is_seen_when_something_is_saved(editor: Any, project: Path) -> None:
    uri = editor.open(project / MODEL)
    editor.codes(uri)
    (project / "specs/second.yaml").write_text((project / MODEL).read_text())
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))
    [found] = editor.codes(editor.uri(project / "specs/second.yaml"), "PLM-REF-001")
    [related] = found.related_information
    assert (related.location.uri, related.message) == (uri, "first declared here")


def test_governance_speaks_and_a_waiver_makes_a_hint_of_it(editor: Any, project: Path) -> None:
    text = (project / MODEL).read_text()
    uri = editor.open(project / MODEL)
    editor.codes(uri)
    editor.change(uri, text.replace("@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae", ":1"))
    editor.codes(uri, "PLM-SUP-01")
    editor.open(project / "specs/waiver.yaml", WAIVER)
    hints = editor.diagnostics(uri, lambda all_: {one.severity for one in all_} == {types.DiagnosticSeverity.Hint})
    assert [str(one.code) for one in hints] == ["PLM-SUP-01"]
    assert "waived because: The registry cannot pin yet." in hints[0].message


WAIVER = """\
apiVersion: plimsoll.dev/v1
kind: Waiver
metadata: {name: unpinned, owner: compliance@example.org}
spec:
  policy: SUP-01
  object: Model/parcels
  reason: The registry cannot pin yet.
  ticket: ML-12
  approver: ciso@example.org
  expires: 2096-12-31
"""


def test_a_fix_is_offered_and_mends(editor: Any, project: Path) -> None:
    text = (project / DEPLOYMENT).read_text().replace("spec:\n", "  labels: {answer: no}\nspec:\n", 1)
    uri = editor.open(project / DEPLOYMENT, text)
    [found] = editor.codes(uri, "PLM-YML-006")
    assert found.data["fix"] == "quote"
    [quick] = editor.actions(uri, found.range, ["quickfix"])
    assert quick.is_preferred
    [change] = quick.edit.document_changes
    assert (change.text_document.uri, change.text_document.version) == (uri, 1)
    editor.change(uri, apply(text, change.edits))
    assert editor.codes(uri) == []


def test_everything_safe_is_mended_at_once(editor: Any, project: Path) -> None:
    text = (project / DEPLOYMENT).read_text().replace("spec:\n", "  labels: {a: no, b: on, c: yes}\nspec:\n", 1)
    uri = editor.open(project / DEPLOYMENT, text)
    editor.codes(uri, *["PLM-YML-006"] * 3)
    nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
    [action] = editor.actions(uri, nowhere, ["source.fixAll"])
    editor.change(uri, apply(text, action.edit.document_changes[0].edits))
    assert editor.codes(uri) == []
    assert editor.actions(uri, nowhere) == []


def test_a_fix_is_not_offered_for_a_text_that_has_moved_on(editor: Any, project: Path) -> None:
    text = (project / DEPLOYMENT).read_text().replace("spec:\n", "  labels: {answer: no}\nspec:\n", 1)
    uri = editor.open(project / DEPLOYMENT, text)
    [found] = editor.codes(uri, "PLM-YML-006")
    editor.change(uri, f"# moved\n{text}")
    assert editor.actions(uri, found.range, ["quickfix"]) == []


def test_an_editor_that_knows_no_versions_gets_plain_changes(start: Any, project: Path) -> None:
    editor = start(project, changes=False)
    text = (project / DEPLOYMENT).read_text().replace("spec:\n", "  labels: {answer: no}\nspec:\n", 1)
    uri = editor.open(project / DEPLOYMENT, text)
    [found] = editor.codes(uri, "PLM-YML-006")
    [quick] = editor.actions(uri, found.range, ["quickfix"])
    assert list(quick.edit.changes) == [uri]
    assert quick.edit.document_changes is None


def test_folders_without_a_spec_of_ours_are_left_alone(server: Any, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services: {a: {image: b}}\n")
    server.folders(added=tmp_path)
    uri = server.open(tmp_path / "compose.yaml")
    assert server.codes(uri) == []
    server.close_all()
    server.folders(removed=tmp_path)


def test_a_lonely_file_brings_its_project_with_it(server: Any, project: Path) -> None:
    text = (project / MODEL).read_text()
    uri = server.open(project / MODEL, text.replace("source: parcels", "source: parcles"))
    [found] = server.codes(uri, "PLM-REF-002")
    assert "did you mean 'parcels'?" in found.message
    server.close_all()


def test_beside_a_lonely_file_nothing_is_read_that_is_not_open(server: Any, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("# plimsoll.dev/v1\nkind: [")
    uri = server.open(tmp_path / "lonely.yaml", "# plimsoll.dev/v1\nkind: Modell\n")
    server.codes(uri, "PLM-TYP-001")
    assert not any(one.uri == server.uri(tmp_path / "broken.yaml") for one in server.published)
    server.close_all()


def test_two_folders_are_two_projects(editor: Any, project: Path, tmp_path: Path) -> None:
    write_project(tmp_path / "other", "others")
    editor.folders(added=tmp_path / "other")
    first = editor.open(project / MODEL, "kind: [")
    second = editor.open(tmp_path / "other/specs/models/others.yaml")
    editor.codes(first, "PLM-YML-001")
    assert editor.codes(second) == []
    editor.folders(removed=project)
    assert editor.codes(first) == []
    editor.folders(removed=tmp_path / "other")
