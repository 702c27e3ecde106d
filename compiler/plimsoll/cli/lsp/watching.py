"""Look at a project again once its author pauses, and publish what was found."""

import asyncio
import threading
from collections.abc import Callable, Set
from datetime import date
from typing import TypeVar

from lsprotocol.types import Diagnostic, PublishDiagnosticsParams

from plimsoll.cli.lsp.analysis import analyse
from plimsoll.cli.lsp.disk import Files, is_project
from plimsoll.cli.lsp.index import Index
from plimsoll.cli.lsp.publishing import by_uri
from plimsoll.cli.lsp.workspace import Project, Workspace

T = TypeVar("T")

PAUSE = 0.15
"""Seconds without a change after which a project is looked at."""

_NONE: frozenset[str] = frozenset()

Publish = Callable[[PublishDiagnosticsParams], None]


class Watcher:
    """Keeps the findings of projects up to date. All of it runs in the event loop but the looking itself."""

    def __init__(self, workspace: Workspace, publish: Publish, failed: Callable[[Exception], None]) -> None:
        self._workspace, self._publish, self._failed = workspace, publish, failed
        self._changes: dict[Project, int] = {}
        self._tasks: dict[Project, asyncio.Task[None]] = {}

    def changed(self, project: Project) -> None:
        """Look at a project soon."""
        self._changes[project] = self._changes.get(project, 0) + 1
        if project not in self._tasks:
            self._tasks[project] = asyncio.ensure_future(self._watch(project))

    def forget(self, project: Project) -> None:
        """Take a project's findings away."""
        task = self._tasks.pop(project, None)
        if task is not None:
            task.cancel()
        self._show(project, {})

    async def _watch(self, project: Project) -> None:
        seen = None
        while seen != self._changes[project]:
            seen = self._changes[project]
            await asyncio.sleep(PAUSE)
            if seen != self._changes[project]:
                continue
            try:
                await self._look(project)
            except Exception as fault:  # noqa: BLE001 -- a bug in a rule must not end the server; it is told, and shown
                self._failed(fault)
        del self._tasks[project]

    async def _look(self, project: Project) -> None:
        buffers = self._workspace.open_in(project)
        texts = {path: buffer.text for path, buffer in buffers.items()}
        files = await in_thread(lambda: project.disk.files(texts))
        ours = is_project(files.sources.files)
        project.analysis = await in_thread(lambda: analyse(files, date.today())) if ours else None
        before = project.index
        index = await in_thread(lambda: before.of(files.sources.files))
        project.index = index if ours else Index()
        self._workspace.refresh(project)
        self._publish_all(project, files, texts)

    def _publish_all(self, project: Project, files: Files, texts: dict[str, str]) -> None:
        """Publish what was found, but for files that have changed while it was being looked for."""
        known = {one.path: one.text for one in files.sources.files}
        places = self._workspace.places(project, {**known, **texts})
        found = by_uri(project.analysis.diagnostics if project.analysis else (), places)
        now = self._workspace.open_in(project)
        stale = {buffer.uri for path, buffer in now.items() if texts.get(path) != buffer.text}
        self._show(project, found, stale, {buffer.uri for buffer in now.values()})

    def _show(
        self, project: Project, found: dict[str, list[Diagnostic]], stale: Set[str] = _NONE, also: Set[str] = _NONE
    ) -> None:
        """Publish findings, and none for the files that had some or are open; stale files keep what they have."""
        versions = {uri: buffer.version for uri, buffer in self._workspace.buffers.items()}
        for uri in sorted({*project.shown, *found, *also} - stale):
            self._publish(PublishDiagnosticsParams(uri, found.get(uri, []), versions.get(uri)))
        project.shown = {*found, *(stale & project.shown)}


async def in_thread(work: Callable[[], T]) -> T:
    """Do a piece of work beside the event loop, in a thread that does not keep the program from ending."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, fault: Exception | None) -> None:
        if done.cancelled():
            return
        if fault is not None:
            done.set_exception(fault)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        try:
            result, fault = work(), None
        except Exception as error:  # noqa: BLE001 -- handed over to whoever waits
            result, fault = None, error
        loop.call_soon_threadsafe(settle, result, fault)

    threading.Thread(target=run, daemon=True).start()
    return await done
