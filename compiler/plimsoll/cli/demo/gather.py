"""Gather what the story left, and make one page of it."""

import json
from pathlib import Path

from plimsoll.cli.demo.stage import Stage
from plimsoll.cli.demo.story import MODEL, ONLINE, material_folder
from plimsoll.cli.report.material import RunView, write_evaluation, write_monitor, write_phases, write_run
from plimsoll.contract.package import Card, Package, Promotion
from plimsoll.runtime.monitoring.report import MonitorReport
from plimsoll.runtime.runner import RunRecord, load_workflow, plan_order

RELEASE = "release/local"


def gather(stage: Stage) -> Path:
    """Leave every document of the report in one folder, and have the page written. Returns where the page is."""
    folder = material_folder(stage)
    write_phases(folder, "Flight delay: a model's life", "local", tuple(taken.told for taken in stage.phases[:-1]))
    _runs(stage, folder)
    _evaluations(stage, folder)
    _monitors(stage, folder)
    page = stage.workspace.root / "report.html"
    stage.plimsoll("report", str(folder.relative_to(stage.root)), "--out", str(page.relative_to(stage.root)))
    return page


def _runs(stage: Stage, folder: Path) -> None:
    """Every run in the order in which it began, with the waves of its workflow."""
    read = (RunRecord.model_validate_json(path.read_bytes()) for path in stage.workspace.runs.glob("runs/*/run.json"))
    for number, record in enumerate(sorted(read, key=lambda record: record.started), start=1):
        name = record.workflow.rsplit("-", 1)[0]
        title = f"{name} as of {record.parameters.get('as-of') or f'{record.started:%Y-%m-%d}'}"
        waves = plan_order(load_workflow(stage.root / RELEASE, name))
        write_run(folder, number, RunView(title=title, record=record, waves=waves))


def _evaluations(stage: Stage, folder: Path) -> None:
    """The evaluation of every version that was proposed."""
    state = stage.workspace.state("local")
    for path in stage.workspace.runs.glob("runs/*/propose/artifacts/promotion"):
        proposed = Promotion.model_validate_json(path.read_bytes())
        package = Package(state.model_package(MODEL, proposed.digest))
        card = Card.model_validate_json(package.card.read_bytes())
        write_evaluation(folder, str(proposed.version), card.evaluation)


def _monitors(stage: Stage, folder: Path) -> None:
    """The last report of the monitor for each version: it holds all earlier windows of that version."""
    last: dict[str, str] = {}
    for path in sorted(stage.workspace.state("local").monitoring(ONLINE).glob("*.json")):
        text = path.read_text(encoding="utf-8")
        last[json.loads(text)["windows"][0]["start"]] = text
    for number, text in enumerate(last.values(), start=1):
        write_monitor(folder, number, f"version {number}", MonitorReport.model_validate_json(text))
