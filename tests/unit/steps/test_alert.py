"""What a monitor, a failure and a remediation tell, by the request of a golden release."""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml

from plimsoll.contract.places import ROOT_VARIABLE, Places
from plimsoll.contract.requests import ServingRequest, read_request
from plimsoll.runtime.events.tell import Record
from plimsoll.runtime.monitoring.report import Fault, MonitorReport, Realised, WindowReport
from plimsoll.runtime.steps import main, monitor

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A step's folders with the request of a deployment whose sink is not there."""
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    rendered = yaml.safe_load((GOLDEN / "enterprise/expected/configmap-repayment-online.yaml").read_text())
    request = json.loads(rendered["data"]["request.json"])
    assert request["events"]["contact"] == "credit-on-call@example.org"
    request["events"]["sink"] = "ftp://nowhere.invalid/"
    (tmp_path / "request").mkdir()
    (tmp_path / "request" / "request.json").write_text(json.dumps(request))
    return Places(tmp_path)


def told(places: Places) -> Record:
    (file,) = (places.state / "events").iterdir()
    return Record.model_validate_json(file.read_bytes())


def report(request: ServingRequest, decision: str, faults: tuple[Fault, ...] = ()) -> MonitorReport:
    assert request.monitor is not None
    realised = Realised(metric="auc", value=0.61, reason="", labels=900, completeness=0.9, gate_met=False)
    window = WindowReport(
        start=date(2026, 2, 1),
        end=date(2026, 2, 8),
        rows=1000,
        expected_rows=1000.0,
        faults=faults,
        features=(),
        score=None,
        drifted_share=0.25,
        drifts=True,
        performance=realised,
    )
    why = ("amount: 17 values of 4111-1111-1111-1111",)
    given = {"rules": request.monitor, "calibration_note": "", "windows": (window,), "decision": decision}
    return MonitorReport.model_validate({**given, "action": "none", "reasons": why, "cooldown_until": None})


@pytest.mark.parametrize(
    ("decision", "kind"),
    [
        ("persistent-drift", "dev.plimsoll.drifted"),
        ("performance-loss", "dev.plimsoll.degraded"),
        ("data-fault", "dev.plimsoll.data-fault"),
    ],
)
def test_an_alarm_names_what_it_is_about_and_quotes_no_data(places: Places, decision: str, kind: str) -> None:
    request = read_request(places.request)
    assert isinstance(request, ServingRequest)
    faults = (Fault(kind="range", column="amount", said="4111-1111-1111-1111"),) if decision == "data-fault" else ()
    monitor._alert(places, request, report(request, decision, faults))
    record = told(places)
    assert (record.event.type, record.event.subject) == (kind, "repayment-online")
    data = record.event.data
    assert (data.environment, data.deployment, data.contact) == (
        "group",
        "repayment-online",
        "credit-on-call@example.org",
    )
    assert (data.drifted_share, data.metrics, data.version) == (0.25, {"auc": 0.61}, 7)
    assert data.features == (("amount",) if faults else None)
    assert b"4111" not in record.event.body
    assert not record.sent
    assert record.problem == "the sink is no http or https address"


@pytest.mark.parametrize("of", ["failed", "remediated"])
def test_a_step_tells_of_a_workflow_and_never_fails_for_it(places: Places, of: str) -> None:
    words = ["notify", f"--of={of}", "--workflow=repayment-online-monitor-x", "--status=Failed"]
    assert main.main(words) == 0
    data = told(places).event.data
    assert (data.workflow, data.status, data.deployment) == ("repayment-online-monitor-x", "Failed", "repayment-online")
    assert data.action == ("retrain" if of == "remediated" else None)


def test_what_machines_share_is_laid_out_and_taken_back(places: Places) -> None:
    (places.inputs / "dataset").mkdir(parents=True)
    (places.inputs / "dataset" / "train.parquet").write_bytes(b"rows")
    shared = places.state / "trainings" / "repayment-train"
    (shared / "model").mkdir(parents=True)
    (shared / "model" / "of-an-earlier-run").touch()
    assert main.main(["stage", "--training=repayment-train"]) == 0
    assert (shared / "dataset" / "train.parquet").read_bytes() == b"rows"
    assert main.main(["collect", "--training=repayment-train"]) == 10
    (shared / "model" / "model.onnx").write_bytes(b"weights")
    assert main.main(["collect", "--training=repayment-train"]) == 0
    assert [file.name for file in (places.outputs / "model").iterdir()] == ["model.onnx"]
    assert not shared.exists()
