"""What the page says of what it was given."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from plimsoll.cli.main import main
from plimsoll.cli.report.controls import controls_section
from plimsoll.cli.report.drift import DriftView, drift_section
from plimsoll.cli.report.findings import FindingsView, findings_section
from plimsoll.cli.report.material import Command, Material, Phase
from plimsoll.cli.report.page import build_report
from plimsoll.cli.report.phases import phases_section
from plimsoll.cli.report.status import Status
from plimsoll.cli.report.trace import served, trace_section
from plimsoll.cli.report.trained import metrics_section
from plimsoll.contract.package import Evaluation, GateResult
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Gate

Make = Callable[[str], Material]


def drift_view(material: Material) -> DriftView:
    section = drift_section(material.monitors)
    assert section is not None
    assert isinstance(section.view, DriftView)
    return section.view


def test_a_section_without_input_is_left_out_and_the_page_says_so(make: Make) -> None:
    full, page = make("x"), build_report(Material(title="t", environment="e"))
    assert "<section" not in page
    assert "a plan, findings, an audit, runs, evaluations, monitoring, a trace, phases" in page
    assert build_report(full).count("<section") == 8
    assert "Not in this report" not in build_report(full)


def test_the_head_names_what_is_served_and_what_does_not_hold(make: Make) -> None:
    material = make("x")
    found = served(material.trace)
    assert found is not None
    assert (found.version, found.digest) == ("3", f"sha256:{'ab' * 32}")
    assert "What does not hold: policies, controls, runs, metrics and gates, trace, phases." in build_report(material)


def test_the_windows_of_two_versions_stand_side_by_side_in_the_order_of_time(make: Make) -> None:
    heat = drift_view(make("x")).heat
    assert [column.name for column in heat.columns] == ["Jul 2013", "Aug 2013", "Sep 2013"]
    assert [width for _, width in heat.bands] == [2, 1]
    assert [column.first for column in heat.columns] == [False, False, True]
    backwards = make("x").model_copy(update={"monitors": tuple(reversed(make("x").monitors))})
    assert drift_view(backwards).heat.columns == heat.columns


def test_a_cell_is_the_distance_over_its_threshold_and_drift_is_told_without_colour(make: Make) -> None:
    material = make("x")
    often, once = drift_view(material).heat.features
    assert [cell.text for cell in often.cells] == ["3.00", "1.20", "–"]
    assert [cell.drifted for cell in often.cells] == [True, True, False]
    assert [cell.text for cell in once.cells] == ["0.50", "1.60", "–"]
    assert "no values" in once.cells[2].title
    page = build_report(material)
    assert page.count('<span class="sr">drifted </span>') == 3


def test_the_chart_shows_each_value_on_its_side_of_the_gate(make: Make) -> None:
    (chart,) = drift_view(make("x")).charts
    over, under = chart.points
    assert (over.status, under.status) == (Status.GOOD, Status.BAD)
    assert {gate.y for gate in chart.gates} == {chart.gates[0].y}
    assert over.y < chart.gates[0].y < under.y
    assert [change.x for change in chart.changes] == sorted(change.x for change in chart.changes)
    assert len(chart.changes) == 2


def test_waived_findings_do_not_count_and_tell_reason_ticket_and_end(make: Make) -> None:
    section = findings_section(make("x").findings)
    assert section is not None
    assert isinstance(section.view, FindingsView)
    assert section.verdict == "1 error · 1 warning · 1 waived"
    (waived,) = section.view.waived
    assert waived.reason
    assert [name for name, _ in waived.waiver] == ["ticket", "expires", "approver"]
    assert len(waived.controls) == 2


def test_answers_stand_below_the_inputs_class_by_class(make: Make) -> None:
    score, probability = drift_view(make("x")).heat.answers
    assert score.name == "most likely class"
    assert probability.name.startswith("probability of x")
    assert [cell.text for cell in probability.cells] == ["–", "–", "0.50"]
    one = make("x")
    lone = one.model_copy(update={"monitors": one.monitors[:1]})
    assert [row.name for row in drift_view(lone).heat.answers] == ["score"]


def test_of_several_classes_each_has_its_recall_and_precision(make: Make) -> None:
    section = metrics_section(make("x").evaluations)
    assert section is not None
    first, second = section.view
    assert first.classes == ()
    assert [(one.rows, one.predicted, one.recall, one.precision) for one in second.classes] == [
        ("1,200", "900", "0.5000", "0.6667"),
        ("3", "0", "0.0000", "–"),
    ]
    assert build_report(make("x")).count("Precision") == 1


def test_a_metric_that_should_be_low_is_better_when_it_falls() -> None:
    low = Evaluation(
        metrics={"brier": 0.17, "auc": 0.70},
        results=(GateResult(scope="all", gate=Gate(metric="brier", maximum=0.2), value=0.17, rows=9, passed=True),),
        champion=f"sha256:{'0' * 64}",
        champion_metrics={"brier": 0.18, "auc": 0.71},
    )
    section = metrics_section((("2", low),))
    assert section is not None
    assert section.status is Status.GOOD
    page = build_report(Material(title="t", environment="e", evaluations=(("2", low),)))
    assert "-0.0100 better" in page
    assert "-0.0100 worse" in page


def test_an_exit_code_is_held_against_the_one_that_was_expected() -> None:
    def status(code: int | None, expected: int) -> Status:
        phase = Phase(name="n", seconds=1, commands=(Command(line="c", exit_code=code, expected=expected),))
        section = phases_section((phase,))
        assert section is not None
        return section.status

    assert status(0, 0) is status(1, 1) is Status.GOOD
    assert status(1, 0) is status(0, 1) is Status.BAD
    assert status(None, 0) is Status.NONE


def test_a_broken_link_is_never_whole(make: Make) -> None:
    section = trace_section(make("x").trace)
    assert section is not None
    assert (section.status, section.verdict) == (Status.BAD, "1 of 3 links verified")


@pytest.mark.parametrize(
    ("part", "where"), [("findings", "check --json"), ("plan", "plan --json"), ("trace", "trace --json")]
)
def test_a_document_of_another_verb_is_refused(part: str, where: str) -> None:
    document = {"findings": [{"code": 1}], "base": 1}
    with pytest.raises(Refused, match=where):
        build_report(Material.model_validate({"title": "t", "environment": "e", part: document}))


def test_windows_of_days_are_named_by_their_first_and_last_day(make: Make) -> None:
    label, report = make("x").monitors[0]
    week = report.windows[0].model_copy(update={"end": date(2013, 7, 8)})
    view = drift_view(
        Material(title="t", environment="e", monitors=((label, report.model_copy(update={"windows": (week,)})),))
    )
    assert view.heat.columns[0].name == "01 Jul – 07 Jul 2013"


def test_the_verb_writes_the_same_bytes_in_every_process(
    make: Make, write: Callable[[Path, Material], None], tmp_path: Path
) -> None:
    write(tmp_path / "folder", make("x"))
    out = tmp_path / "report.html"
    command = (sys.executable, "-m", "plimsoll.cli.main", "report", str(tmp_path / "folder"), "--out", str(out))
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "1"}, capture_output=True)
    assert out.read_bytes() == build_report(make("x")).encode()


def test_the_verb_refuses_a_folder_without_material(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path), "--out", str(tmp_path / "r.html")]) == 1
    assert "nothing of a report" in capsys.readouterr().err
    assert not (tmp_path / "r.html").exists()


def test_controls_are_counted_where_they_bind(make: Make) -> None:
    full = make("x").audit
    assert full is not None
    section = controls_section(full)
    assert section is not None
    assert section.verdict == "3 supported · 1 with findings · 1 waived · 2 gaps"
    binding, elsewhere = full["frameworks"]
    good = {**full, "frameworks": [{**binding, "findings": 0, "waived": 0, "gap": 0}, elsewhere]}
    assert [controls_section(one).status.value for one in (full, good)] == ["bad", "good"]  # type: ignore[union-attr]
    with pytest.raises(Refused, match="Field required"):
        controls_section({"statement": "x"})
