"""A report's material as a folder of JSON files.

::

    phases.json                        title, environment and what was done, in order
    findings.json                      as ``plimsoll check --json`` prints it
    plan.json                          as ``plimsoll plan --json`` prints it
    runs/<n>-<title>/run.json          the runner's record; <n> orders the runs
    runs/<n>-<title>/waves.json        the tasks of the compiled workflow, wave by wave
    evaluations/<version>.json         how a trained version did
    monitors/<n>-<label>.json          what a monitor found of a version; <n> orders the reports
    trace.json                         as ``plimsoll trace --json`` prints it
    audit.json                         as ``plimsoll audit --json`` prints it

Every part may be missing; the page then says so.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from plimsoll.cli.report.parts import Command, Material, Phase, RunView
from plimsoll.contract.folders import require_folder
from plimsoll.contract.package import Evaluation
from plimsoll.contract.refusal import Refused
from plimsoll.runtime.monitoring.report import MonitorReport
from plimsoll.runtime.profiles.files import write_atomically
from plimsoll.runtime.runner.order import PlannedTask
from plimsoll.runtime.runner.record import RECORD_FILE, RunRecord

PHASES, FINDINGS, PLAN, TRACE, WAVES = "phases.json", "findings.json", "plan.json", "trace.json", "waves.json"
AUDIT = "audit.json"
RUNS, EVALUATIONS, MONITORS = "runs", "evaluations", "monitors"
_ALL = (PHASES, FINDINGS, PLAN, TRACE, AUDIT, RUNS, EVALUATIONS, MONITORS)

__all__ = [
    "Command",
    "Material",
    "Phase",
    "RunView",
    "read_material",
    "write_evaluation",
    "write_monitor",
    "write_phases",
    "write_run",
]

_T = TypeVar("_T")
_WAVES = TypeAdapter(tuple[tuple[PlannedTask, ...], ...])
_OBJECT = TypeAdapter(dict[str, Any])
_NUMBERED = re.compile(r"(\d+)-(.+)")


class _Told(BaseModel):
    """The content of ``phases.json``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = ""
    environment: str = ""
    phases: tuple[Phase, ...] = ()


_TOLD = TypeAdapter(_Told | tuple[Phase, ...])


def read_material(folder: Path) -> Material:
    """Read what was left in a folder.

    Law: ``read_material(folder)`` after all parts of a material were written is the same material, as long as titles
    and labels are fit for file names.

    Raises:
        Unavailable: when there is no such folder.
        Refused: when nothing of a report lies in it, or when a file is malformed.
        OSError: when a file cannot be read.
    """
    require_folder(folder, "plimsoll demo leaves one")
    if not any((folder / name).exists() for name in _ALL):
        why = f"nothing of a report lies in it: none of {', '.join(_ALL)}"
        raise Refused("report", str(folder), why, f"begin with plimsoll check --json > {folder / FINDINGS}")
    told, trace = _told(folder), _one(folder / TRACE, _object)
    return Material(
        title=told.title or _text(trace, "deployment") or folder.resolve().name,
        environment=told.environment or _text(trace, "environment"),
        phases=told.phases,
        findings=_one(folder / FINDINGS, _object),
        plan=_one(folder / PLAN, _object),
        runs=tuple(_run(place, title) for title, place in _numbered(folder / RUNS, "")),
        evaluations=_evaluations(folder / EVALUATIONS),
        monitors=tuple(
            (label, _read(path, MonitorReport.model_validate_json))
            for label, path in _numbered(folder / MONITORS, ".json")
        ),
        trace=trace,
        audit=_one(folder / AUDIT, _object),
    )


def write_phases(folder: Path, title: str, environment: str, phases: tuple[Phase, ...]) -> None:
    """Write what the report is about, and what was done."""
    _write(folder / PHASES, _Told(title=title, environment=environment, phases=phases))


def write_run(folder: Path, number: int, run: RunView) -> None:
    """Write a run's record and waves; ``number`` is its place among the runs."""
    place = folder / RUNS / f"{number:02d}-{_fit(run.title)}"
    _write(place / RECORD_FILE, run.record)
    write_atomically(place / WAVES, _WAVES.dump_json(run.waves, indent=1))


def write_evaluation(folder: Path, version: str, evaluation: Evaluation) -> None:
    """Write how a trained version did."""
    _write(folder / EVALUATIONS / f"{_fit(version)}.json", evaluation)


def write_monitor(folder: Path, number: int, label: str, report: MonitorReport) -> None:
    """Write what a monitor found of a version; ``number`` is its place among the reports."""
    _write(folder / MONITORS / f"{number:02d}-{_fit(label)}.json", report)


def _write(path: Path, value: BaseModel) -> None:
    write_atomically(path, value.model_dump_json(indent=1).encode())


def _fit(name: str) -> str:
    if not name or "/" in name or "\0" in name or name.startswith("."):
        raise Refused("report", repr(name), "it cannot be the name of a file", "leave out slashes and leading dots")
    return name


def _told(folder: Path) -> _Told:
    """The content of ``phases.json``: with a title and an environment, or the phases alone."""
    found = _one(folder / PHASES, _TOLD.validate_json)
    return found if isinstance(found, _Told) else _Told(phases=found or ())


def _text(document: dict[str, Any] | None, key: str) -> str:
    value = ((document or {}).get("result") or document or {}).get(key)
    return value if isinstance(value, str) else ""


def _one(path: Path, parse: Callable[[bytes], _T]) -> _T | None:
    return _read(path, parse) if path.is_file() else None


def _read(path: Path, parse: Callable[[bytes], _T]) -> _T:
    try:
        return parse(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        raise Refused("report", str(path), f"{place}: {first['msg']}", "write the file anew") from error
    except ValueError as error:
        raise Refused("report", str(path), f"it is not JSON: {error}", "write the file anew") from error


def _object(data: bytes) -> dict[str, Any]:
    return _OBJECT.validate_python(json.loads(data, parse_constant=_no_number))


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _run(place: Path, title: str) -> RunView:
    record = _read(place / RECORD_FILE, RunRecord.model_validate_json)
    return RunView(title=title, record=record, waves=_read(place / WAVES, _WAVES.validate_json))


def _numbered(folder: Path, suffix: str) -> list[tuple[str, Path]]:
    """What lies in a folder under ``<n>-<name><suffix>``, by number."""
    found = []
    for path in folder.glob(f"[!.]*{suffix}"):
        match = _NUMBERED.fullmatch(path.name.removesuffix(suffix))
        if match is None:
            raise Refused("report", str(path), "its name is not a number, a dash and a title", "rename it")
        found.append((int(match[1]), match[2], path))
    return [(name, path) for _, name, path in sorted(found)]


def _evaluations(folder: Path) -> tuple[tuple[str, Evaluation], ...]:
    """Evaluations by version: numbers by size, before names by letter."""
    named = {path.stem: path for path in folder.glob("*.json")}
    ordered = sorted(named, key=lambda name: (not name.isdecimal(), int(name) if name.isdecimal() else 0, name))
    return tuple((name, _read(named[name], Evaluation.model_validate_json)) for name in ordered)
