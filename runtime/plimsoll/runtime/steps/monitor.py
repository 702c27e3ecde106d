"""Hold what a deployment served against its model's baseline, window by window, and decide what to do about it."""

import argparse
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from plimsoll.contract.package import Card, Package
from plimsoll.contract.places import Places, State
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import MonitorRules, ServingRequest
from plimsoll.runtime.events.cloudevent import Told, Type
from plimsoll.runtime.features.examples import label_table
from plimsoll.runtime.models.answers import Classes, Scores, by_name, codes
from plimsoll.runtime.models.verified import open_verified
from plimsoll.runtime.monitoring.evidence import WindowEvidence
from plimsoll.runtime.monitoring.judge import judge
from plimsoll.runtime.monitoring.report import Decision, MonitorReport, WindowReport
from plimsoll.runtime.monitoring.windows import Window, cut, live_profile
from plimsoll.runtime.profiles.calibration import Calibration
from plimsoll.runtime.profiles.sketches import Profile
from plimsoll.runtime.serving.journal import prediction_id, read_log
from plimsoll.runtime.steps.common import (
    announce,
    cut_off,
    day_of,
    leave_json,
    leave_text,
    progress,
    read_json,
    say,
    serving_request,
)

_EVENTS: dict[Decision, Type] = {
    "persistent-drift": "dev.plimsoll.drifted",
    "performance-loss": "dev.plimsoll.degraded",
    "data-fault": "dev.plimsoll.data-fault",
}
"""What is told of a decision; nothing of one that all is well."""

_ROW = "plimsoll.row"
"""Stands for what of a logged prediction cannot be joined."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Say up to which day, and from which."""
    parser.add_argument("--as-of", default="")
    parser.add_argument("--started", default="")
    parser.add_argument("--since", default="", help="the first day; empty means since the version serves")


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Leave the artifact ``report`` and the parameters ``decision`` and ``action``."""
    request = serving_request(places)
    if request.monitor is None:
        raise Refused("monitor", f"Deployment/{request.deployment}", "its spec has no monitoring")
    moment = cut_off(arguments.as_of, arguments.started)
    report = _judge(places, request, request.monitor, arguments.since, moment)
    leave_json(places.outputs / "report" / "monitor.json", report)
    leave_json(State(places.state).monitoring(request.deployment) / f"{moment:%Y-%m-%d}.json", report)
    leave_text(places, "decision", report.decision)
    leave_text(places, "action", report.action)
    say(f"{report.decision}: {report.action}")
    for reason in report.reasons:
        say(f"  {reason}")
    if report.decision in _EVENTS:
        _alert(places, request, report)


def _judge(places: Places, request: ServingRequest, rules: MonitorRules, since: str, moment: datetime) -> MonitorReport:
    state = State(places.state)
    log = _served(state, request)
    first = day_of(since, "since") if since else pc.min(log["served_at"]).as_py().date()
    windows = cut(first, moment.date(), rules.window)
    if not windows:
        length = "month" if rules.window == "month" else f"window of {rules.window} days"
        why = f"no whole {length} lies between {first} and {moment:%Y-%m-%d}"
        raise Refused("monitor", f"Deployment/{request.deployment}", why, "wait, or choose a shorter window")
    labelled = _labelled(places, request, log, first, moment)
    folder, classes = state.live_profiles(request.deployment, request.model.digest), request.inputs.examples.classes
    evidence: list[WindowEvidence] = []
    for number, window in enumerate(windows):
        progress(number, len(windows) + 1)
        evidence.append(_evidence(window, live_profile(folder, window), labelled, classes))
    progress(len(windows), len(windows) + 1)
    published = state.model_package(request.model.name, request.model.digest)
    with open_verified(published, places.trust, request.identity, request.model.digest) as package:
        calibration, trained = _baseline(package)
    return judge(rules, request.inputs.columns, calibration, evidence, last_retraining=trained)


def _alert(places: Places, request: ServingRequest, report: MonitorReport) -> None:
    """Tell what was found. The sentences of the report may hold values of the data, so they are not told."""
    last = report.windows[-1]
    realised = last.performance
    told = Told(
        environment=request.environment,
        model=request.model.name,
        deployment=request.deployment,
        version=request.model.version,
        digest=request.model.digest,
        action=report.action,
        features=_concerned(last) or None,
        drifted_share=last.drifted_share,
        metrics={realised.metric: realised.value} if realised and realised.value is not None else None,
    )
    announce(places, _EVENTS[report.decision], told, of=f"{request.model.digest} {last.end}")


def _concerned(window: WindowReport) -> tuple[str, ...]:
    """The inputs at fault, then those that drifted."""
    return tuple(dict.fromkeys((*(fault.column for fault in window.faults if fault.column), *window.drifted)))


def _baseline(package: Package) -> tuple[Calibration, date]:
    """The thresholds of the baseline, which must still be readable as well, and the day up to which it was trained."""
    Profile.read(package.baseline)
    return Calibration.read(package.calibration), read_json(package.card, Card).dataset.as_of


def _served(state: State, request: ServingRequest) -> pa.Table:
    """What the pinned version served."""
    log = read_log(state.predictions(request.deployment))
    mine = log.filter(pc.equal(log["digest"], request.model.digest))
    if mine.num_rows == 0:
        where = f"Deployment/{request.deployment}"
        raise Refused("monitor", where, f"version {request.model.version} has not served anything yet")
    return mine


def _labelled(places: Places, request: ServingRequest, log: pa.Table, first: date, moment: datetime) -> pa.Table:
    """The predictions whose label was known at the moment: as they were logged, each with its label."""
    examples = request.inputs.examples
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=1)
    labels = label_table(examples, places.data, start, moment)
    known = labels.filter(pc.less_equal(labels["known_at"], pa.scalar(moment, pa.timestamp("us", "UTC"))))
    ids = pa.array(map(prediction_id, known[examples.id].to_pylist()), pa.string())
    known = pa.table({"prediction_id": ids, "label": known[examples.label]})
    plain = log.drop_columns(["probabilities"]).append_column(_ROW, pa.array(range(log.num_rows), pa.int64()))
    joined = plain.join(known, "prediction_id", join_type="inner")  # Arrow joins no tables that have maps.
    return joined.append_column("probabilities", log["probabilities"].take(joined[_ROW])).drop_columns([_ROW])


def _evidence(window: Window, profile: Profile, labelled: pa.Table, classes: Classes) -> WindowEvidence:
    bounds = [
        pa.scalar(datetime(day.year, day.month, day.day, tzinfo=UTC), pa.timestamp("us", "UTC"))
        for day in (window.start, window.end)
    ]
    served = labelled["served_at"]
    inside = labelled.filter(pc.and_(pc.greater_equal(served, bounds[0]), pc.less(served, bounds[1])))
    label, score = _told(inside, classes)
    return WindowEvidence(window.start, window.end, profile, label, score)


def _told(labelled: pa.Table, classes: Classes) -> tuple[Scores, Scores]:
    """What came true of predictions, and what had been answered: as ``metrics.evaluate`` takes them."""
    if classes is None:
        label = np.asarray(labelled["label"].cast(pa.float64()), dtype=np.float64)
        return label, np.asarray(labelled["score"], dtype=np.float64)
    label = codes(labelled["label"].to_pylist(), classes)
    if unknown := int(np.count_nonzero(label < 0)):
        say(f"{unknown:,} of {len(label):,} labels are none of the model's classes: they were predicted wrongly")
    return label, by_name(labelled["probabilities"].to_pylist(), classes)
