"""The story: one function a phase, in the order of a model's life."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from plimsoll.cli.demo.scratch import edit, set_up
from plimsoll.cli.demo.stage import Stage
from plimsoll.contract import exit_codes

ONLINE, NIGHTLY, MODEL = "flight-delay-online", "flight-delay-nightly", "flight-delay"
RELEASES = ("release/local", "release/staging", "release/production")
AUDIT = "audit/staging"


def tell(stage: Stage, specs: Path, *, end: date, every: int) -> None:
    """Play every phase.

    Args:
        stage: where it plays.
        specs: the reference project.
        end: the day after the last that is replayed, at the latest 2014-01-01.
        every: replay every n-th day.

    Raises:
        Refused: when a phase does not end as it must.
    """
    with stage.phase("A scratch clone, real data, and a trust instance of its own"):
        set_up(stage, specs)
    _check(stage)
    _plan(stage)
    _compile(stage)
    _sign(stage)
    _train(stage)
    _promote(stage, "Promotion: a commit that pins version and digest")
    reached = _serve(stage, date(2013, 7, 1), end, every, "Serving real requests, watched month by month, and mended")
    if reached < end:
        _promote(stage, "The new version is promoted, by the next commit")
        _serve(stage, reached, end, every, "The new version serves on")
    _trace(stage)


def _check(stage: Stage) -> None:
    with stage.phase("Check: types, references, governance"):
        with _beside(stage, "findings.json", "check"):
            stage.plimsoll("check")
        stage.say("A slip of the pen is found before anybody has to review it:")
        edit(stage, "specs/models/flight-delay.yaml", "  riskTier: minimal", "  riskTeir: minimal")
        stage.plimsoll("check", expect=exit_codes.FINDINGS)
        stage.git("checkout", "--quiet", "specs")


def _plan(stage: Stage) -> None:
    with stage.phase("Plan: what a change does, costs and risks"):
        edit(stage, "specs/deployments/flight-delay-online.yaml", "{min: 3, max: 8}", "{min: 3, max: 10}")
        edit(stage, "specs/models/flight-delay.yaml", "max_iter: 70", "max_iter: 80")
        stage.commit("Train a little longer; let production scale to ten")
        with _beside(stage, "plan.json", "plan", "--base", "HEAD~1"):
            stage.plimsoll("plan", "--base", "HEAD~1")


def _compile(stage: Stage) -> None:
    with stage.phase("Compile: one release an environment, the same bytes every time"):
        stage.plimsoll("compile", "--validate")
        stage.plimsoll("compile")


def _sign(stage: Stage) -> None:
    with stage.phase("Audit, sign, verify, and refuse a changed byte"):
        with _beside(stage, "audit.json", "audit", "--environment", "staging"):
            stage.plimsoll("audit", "--environment", "staging", "--out", "audit")
        stage.plimsoll("sign", *RELEASES, AUDIT)
        stage.plimsoll("verify", *RELEASES, AUDIT)
        manifest = stage.root / "release/local/workflowtemplate-flight-delay-train.yaml"
        data = manifest.read_bytes()
        manifest.write_bytes(data.replace(b"main", b"mian", 1))
        stage.say("One manifest was changed after it was signed:")
        stage.plimsoll("verify", "release/local", expect=exit_codes.FINDINGS)
        manifest.write_bytes(data)


def _train(stage: Stage) -> None:
    with stage.phase("Train: the compiled WorkflowTemplate, on this machine"):
        stage.plimsoll("run", f"{MODEL}-train", "--release", "release/local", "--parameter", "as-of=2013-07-02")


def _promote(stage: Stage, title: str) -> None:
    with stage.phase(title):
        stage.plimsoll("promote", "--deployment", ONLINE, "--deployment", NIGHTLY, "--environment", "local")
        stage.plimsoll("compile")
        stage.plimsoll("sign", *RELEASES)


def _serve(stage: Stage, start: date, end: date, every: int, title: str) -> date:
    """Replay until the monitor wants something done or the days are over; the day that was reached."""
    with stage.phase(title):
        words = ("--from", str(start), "--to", str(end), "--every", str(every), "--monitor")
        stage.plimsoll("replay", ONLINE, "--release", "release/local", *words)
        reports = sorted((stage.workspace.state("local").monitoring(ONLINE)).glob("*.json"))
        last = json.loads(reports[-1].read_text(encoding="utf-8"))
        return date.fromisoformat(last["windows"][-1]["end"])


def _trace(stage: Stage) -> None:
    with stage.phase("Trace: from the served model back to where everything came from"):
        saved = (material_folder(stage) / "trace.json").relative_to(stage.root)
        stage.plimsoll("trace", ONLINE, "--environment", "local", "--save", str(saved))


@contextmanager
def _beside(stage: Stage, name: str, *words: str) -> Iterator[None]:
    """Beside what is shown, have a verb leave its document for the report."""
    folder = material_folder(stage)
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(1) as other:
        document = other.submit(stage.plimsoll, *words, "--json", quiet=True)
        yield
        (folder / name).write_text(document.result(), encoding="utf-8")


def material_folder(stage: Stage) -> Path:
    """Where the documents of the report are gathered."""
    return stage.workspace.root / "report"
