"""A spec gets another name everywhere, or nowhere; and a project that holds, holds afterwards."""

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.uris import to_fs_path

from plimsoll.cli.judging import judge_folder
from plimsoll.cli.lsp.disk import Disk
from plimsoll.cli.lsp.index import Entry, Index
from plimsoll.cli.lsp.workspace import Buffer, Project, Workspace
from plimsoll.cli.starter_project import write_project

ROOT = Path(__file__).parents[3]


def place(text: str, words: str, offset: int = 0) -> tuple[int, int]:
    before = text[: text.index(words) + offset]
    return before.count("\n"), len(before.rpartition("\n")[2])


def apply_on_disk(edit: types.WorkspaceEdit) -> None:
    """Make the edits of a rename, all of which are of one line, in the files."""
    for change in edit.document_changes or ():
        assert isinstance(change, types.TextDocumentEdit)
        path = Path(str(to_fs_path(change.text_document.uri)))
        lines = path.read_text().split("\n")
        for one in sorted(change.edits, key=lambda one: one.range.start.character, reverse=True):
            start, end = one.range.start, one.range.end
            line = lines[start.line].encode("utf-16-le")
            assert start.line == end.line
            made = line[: start.character * 2] + one.new_text.encode("utf-16-le") + line[end.character * 2 :]
            lines[start.line] = made.decode("utf-16-le")
        path.write_text("\n".join(lines))


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("models/parcels.yaml", "name: parcels"),
        ("sources/parcels.yaml", "name: parcels"),
        ("features/depot-record.yaml", "name: depot-record"),
        ("environments/local.yaml", "name: local"),
        ("deployments/parcels-online.yaml", "name: parcels-online"),
    ],
)
def test_after_a_rename_the_project_checks_as_it_did(editor: Any, project: Path, file: str, words: str) -> None:
    path = project / "specs" / file
    uri = editor.open(path)
    edit = editor.rename(uri, *place(path.read_text(), words, 8), "renamed")
    apply_on_disk(edit)
    assert "name: renamed" in path.read_text()
    judged = judge_folder(project / "specs", cached=False)
    assert judged.findings.diagnostics == ()


@pytest.fixture(scope="module")
def keys() -> list[Entry]:
    index = Index().of(Disk(ROOT / "specs").files({}).sources.files)
    return sorted(index.by_key.values(), key=lambda one: one.key)


def test_every_spec_of_the_reference_project_can_be_renamed(server: Any, tmp_path: Path, keys: list[Entry]) -> None:
    """All of them, one after the other, in a copy; waivers and overlays with them."""
    import shutil

    folder = tmp_path / "reference"
    shutil.copytree(ROOT / "specs", folder / "specs")
    before = [one.code for one in judge_folder(folder / "specs", cached=False).findings.diagnostics]
    server.folders(added=folder)
    for number, entry in enumerate(keys):
        path = folder / "specs" / entry.document.source.path
        uri = server.open(path)
        span = entry.name_span
        apply_on_disk(server.rename(uri, span.line - 1, span.column - 1, f"new-name-{number}"))
        server.close(uri)
    server.folders(removed=folder)
    after = [one.code for one in judge_folder(folder / "specs", cached=False).findings.diagnostics]
    assert sorted(after) == sorted(before)
    text = "".join(path.read_text() for path in (folder / "specs").rglob("*.yaml"))
    assert "object: Environment/new-name-" in text


def test_a_reference_renames_what_it_leads_to(editor: Any, project: Path) -> None:
    path = project / "specs/models/parcels.yaml"
    uri = editor.open(path)
    edit = editor.rename(uri, *place(path.read_text(), "set: depot-record", 7), "depots")
    names = {str(one.text_document.uri).rpartition("/")[2] for one in edit.document_changes}
    assert names == {"parcels.yaml", "depot-record.yaml"}


def test_unsaved_text_is_renamed_where_it_stands(editor: Any, project: Path) -> None:
    path = project / "specs/models/parcels.yaml"
    text = path.read_text().replace("spec:\n", "  annotations: {note: '😀 شحن'}\nspec:\n", 1)
    moved = text.replace("    - set: depot-record", "    - {unused: '😀', set: depot-record}").replace(
        "{unused: '😀', set: depot-record}\n      use: [depot_late_share_7d, depot_parcels_7d]",
        "{use: [depot_late_share_7d, depot_parcels_7d], set: depot-record} # 😀",
    )
    uri = editor.open(path, moved)
    declared = project / "specs/features/depot-record.yaml"
    edit = editor.rename(editor.open(declared), *place(declared.read_text(), "name: depot-record", 8), "depots")
    [change] = [one for one in edit.document_changes if one.text_document.uri == uri]
    [one] = change.edits
    line = moved.split("\n")[one.range.start.line].encode("utf-16-le")
    assert line[one.range.start.character * 2 : one.range.end.character * 2].decode("utf-16-le") == "depot-record"
    assert change.text_document.version == 1


@pytest.mark.parametrize(
    ("name", "why"),
    [("Parcels", "a name has lower-case letters"), ("local", "Environment/local is there already")],
)
def test_a_name_that_is_none_or_is_taken_is_refused(editor: Any, project: Path, name: str, why: str) -> None:
    path = project / "specs/environments/local.yaml"
    second = path.read_text().replace("name: local", "name: other")
    editor.open(project / "specs/environments/other.yaml", second)
    uri = editor.open(project / "specs/environments/other.yaml", second)
    with pytest.raises(JsonRpcException, match=why):
        editor.rename(uri, *place(second, "name: other", 7), name)


def test_a_source_may_not_take_a_feature_sets_name(editor: Any, project: Path) -> None:
    path = project / "specs/sources/parcels.yaml"
    with pytest.raises(JsonRpcException, match="FeatureSet/depot-record is there already"):
        editor.rename(editor.open(path), *place(path.read_text(), "name: parcels", 8), "depot-record")


def test_nothing_is_renamed_while_some_file_has_faults(editor: Any, project: Path) -> None:
    editor.open(project / "specs/models/parcels.yaml", "kind: [")
    path = project / "specs/sources/parcels.yaml"
    with pytest.raises(JsonRpcException, match=r"models/parcels.yaml has faults"):
        editor.rename(editor.open(path), *place(path.read_text(), "name: parcels", 8), "other")


def test_only_names_of_specs_can_be_renamed(editor: Any, project: Path) -> None:
    path = project / "specs/models/parcels.yaml"
    uri, text = editor.open(path), path.read_text()
    assert prepare(editor, uri, place(text, "source: parcels", 9)) is not None
    assert prepare(editor, uri, place(text, "parcel_id", 2)) is None
    assert prepare(editor, uri, place(text, "taskless"[:4], 1)) is None


def prepare(editor: Any, uri: str, where: tuple[int, int]) -> Any:
    params = types.PrepareRenameParams(**editor.at(uri, *where))
    return editor.wait(editor.client.text_document_prepare_rename_async(params))


def test_of_a_waivers_object_the_name_is_renamed_and_not_the_kind(reader: Any) -> None:
    path = ROOT / "specs/governance/waivers.yaml"
    uri, text = reader.open(path), path.read_text()
    found = prepare(reader, uri, place(text, "Environment/staging", 14))
    line = text.split("\n")[found.start.line]
    assert line[found.start.character : found.end.character] == "staging"


def test_a_workspace_without_an_editor_answers_the_same(tmp_path: Path) -> None:
    """The rename itself, without a wire in between."""
    from plimsoll.cli.lsp.renaming import rename

    write_project(tmp_path / "parcels", "parcels")
    workspace = Workspace()
    found: Project = workspace.add_folder(tmp_path / "parcels")
    found.index = found.index.of(found.disk.files({}).sources.files)
    path = tmp_path / "parcels/specs/models/parcels.yaml"
    uri = path.as_uri()
    workspace.buffers[uri] = Buffer(uri, path, path.read_text(), 1)
    spot = workspace.spot(uri, types.Position(*place(path.read_text(), "name: parcels", 8)))
    assert spot is not None
    assert sorted(rename(spot, "other")) == ["deployments/parcels-online.yaml", "models/parcels.yaml"]
