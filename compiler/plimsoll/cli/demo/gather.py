"""Gather what the story left, and make one page of it."""

import dataclasses
import json
import shutil
from pathlib import Path

from plimsoll.cli.demo.stage import Stage
from plimsoll.cli.demo.story import MODEL, ONLINE, material_folder
from plimsoll.contract.package import Card, Package
from plimsoll.runtime.registry import version_of
from plimsoll.runtime.runner import load_workflow, plan_order

RELEASE = "release/local"


def gather(stage: Stage) -> Path:
    """Leave every document of the report in one folder, and have the page written. Returns where the page is."""
    folder = material_folder(stage)
    phases = [dataclasses.asdict(phase) for phase in stage.phases[:-1]]
    (folder / "phases.json").write_text(json.dumps(phases, indent=2))
    _runs(stage, folder)
    _evaluations(stage, folder)
    _monitors(stage, folder)
    page = stage.workspace.root / "report.html"
    stage.plimsoll("report", str(folder.relative_to(stage.root)), "--out", str(page.relative_to(stage.root)))
    return page


def _runs(stage: Stage, folder: Path) -> None:
    """Every run in the order in which it began, with the waves of its workflow."""
    records = sorted(
        stage.workspace.runs.glob("runs/*/run.json"), key=lambda path: json.loads(path.read_text())["started"]
    )
    for number, path in enumerate(records, start=1):
        workflow = json.loads(path.read_text())["workflow"].rsplit("-", 1)[0]
        target = folder / "runs" / f"{number:02}-{workflow}"
        target.mkdir(parents=True)
        shutil.copy(path, target / "run.json")
        waves = plan_order(load_workflow(stage.root / RELEASE, workflow))
        listed = [[dataclasses.asdict(task) for task in wave] for wave in waves]
        (target / "waves.json").write_text(json.dumps(listed, indent=2))


def _evaluations(stage: Stage, folder: Path) -> None:
    """The evaluation of every version that was registered."""
    (folder / "evaluations").mkdir()
    state = stage.workspace.state("local")
    digests = {Package(path).root.name: path for path in (state.root / "models" / MODEL).iterdir()}
    version = 1
    tracking = f"sqlite:///{state.tracking_database}"
    while tags := version_of(tracking, MODEL, version):
        package = Package(digests[tags["plimsoll.package"].removeprefix("sha256:")])
        card = Card.model_validate_json(package.card.read_bytes())
        (folder / "evaluations" / f"{version}.json").write_text(card.evaluation.model_dump_json(indent=2))
        version += 1


def _monitors(stage: Stage, folder: Path) -> None:
    """The last report of the monitor for each version: it holds all earlier windows of that version."""
    (folder / "monitors").mkdir()
    last: dict[str, str] = {}
    for path in sorted(stage.workspace.state("local").monitoring(ONLINE).glob("*.json")):
        text = path.read_text()
        last[json.loads(text)["windows"][0]["start"]] = text
    for number, text in enumerate(last.values(), start=1):
        (folder / "monitors" / f"{number:02}-version {number}.json").write_text(text)
