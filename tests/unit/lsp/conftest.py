"""An editor of our own: pygls' client, talking to ``plimsoll lsp`` in a process of its own."""

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient
from pygls.uris import from_fs_path

from plimsoll.cli.starter_project import write_project

ROOT = Path(__file__).parents[3]
PATIENCE = 30.0
"""Seconds that anything may take on a machine that does other things, too."""

T = TypeVar("T")


class Editor:
    """A client with a server, in a loop of its own. Every method waits for its answer."""

    def __init__(
        self,
        *folders: Path,
        encodings: list[str] | None = None,
        changes: bool = True,
        options: tuple[str, ...] = (),
    ) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.client = LanguageClient("tests", "1")
        self.published: list[types.PublishDiagnosticsParams] = []
        self.messages: list[str] = []
        self._versions: dict[str, int] = {}
        self._listen()
        self.wait(self.client.start_io(sys.executable, "-m", "plimsoll.cli.main", "lsp", *options))
        self.stderr: list[str] = []
        asyncio.run_coroutine_threadsafe(self._drain(), self._loop)
        self.capabilities = self._initialize(folders, encodings, changes).capabilities

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of a piece of work."""
        return asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, PATIENCE), self._loop).result()

    async def _drain(self) -> None:
        """Read what the server says to people, so that it never waits for that."""
        server = self.client._server
        assert server is not None
        assert server.stderr is not None
        async for line in server.stderr:
            self.stderr.append(line.decode())

    def _listen(self) -> None:
        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.published.append(params)

        @self.client.feature(types.WINDOW_LOG_MESSAGE)
        def logged(params: types.LogMessageParams) -> None:
            self.messages.append(params.message)

        @self.client.feature(types.WINDOW_SHOW_MESSAGE)
        def shown(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)

    def _initialize(
        self, folders: tuple[Path, ...], encodings: list[str] | None, changes: bool
    ) -> types.InitializeResult:
        able = types.ClientCapabilities(
            general=types.GeneralClientCapabilities(position_encodings=encodings) if encodings else None,
            workspace=types.WorkspaceClientCapabilities(
                workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=changes)
            ),
        )
        named = [types.WorkspaceFolder(self.uri(one), one.name) for one in folders]
        params = types.InitializeParams(able, workspace_folders=named or None)
        answer = self.wait(self.client.initialize_async(params))
        self.client.initialized(types.InitializedParams())
        return answer

    @staticmethod
    def uri(path: Path) -> str:
        found: str = from_fs_path(path.as_posix())
        return found

    def open(self, path: Path, text: str | None = None) -> str:
        """Open a file, with the disk's text or another."""
        uri = self.uri(path)
        self._versions[uri] = 1
        content = path.read_text() if text is None else text
        item = types.TextDocumentItem(uri, "yaml", 1, content)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri: str, text: str) -> None:
        self._versions[uri] += 1
        which = types.VersionedTextDocumentIdentifier(self._versions[uri], uri)
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(which, [whole]))

    def close(self, uri: str) -> None:
        self._versions.pop(uri, None)
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def close_all(self) -> None:
        for uri in tuple(self._versions):
            self.close(uri)
        self._versions.clear()

    def folders(self, added: Path | None = None, removed: Path | None = None) -> None:
        """Add or remove a folder of the workspace."""
        sides = ([types.WorkspaceFolder(self.uri(one), one.name)] if one else [] for one in (added, removed))
        event = types.WorkspaceFoldersChangeEvent(*sides)
        self.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))

    def diagnostics(
        self, uri: str, wanted: Callable[[list[types.Diagnostic]], bool], *, since: int = 0
    ) -> list[types.Diagnostic]:
        """The findings of a file, as soon as they are as wanted."""

        async def watch() -> list[types.Diagnostic]:
            while True:
                for one in self.published[since:][::-1]:
                    if one.uri == uri and wanted(list(one.diagnostics)):
                        return list(one.diagnostics)
                await asyncio.sleep(0.02)

        return self.wait(watch())

    def codes(self, uri: str, *codes: str) -> list[types.Diagnostic]:
        """Wait until a file has findings of just these codes."""
        return self.diagnostics(uri, lambda found: sorted(str(one.code) for one in found) == sorted(codes))

    def at(self, uri: str, line: int, character: int) -> dict[str, Any]:
        return {
            "text_document": types.TextDocumentIdentifier(uri),
            "position": types.Position(line, character),
        }

    def hover(self, uri: str, line: int, character: int) -> str | None:
        params = types.HoverParams(**self.at(uri, line, character))
        answer = self.wait(self.client.text_document_hover_async(params))
        return answer.contents.value if answer and isinstance(answer.contents, types.MarkupContent) else None

    def completion(self, uri: str, line: int, character: int) -> dict[str, str]:
        """Label → the text that would be put in."""
        params = types.CompletionParams(**self.at(uri, line, character))
        answer = self.wait(self.client.text_document_completion_async(params))
        assert isinstance(answer, types.CompletionList)
        items = sorted(answer.items, key=lambda one: str(one.sort_text))
        return {one.label: one.text_edit.new_text for one in items if one.text_edit}

    def definition(self, uri: str, line: int, character: int) -> types.Location | None:
        params = types.DefinitionParams(**self.at(uri, line, character))
        answer = self.wait(self.client.text_document_definition_async(params))
        assert answer is None or isinstance(answer, types.Location)
        return answer

    def references(self, uri: str, line: int, character: int, *, declaration: bool = True) -> list[types.Location]:
        context = types.ReferenceContext(include_declaration=declaration)
        params = types.ReferenceParams(context=context, **self.at(uri, line, character))
        return list(self.wait(self.client.text_document_references_async(params)) or ())

    def rename(self, uri: str, line: int, character: int, name: str) -> types.WorkspaceEdit | None:
        params = types.RenameParams(new_name=name, **self.at(uri, line, character))
        return self.wait(self.client.text_document_rename_async(params))

    def actions(self, uri: str, where: types.Range, only: list[str] | None = None) -> list[types.CodeAction]:
        context = types.CodeActionContext([], only)  # type: ignore[arg-type]
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), where, context)
        found = self.wait(self.client.text_document_code_action_async(params)) or ()
        return [one for one in found if isinstance(one, types.CodeAction)]

    def end(self) -> int | None:
        """Say goodbye as the protocol has it, and return the server's exit code."""
        self.wait(self.client.shutdown_async(None))
        self.client.exit(None)
        return self._gone()

    def _gone(self) -> int | None:
        async def gone() -> int | None:
            server = self.client._server
            assert server is not None
            await server.wait()
            return server.returncode

        code = self.wait(gone())
        self.wait(self.client.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        return code

    def exit_unasked(self) -> int | None:
        self.client.exit(None)
        return self._gone()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder of a project of one's own; its specs are in ``specs``."""
    folder = tmp_path / "parcels"
    write_project(folder, "parcels")
    return folder


@pytest.fixture(scope="session")
def server() -> Iterator[Editor]:
    """One server for many tests, each with a folder of its own: starting one takes a second."""
    made = Editor()
    yield made
    assert made.end() == 0


@pytest.fixture
def editor(server: Editor, project: Path) -> Iterator[Editor]:
    """An editor in which that project's folder is open."""
    server.folders(added=project)
    yield server
    server.close_all()
    server.folders(removed=project)


@pytest.fixture
def start() -> Iterator[Callable[..., Editor]]:
    """Starts editors, with folders and abilities of one's own."""
    made: list[Editor] = []

    def begin(*folders: Path, **abilities: Any) -> Editor:
        made.append(Editor(*folders, **abilities))
        return made[-1]

    yield begin
    for one in made:
        assert one.end() == 0


@pytest.fixture(scope="session")
def reference(server: Editor) -> Editor:
    """The reference project's folder is open from now on."""
    server.folders(added=ROOT)
    return server


@pytest.fixture
def reader(reference: Editor) -> Iterator[Editor]:
    """An editor in which the reference project is open, for tests that change nothing on disk."""
    yield reference
    reference.close_all()
