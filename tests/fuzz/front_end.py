"""The way of a spec file through the compiler, and the laws that hold for any bytes.

A file is decoded, parsed, held against its kind, put beside the specs that ``plimsoll init`` writes, and judged by the
catalogue, as far as it gets. Both the fuzz target and the property tests send their inputs this way.
"""

import json
import shutil
from collections.abc import Iterable, Iterator
from datetime import date
from enum import IntEnum
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any
from zlib import crc32

from plimsoll.cli.starter_project import write_project
from plimsoll.compiler.diagnostics import Diagnostic, Route, Span
from plimsoll.compiler.governance.catalogue import load_catalogue
from plimsoll.compiler.governance.judge import judge
from plimsoll.compiler.loading.documents import Document, parse
from plimsoll.compiler.loading.limits import MAX_FINDINGS
from plimsoll.compiler.loading.sources import SourceFile, decode, find_sources
from plimsoll.compiler.loading.usual import usual_value
from plimsoll.compiler.loading.whole import parse_whole
from plimsoll.compiler.project import references
from plimsoll.compiler.project.naming import name_units
from plimsoll.compiler.project.project import Project, Shelf
from plimsoll.compiler.project.reading import read
from plimsoll.compiler.project.unit import Reading
from plimsoll.compiler.resources import data_root
from plimsoll.compiler.suppression.apply import apply_suppressions

PATH = "features/fuzzed.yaml"
"""Beside the SQL and the code that the sound specs name."""
LONGEST_MESSAGE = 20_000
DOCUMENTS_HELD = 3
"""One input of so many, by its checksum, has its values looked at one by one, which takes as long as reading it."""
TODAY = date(2026, 11, 20)


class Stage(IntEnum):
    """How far an input got."""

    BYTES = 0
    TEXT = 1
    DOCUMENTS = 2
    SPECS = 3
    PROJECT = 4
    CHECKED = 5


class Broken(AssertionError):
    """A law does not hold for an input."""


def hold(law: bool, words: str, *facts: object) -> None:
    """Say which law is broken."""
    if not law:
        raise Broken(f"{words}: {', '.join(map(repr, facts))}")


class FrontEnd:
    """The compiler up to judging, with a sound project around the file that is tried."""

    def __init__(self, folder: Path) -> None:
        write_project(folder, "parcels")
        self.root = folder / "specs"
        shutil.copytree(self.root / "models" / "parcels", self.root / "features" / "parcels")
        sources, catalogue = find_sources(self.root).value, load_catalogue(data_root("policies")).value
        assert sources is not None
        assert catalogue is not None
        self.catalogue = catalogue
        self.starter = {file.path: file for file in sources.files}
        self.readings = tuple(read(file) for file in sources.files)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Texts to begin with: the specs of the starter, of the reference project and of every policy."""
        policies = data_root("policies")
        folders = (self.root, policies.parent / "specs", policies)
        return tuple(path.read_text() for folder in folders for path in sorted(folder.rglob("*.yaml")))

    def pass_through(self, data: bytes) -> Stage:
        """Send bytes as far as they get.

        Raises:
            Broken: when a law does not hold. Anything else that is raised is a fault of the compiler.
        """
        decoded = decode(data, PATH)
        if decoded.value is None:
            hold(any(one.blocks for one in decoded.diagnostics), "what cannot be read is an error")
            return Stage.BYTES
        source = decoded.value
        parsed = parse(source)
        hold_usual(source)
        hold_findings(parsed.diagnostics, {PATH: source})
        hold(parsed.value is not None or not parsed.ok, "what cannot be parsed is an error")
        if crc32(data) % DOCUMENTS_HELD == 0:
            for document in parsed.value or ():
                hold_document(document)
        if not parsed.value:
            return Stage.TEXT
        return self._resolve(source, read(source))

    def _resolve(self, source: SourceFile, reading: Reading) -> Stage:
        own = {unit.key for unit in reading.units}
        others = [one for one in self.readings if not own & {unit.key for unit in one.units}]
        files = {**{one.path: self.starter[one.path] for one in others}, PATH: source}
        found = list(reading.diagnostics)
        hold_findings(found, files)
        if not reading.units or any(one.blocks for one in found):
            hold_findings(apply_suppressions(found, [source]), files)
            return Stage.DOCUMENTS
        readings = {one.path: one for one in (*others, reading)}
        shelf = Shelf(files.__getitem__, lambda path: readings[path].facts)
        named = name_units(self.root, (unit for one in readings.values() for unit in one.units), shelf)
        found += named.diagnostics
        if named.value is not None and not any(one.blocks for one in found):
            found += references.check(named.value)
        hold_findings(found, files)
        if named.value is None or any(one.blocks for one in found):
            return Stage.SPECS
        return self._judge(named.value, files)

    def _judge(self, project: Project, files: dict[str, SourceFile]) -> Stage:
        judged = judge(project, catalogue=self.catalogue, today=TODAY)
        hold_findings(judged.diagnostics, files)
        rules = {f"PLM-{id_}" for id_ in self.catalogue.rules}
        hold_findings(apply_suppressions(judged.diagnostics, files.values(), rules=rules), files)
        return Stage.CHECKED if judged.ok else Stage.PROJECT


def hold_findings(found: Iterable[Diagnostic], files: dict[str, SourceFile]) -> None:
    """Every span lies inside its file, and every text can be shown."""
    findings = tuple(found)
    for one in findings:
        for span in (one.span, *(label.span for label in one.labels)):
            if span.path in files:
                hold_span(span, files[span.path])
        for text in (one.message, one.help, one.note, one.caption, *(label.text for label in one.labels)):
            hold(len(text) <= LONGEST_MESSAGE, "a message is short", one.code, len(text))
            text.encode()
    own = sum(one.span.path == PATH and one.code.startswith("PLM-YML") for one in findings)
    hold(own <= MAX_FINDINGS + 1, "no more findings than anybody reads", own)


def hold_usual(source: SourceFile) -> None:
    """What is read line by line, the parser reads as well: the same values of the same types, and nothing is told."""
    usual = usual_value(source.text)
    if usual is not None:
        whole = parse_whole(source)
        values = [document.value for document in whole.value or ()]
        hold(repr(values) == repr([usual]) and not whole.diagnostics, "both readers agree", values, usual)


def hold_span(span: Span, source: SourceFile) -> None:
    """A span begins inside a line that exists, and ends there or right behind its last character."""
    hold(span.line <= len(source.lines), "the line exists", span, len(source.lines))
    room = len(source.line(span.line)) + 1
    hold(span.column <= span.end <= room, "the span lies inside the line", span, room)


def hold_document(document: Document) -> None:
    """Values are plain and finite, and have their places: eight of them are asked for."""
    json.dumps(document.value, allow_nan=False).encode()
    routes = list(islice(_routes(document.value), 2_000))
    for route in (*routes[:: len(routes) // 8 + 1], (*routes[-1], "nowhere", 3)):
        hold_span(document.span(route), document.source)
        hold_span(document.key_span(route), document.source)
        hold(document.has(route) or "nowhere" in route, "what is in a document has a place", route)


def _routes(value: Any, route: Route = ()) -> Iterator[Route]:
    yield route
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from _routes(part, (*route, key))
