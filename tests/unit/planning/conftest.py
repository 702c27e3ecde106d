"""Checked and rendered projects, before and after an edit."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from plimsoll.cli.judging import judge_folder
from plimsoll.cli.starter_project import write_project
from plimsoll.compiler.planning.make import Rendered, make_plan, render_all
from plimsoll.compiler.planning.plan import Base, Plan

TODAY = date(2026, 7, 1)
PIN = 'local: {pin: {version: 1, digest: "sha256:' + "a" * 64 + '"}}'

Edits = dict[str, tuple[str, str]]


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """The specs of the starter project, with its deployment pinned."""
    write_project(tmp_path / "project", "parcels")
    folder = tmp_path / "project" / "specs"
    _edit(folder, {"deployments/parcels-online.yaml": ("local: {}", PIN)})
    return folder


def _edit(folder: Path, edits: Edits) -> None:
    for name, (old, new) in edits.items():
        path = folder / name
        text = path.read_text() if path.exists() else ""
        assert text.count(old) == 1 or not text
        path.write_text(text.replace(old, new) if text else new)


@pytest.fixture
def rendered() -> Callable[[Path], Rendered]:
    """Checks and renders a folder, in which nothing may block."""

    def of(folder: Path) -> Rendered:
        judged = judge_folder(folder, today=TODAY)
        assert judged.checked is not None, judged.findings.diagnostics
        outcome = render_all(judged.checked)
        assert outcome.value is not None, outcome.diagnostics
        return outcome.value

    return of


@pytest.fixture
def plan(specs: Path, rendered: Callable[[Path], Rendered]) -> Callable[[Edits], Plan]:
    """The plan of an edit: the texts to replace by the file that holds them once. A new file has nothing to replace."""

    def of(edits: Edits) -> Plan:
        before = rendered(specs)
        _edit(specs, edits)
        return make_plan(rendered(specs), before, Base("the last commit"))

    return of
