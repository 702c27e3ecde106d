"""Look at a project again once its author pauses, and publish what was found."""

import asyncio
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from datetime import date

from lsprotocol.types import Diagnostic, PublishDiagnosticsParams

from plimsoll.cli.lsp.disk import Files, is_project
from plimsoll.cli.lsp.index import Index
from plimsoll.cli.lsp.publishing import by_uri
from plimsoll.cli.lsp.threads import in_thread
from plimsoll.cli.lsp.workspace import Project, Workspace

PAUSE = 0.15
"""Seconds without a change after which a project is looked at."""

_NONE: frozenset[str] = frozenset()

Publish = Callable[[PublishDiagnosticsParams], None]


@dataclass
class _Watch:
    """How far a project has been looked at."""

    changes: int = 0
    indexed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the names of the project are known for the first time."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while the index is made, so that an older one never takes the place of a newer one."""
    task: asyncio.Task[None] | None = None


class Watcher:
    """Keeps the findings and the index of projects up to date. The work itself is done beside the event loop."""

    def __init__(
        self,
        workspace: Workspace,
        publish: Publish,
        tell: Callable[[str], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._workspace, self._publish, self._tell, self._failed = workspace, publish, tell, failed
        self._watched: dict[Project, _Watch] = {}

    def changed(self, project: Project) -> None:
        """Look at a project soon."""
        watch = self._watched.setdefault(project, _Watch())
        watch.changes += 1
        if watch.task is None:
            watch.task = asyncio.ensure_future(self._go_on(project, watch))

    def forget(self, project: Project) -> None:
        """Take a project's findings away."""
        watch = self._watched.pop(project, None)
        if watch is not None:
            watch.indexed.set()
            if watch.task is not None:
                watch.task.cancel()
        self._show(project, {})

    async def indexed(self, project: Project) -> None:
        """Wait until the names of a project are known for the first time."""
        if project in self._watched:
            await self._watched[project].indexed.wait()

    async def catch_up(self, project: Project) -> None:
        """Bring the index up to date with the open files."""
        await self.indexed(project)
        async with self._lock(project):
            newer = self._workspace.newer(project)
            if newer:
                before = project.index
                project.index = await in_thread(lambda: before.with_files(newer))

    async def reindex(self, project: Project) -> Files:
        """Bring the index up to date with the disk and with the open files, and return what was read."""
        async with self._lock(project):
            texts = {path: buffer.text for path, buffer in self._workspace.open_in(project).items()}
            before = project.index
            files, index = await in_thread(lambda: _read(project, texts, before))
            project.index = index
        return files

    def _lock(self, project: Project) -> asyncio.Lock:
        if project not in self._watched:
            self.changed(project)
        return self._watched[project].lock

    async def _go_on(self, project: Project, watch: _Watch) -> None:
        seen = None
        while seen != watch.changes:
            seen = watch.changes
            await asyncio.sleep(PAUSE if watch.indexed.is_set() else 0)
            if seen != watch.changes:
                continue
            try:
                await self._look(project, watch)
            except Exception as fault:  # noqa: BLE001 -- a bug of ours must not end the server; it is told
                self._failed(fault)
            watch.indexed.set()
        watch.task = None

    async def _look(self, project: Project, watch: _Watch) -> None:
        files = await self.reindex(project)
        watch.indexed.set()
        ours = is_project(files.sources.files)
        known, unsaid = project.rules.known.outcome, project.rules.known.unsaid
        if ours and unsaid not in ("", project.told):
            self._tell(unsaid)
        project.told = unsaid
        examine = project.examiner.examine
        project.analysis = await in_thread(lambda: examine(files, date.today(), known)) if ours else None
        self._publish_all(project, files)

    def _publish_all(self, project: Project, files: Files) -> None:
        """Publish what was found, but for files that have changed while it was being looked for."""
        texts = {**{one.path: one.text for one in files.sources.files}, **files.open}
        places = self._workspace.places(project, texts)
        found = by_uri(project.analysis, places) if project.analysis else {}
        now = self._workspace.open_in(project)
        stale = {buffer.uri for path, buffer in now.items() if files.open.get(path) != buffer.text}
        self._show(project, found, stale, {buffer.uri for buffer in now.values()})

    def _show(
        self, project: Project, found: dict[str, list[Diagnostic]], stale: Set[str] = _NONE, also: Set[str] = _NONE
    ) -> None:
        """Publish findings, and none for the files that had some or are open; stale files keep what they have."""
        versions = {uri: buffer.version for uri, buffer in self._workspace.buffers.items()}
        for uri in sorted({*project.shown, *found, *also} - stale):
            self._publish(PublishDiagnosticsParams(uri, found.get(uri, []), versions.get(uri)))
        project.shown = {*found, *(stale & project.shown)}


def _read(project: Project, texts: dict[str, str], before: Index) -> tuple[Files, Index]:
    files = project.disk.files(texts, project.rules.now().left_out)
    ours = is_project(files.sources.files)
    return files, before.of(files.sources.files) if ours else Index()
