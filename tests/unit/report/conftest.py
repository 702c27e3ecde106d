"""Material of a whole report, made of the values that the verbs really print, with one text in every place."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from plimsoll.cli.report.material import (
    AUDIT,
    FINDINGS,
    PLAN,
    TRACE,
    Command,
    Material,
    Phase,
    RunView,
    write_evaluation,
    write_monitor,
    write_phases,
    write_run,
)
from plimsoll.cli.tracing import Holds, Link, Trace
from plimsoll.cli.views.machine import as_data
from plimsoll.cli.views.plan import plan_data
from plimsoll.cli.views.view import Findings
from plimsoll.compiler.diagnostics import Diagnostic, Label, Severity, Span
from plimsoll.compiler.planning.plan import (
    Base,
    CostChange,
    Effect,
    FieldChange,
    ObjectChange,
    Plan,
    Range,
    RenderedChange,
    Risk,
)
from plimsoll.contract.package import ClassResult, Evaluation, GateResult
from plimsoll.contract.requests import DriftRule, Gate, MonitorRules, PerformanceRule
from plimsoll.runtime.monitoring.report import Fault, MonitorReport, Realised, WindowReport
from plimsoll.runtime.profiles.comparison import ColumnDrift, Comparison
from plimsoll.runtime.runner.order import PlannedTask
from plimsoll.runtime.runner.record import NodeRecord, RunRecord

START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
DIGEST = f"sha256:{'ab' * 32}"
AUC = Gate(metric="auc", minimum=0.62)

Text = Callable[[], str]
Make = Callable[[str], Material]
Write = Callable[[Path, Material], None]


def drift(name: str, distance: float | None, threshold: float | None = 0.1, **more: object) -> ColumnDrift:
    return ColumnDrift.model_validate(
        {
            "name": name,
            "baseline": Comparison(distance=distance, threshold=threshold, reason="" if distance else "no values"),
            "previous": Comparison(),
            "missing_before": 0.0,
            "missing_after": 0.25,
            "family_before": "number",
            "family_after": "number",
            **more,
        }
    )


def window(start: date, end: date, features: dict[str, float], auc: float | None, **more: object) -> WindowReport:
    met = None if auc is None else auc >= 0.62
    found = Realised(metric="auc", value=auc, reason="" if auc else "few", labels=900, completeness=0.9, gate_met=met)
    return WindowReport.model_validate(
        {
            "start": start,
            "end": end,
            "rows": 1000,
            "expected_rows": 990.0,
            "faults": (),
            "features": tuple(drift(name, distance) for name, distance in features.items()),
            "score": drift("prediction", 0.05),
            "drifted_share": 0.5,
            "drifts": True,
            "performance": found,
            **more,
        }
    )


def monitor(*windows: WindowReport, reasons: tuple[str, ...] = ("quiet",), note: str = "") -> MonitorReport:
    rules = MonitorRules(
        window="month",
        drift=DriftRule(share=0.3, windows=2, of=3),
        performance=PerformanceRule(gate=AUC, windows=1, min_labels=500),
        max_missing_increase=0.1,
        min_volume_share=0.5,
        retrain_on=("performance-loss",),
        cooldown_days=30,
    )
    return MonitorReport(
        rules=rules,
        calibration_note=note,
        windows=windows,
        decision="performance-loss",
        action="retrain",
        reasons=reasons,
        cooldown_until=date(2013, 10, 1),
    )


def run_of(tasks: dict[str, tuple[str, ...]], waves: list[list[str]], title: str = "train") -> RunView:
    """A run whose steps ended one second after the other."""
    nodes = {
        name: NodeRecord(
            name=name,
            template="t",
            status="Succeeded",
            started=START + timedelta(seconds=number),
            finished=START + timedelta(seconds=number + 1),
        )
        for number, name in enumerate(tasks)
    }
    record = RunRecord(
        workflow="w", name="w-1", uid="u", parameters={}, status="Succeeded", started=START, finished=START, nodes=nodes
    )
    planned = tuple(tuple(PlannedTask(name, "t", tasks[name], None, False) for name in wave) for wave in waves)
    return RunView(title=title, record=record, waves=planned)


@pytest.fixture
def write() -> Write:
    """Writes all of a report's material, as the verbs and the demo do; what is missing writes no file."""

    def whole(folder: Path, material: Material) -> None:
        write_phases(folder, material.title, material.environment, material.phases)
        documents = {FINDINGS: material.findings, PLAN: material.plan, TRACE: material.trace, AUDIT: material.audit}
        for name, document in documents.items():
            if document is not None:
                (folder / name).write_text(json.dumps(document))
        for number, run in enumerate(material.runs, start=1):
            write_run(folder, number, run)
        for version, evaluation in material.evaluations:
            write_evaluation(folder, version, evaluation)
        for number, (label, report) in enumerate(material.monitors, start=1):
            write_monitor(folder, number, label, report)

    return whole


@pytest.fixture(scope="session")
def make() -> Make:
    """Material in which every text begins with the one given and differs from all others by its number."""

    def of(text: str) -> Material:
        numbers = count()

        def t() -> str:
            return f"{text}{next(numbers)}"

        return Material(
            title=t(),
            environment=t(),
            phases=(Phase(name=t(), seconds=2.5, note=t(), commands=(Command(line=t(), exit_code=1, seconds=1),)),),
            findings=_as_json(_findings(t)),
            plan=_as_json({"result": plan_data(_plan(t))}),
            runs=(_failed_run(t), run_of({"a": ()}, [["a"]])),
            evaluations=((t(), _evaluation(None, t)), (t(), _evaluation(DIGEST, t))),
            monitors=_monitors(t),
            trace=_as_json({**asdict(_trace(t)), "whole": False}),
            audit=_as_json(_audit(t)),
        )

    return of


def _as_json(document: dict[str, object]) -> dict[str, object]:
    """A document as it is once it was written and read."""
    read: dict[str, object] = json.loads(json.dumps(document))
    return read


def _findings(t: Text) -> dict[str, object]:
    def one(severity: Severity, waived: str = "") -> Diagnostic:
        span = Span(t(), 3, 1, 2)
        properties = tuple((name, t()) for name in ("environments", "ticket", "expires", "approver"))
        return Diagnostic(
            f"PLM-{t()}",
            severity,
            t(),
            span,
            caption=t(),
            labels=(Label(Span(t(), 9, 1, 2), t()),),
            note=f"checks support {t()}; {t()}",
            help=t(),
            subject=t(),
            waived=waived,
            properties=properties,
        )

    found = (one(Severity.ERROR), one(Severity.WARNING), one(Severity.NOTE), one(Severity.ERROR, waived=t()))
    told = Findings(found)
    return {
        "findings": [as_data(diagnostic, told) for diagnostic in found],
        "summary": {"specs": 14, "judgements": 53, "seconds": 0.3},
        "result": None,
    }


def _plan(t: Text) -> Plan:
    fields = (FieldChange(t(), t(), t()), FieldChange(t(), None, t()), FieldChange(t(), t(), None))
    return Plan(
        base=Base(t(), t()),
        objects=(ObjectChange(t(), t(), "changed", fields), ObjectChange(t(), "", "added", fields)),
        rendered=(RenderedChange(t(), t(), "changed"), RenderedChange(t(), t(), "changed", described_only=True)),
        effects=(Effect("retrain", t(), t(), t(), (t(), t())),),
        costs=(CostChange(t(), t(), Range(1, 2), Range(1, 3), 2.0), CostChange(t(), t(), None, Range(1, 1), None)),
        risks=(Risk(t(), t()),),
    )


def _failed_run(t: Text) -> RunView:
    first, second, title = t(), t(), t()
    run = run_of({first: (), second: (first,)}, [[first], [second]], title)
    failed = run.record.nodes[second].model_copy(
        update={"status": "Failed", "message": t(), "exit_code": 10, "parameters": {t(): t()}, "item": t()}
    )
    record = run.record.model_copy(
        update={
            "status": "Failed",
            "name": t(),
            "message": t(),
            "parameters": {t(): t()},
            "nodes": {**run.record.nodes, second: failed},
        }
    )
    return run.model_copy(update={"record": record})


def _evaluation(champion: str | None, t: Text) -> Evaluation:
    held = GateResult(scope="all", gate=AUC, value=0.7, rows=100, passed=True)
    missed = GateResult(scope=t(), gate=AUC, value=None, rows=3, passed=False, reason=t())
    metrics = {"auc": 0.7, "brier": 0.2, t(): 0.5}
    before = {"auc": 0.68, "brier": 0.19} if champion else {}
    found = ClassResult(name=t(), rows=1200, predicted=900, right=600)
    never = ClassResult(name=t(), rows=3, predicted=0, right=0)
    return Evaluation(
        metrics=metrics,
        results=(held, missed),
        champion=champion,
        champion_metrics=before,
        classes=(found, never) if champion else None,
    )


def _monitors(t: Text) -> tuple[tuple[str, MonitorReport], ...]:
    shared, own = t(), t()
    fault = Fault(kind="unit", column=t(), said=t())
    first = monitor(
        window(date(2013, 7, 1), date(2013, 8, 1), {shared: 0.05, own: 0.3}, 0.7),
        window(date(2013, 8, 1), date(2013, 9, 1), {shared: 0.16, own: 0.12}, 0.6, faults=(fault,)),
        reasons=(t(), t()),
        note=t(),
    )
    odd = drift(shared, None, None, new_categories=(t(),), gone_categories=(t(),))
    second = monitor(
        window(date(2013, 9, 1), date(2013, 10, 1), {}, None).model_copy(
            update={"features": (odd,), "probabilities": (drift(f"probability.{t()}", 0.05),)}
        ),
        reasons=(t(),),
    )
    return ((t(), first), (t(), second))


def _trace(t: Text) -> Trace:
    links = (
        Link("pin", f"{t()} version 3", Holds.VERIFIED, t()),
        Link("model", f"{t()} {DIGEST}", Holds.BROKEN, t()),
        Link(t(), t(), Holds.CHANGED, t()),
    )
    return Trace(t(), t(), links)


def _audit(t: Text) -> dict[str, Any]:
    counts = {"supported": 3, "findings": 1, "waived": 1, "gap": 2}
    return {
        "kind": "Audit",
        "statement": t(),
        "header": {"environment": t(), "day": "2027-01-01"},
        "frameworks": [
            {"name": t(), "applies": True, **counts, "withoutRule": [t(), t()]},
            {"name": t(), "applies": False, **dict.fromkeys(counts, 0), "withoutRule": []},
        ],
    }
