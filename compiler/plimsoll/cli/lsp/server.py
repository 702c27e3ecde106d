"""The wire: which request is answered by what."""

import argparse
import logging
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from plimsoll.cli.lsp.actions import FIX_ALL, code_actions
from plimsoll.cli.lsp.completion import MOST, completion
from plimsoll.cli.lsp.hover import hover
from plimsoll.cli.lsp.navigation import definition, references
from plimsoll.cli.lsp.places import path_of
from plimsoll.cli.lsp.renaming import rename, renamed_range
from plimsoll.cli.lsp.spot import Spot
from plimsoll.cli.lsp.symbols import document_symbols, workspace_symbols
from plimsoll.cli.lsp.watching import Watcher
from plimsoll.cli.lsp.workspace import Project, Workspace
from plimsoll.cli.policies_given import SIGNATURE
from plimsoll.compiler.settings import NAME
from plimsoll.contract.refusal import Refused
from plimsoll.contract.version import VERSION

_log = logging.getLogger(__name__)


class Server(LanguageServer):
    """A language server for specs. Every change of a file brings its whole text, so that nothing can drift apart."""

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__("plimsoll", VERSION, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.specs = Workspace(options=options)
        self.watcher = Watcher(self.specs, self.text_document_publish_diagnostics, self._tell, self._failed)
        self.asked_to_stop = False
        """Whether the editor has said that it will end us, as the protocol asks it to."""

    def _tell(self, text: str) -> None:
        """Say what stands in no file: rules that the command line names can't be read."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Error, text))

    def _failed(self, fault: Exception) -> None:
        """Tell the editor that looking at a project failed: that is a bug of ours."""
        text = "".join(traceback.format_exception(fault))
        _log.error("%s", text)
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, text))

    def edit(self, project: Project, edits: dict[str, list[types.TextEdit]]) -> types.WorkspaceEdit:
        """A change of the workspace. An editor that knows versions refuses it for a text that has moved on."""
        places = self.specs.places(project)
        given = {places.uri(path): of_file for path, of_file in edits.items()}
        workspace = self.client_capabilities.workspace
        if not (workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes):
            return types.WorkspaceEdit(changes=given)
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(
                    types.OptionalVersionedTextDocumentIdentifier(uri, self._version(uri)), list(of_file)
                )
                for uri, of_file in given.items()
            ]
        )

    async def spot(self, uri: str, position: types.Position, *, exact: bool = False) -> Spot | None:
        """What stands at a place, once the project around it is known; ``exact`` where every place in it counts."""
        project = self.specs.project_of(uri)
        if project is not None:
            await (self.watcher.catch_up(project) if exact else self.watcher.indexed(project))
        return self.specs.spot(uri, position)

    def _version(self, uri: str) -> int | None:
        buffer = self.specs.buffers.get(uri)
        return buffer.version if buffer else None


def _unforeseen(record: logging.LogRecord) -> bool:
    """Whether a record is no answer of ours that pygls takes for a fault: a rename that is refused is none."""
    return not (record.exc_info and isinstance(record.exc_info[1], JsonRpcInvalidParams))


def make_server(options: argparse.Namespace) -> Server:
    """A server that answers everything that this package can answer; ``options`` name rules of companies."""
    server = Server(options)
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_unforeseen)
    for register in (_lifetime, _files, _writing, _navigating, _outlines, _renaming, _mending):
        register(server)
    return server


def _lifetime(server: Server) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.specs.encoding = server.workspace.position_encoding or types.PositionEncodingKind.Utf16
        uris = [one.uri for one in params.workspace_folders or ()] or [params.root_uri or ""]
        for folder in filter(None, map(path_of, uris)):
            server.specs.add_folder(folder)

    @server.feature(types.INITIALIZED)
    def initialized(_params: types.InitializedParams) -> None:
        for project in server.specs.projects.values():
            server.watcher.changed(project)
        workspace = server.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace else None
        if watched and watched.dynamic_registration:
            patterns = ("**/*.yaml", "**/*.yml", "**/*.sql", f"**/{NAME}", f"**/*{SIGNATURE}")
            options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(one) for one in patterns])
            name = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            server.client_register_capability(types.RegistrationParams([types.Registration("files", name, options)]))

    @server.feature(types.SHUTDOWN)
    def shutdown(_params: None) -> None:
        server.asked_to_stop = True

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        for folder in _paths(params.event.removed):
            gone = server.specs.remove_folder(folder)
            if gone is not None:
                server.watcher.forget(gone)
        for folder in _paths(params.event.added):
            server.watcher.changed(server.specs.add_folder(folder))


def _paths(folders: Iterable[types.WorkspaceFolder]) -> list[Path]:
    return [path for one in folders if (path := path_of(one.uri)) is not None]


def _files(server: Server) -> None:
    def changed(project: Project | None) -> None:
        if project is not None:
            server.watcher.changed(project)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        changed(server.specs.open(document.uri, document.text, document.version))

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def edited(params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        text = server.workspace.get_text_document(document.uri).source
        changed(server.specs.open(document.uri, text, document.version))

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        project = server.specs.project_of(params.text_document.uri)
        # What is in no project may be a company's rule, or the settings, of any.
        for one in [project] if project is not None else server.specs.projects.values():
            changed(one)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.specs.buffers.pop(params.text_document.uri, None)
        changed(server.specs.project_of(params.text_document.uri))

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(_params: types.DidChangeWatchedFilesParams) -> None:
        for project in server.specs.projects.values():
            changed(project)


def _writing(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hovered(params: types.HoverParams) -> types.Hover | None:
        spot = await server.spot(params.text_document.uri, params.position)
        return hover(spot) if spot else None

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[" ", "{", "[", ","]))
    async def completed(params: types.CompletionParams) -> types.CompletionList:
        spot = await server.spot(params.text_document.uri, params.position)
        items = completion(spot) if spot else []
        return types.CompletionList(len(items) == MOST, items)


def _navigating(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def defined(params: types.DefinitionParams) -> types.Location | None:
        spot = await server.spot(params.text_document.uri, params.position, exact=True)
        return definition(spot) if spot else None

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def referred(params: types.ReferenceParams) -> list[types.Location]:
        spot = await server.spot(params.text_document.uri, params.position, exact=True)
        return references(spot, declaration=params.context.include_declaration) if spot else []


def _outlines(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def outlined(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        project = server.specs.project_of(params.text_document.uri)
        buffer = server.specs.buffers.get(params.text_document.uri)
        path = project.relative(buffer.path) if project and buffer else None
        if project is None or path is None:
            return []
        await server.watcher.catch_up(project)
        file = project.index.files.get(path)
        return document_symbols(file, server.specs.places(project)) if file and file.parsed else []

    @server.feature(types.WORKSPACE_SYMBOL)
    async def found(params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
        symbols: list[types.WorkspaceSymbol] = []
        for project in tuple(server.specs.projects.values()):
            await server.watcher.catch_up(project)
            symbols += workspace_symbols(project.index, params.query, server.specs.places(project))
        return symbols


@contextmanager
def _told() -> Iterator[None]:
    """Answer a refusal with what it says; an editor shows it."""
    try:
        yield
    except Refused as refused:
        raise JsonRpcInvalidParams(refused.why) from None


def _renaming(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepared(params: types.PrepareRenameParams) -> types.Range | None:
        spot = await server.spot(params.text_document.uri, params.position, exact=True)
        with _told():
            return renamed_range(spot) if spot and spot.target() else None

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def renamed(params: types.RenameParams) -> types.WorkspaceEdit | None:
        uri = params.text_document.uri
        project = server.specs.project_of(uri)
        if project is None:
            return None
        await server.watcher.reindex(project)
        spot = server.specs.spot(uri, params.position)
        with _told():
            return server.edit(project, rename(spot, params.new_name)) if spot else None


def _mending(server: Server) -> None:
    kinds = [types.CodeActionKind.QuickFix, types.CodeActionKind(types.CodeActionKind.SourceFixAll)]

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions([*kinds, FIX_ALL]))
    def acted(params: types.CodeActionParams) -> list[types.CodeAction]:
        project = server.specs.project_of(params.text_document.uri)
        buffer = server.specs.buffers.get(params.text_document.uri)
        path = project.relative(buffer.path) if project and buffer else None
        if project is None or buffer is None or path is None or project.analysis is None:
            return []
        if not project.analysis.holds_for(path, buffer.text):
            return []
        return code_actions(
            project.analysis,
            path,
            params.range,
            params.context.only,
            server.specs.places(project),
            lambda edits: server.edit(project, edits),
        )
