"""Measure the model on the later window, slice by slice and beside the served version; hold it against its gates."""

import argparse
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from plimsoll.contract.package import Card, ClassResult, Evaluation, GateResult
from plimsoll.contract.places import Places, State
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Gate, SliceGates, TrainingRequest
from plimsoll.contract.tasks import METRICS
from plimsoll.runtime.metrics import check_gate, evaluate, higher_is_better
from plimsoll.runtime.models.answers import Scores, codes, handed_on, most_likely
from plimsoll.runtime.models.loading import Scorer, load_scorer
from plimsoll.runtime.models.verified import open_verified
from plimsoll.runtime.steps.common import leave_json, leave_text, progress, read_json, say, training_request


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which package serves now."""
    parser.add_argument("--champion", default="", help="digest of the served package; empty when none is")


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Leave the artifact ``evaluation``: evaluation.json and the scores; refuse a model that misses a gate."""
    request = training_request(places)
    progress(0, 3)
    table = pq.read_table(places.inputs / "dataset" / "evaluation.parquet")
    label, classes = _label(request, table), request.inputs.examples.classes
    scorer = load_scorer(places.inputs / "model", request.format, request.inputs.columns, request.task, classes)
    score = _score(scorer, table)
    progress(1, 3)
    metrics = _metrics(request, label, score)
    champion = _champion_metrics(places, request, arguments.champion, table, label)
    progress(2, 3)
    results = [_judge("all", gate, label, score) for gate in request.gates]
    for sliced in request.slices:
        results += _slices(sliced, table, label, score)
    if request.challenge and champion:
        results.append(_challenge(request, label, score, champion))
    evaluation = Evaluation(
        metrics=metrics,
        results=tuple(results),
        champion=arguments.champion or None,
        champion_metrics=champion,
        classes=None if classes is None else _by_class(classes, label, score),
    )
    leave_json(places.outputs / "evaluation" / "evaluation.json", evaluation)
    _leave_scores(places, request, table, score)
    leave_text(places, "passed", str(evaluation.passed).lower())
    for name, value in metrics.items():
        leave_text(places, f"metric-{name}", repr(value))
    progress(3, 3)
    say(", ".join(f"{name} {value:.4f}" for name, value in metrics.items()))
    _refuse_missed(request, evaluation)


def _label(request: TrainingRequest, table: pa.Table) -> Scores:
    """What came true, as numbers; of several classes, the position of each."""
    column, classes = table[request.inputs.examples.label], request.inputs.examples.classes
    return np.asarray(column, dtype=np.float64) if classes is None else codes(column.to_pylist(), classes)


def _by_class(classes: tuple[str, ...], label: Scores, score: Scores) -> tuple[ClassResult, ...]:
    predicted = np.asarray(codes(most_likely(score, classes), classes))
    return tuple(
        ClassResult(
            name=name,
            rows=int(np.count_nonzero(label == code)),
            predicted=int(np.count_nonzero(predicted == code)),
            right=int(np.count_nonzero((label == code) & (predicted == code))),
        )
        for code, name in enumerate(classes)
    )


def _leave_scores(places: Places, request: TrainingRequest, table: pa.Table, score: Scores) -> None:
    """Leave each example of the window with its label and what was predicted."""
    examples = request.inputs.examples
    kept = table.select([examples.id, examples.timestamp, examples.label])
    for name, column in handed_on(score, examples.classes).items():
        kept = kept.append_column(name, pa.array(column))
    pq.write_table(kept, places.outputs / "evaluation" / "scores.parquet")


def _score(scorer: Scorer, table: pa.Table) -> Any:
    return scorer.score({name: table[name].to_pandas() for name in scorer.columns})


def _metrics(request: TrainingRequest, label: Any, score: Any) -> dict[str, float]:
    measured = {name: evaluate(name, label, score) for name in METRICS[request.task]}
    return {name: result.value for name, result in measured.items() if result.value is not None}


def _judge(scope: str, gate: Gate, label: Any, score: Any) -> GateResult:
    measured = evaluate(gate.metric, label, score)
    passed = check_gate(gate, measured)
    return GateResult(
        scope=scope, gate=gate, value=measured.value, rows=len(label), passed=passed, reason=measured.reason
    )


def _slices(sliced: SliceGates, table: pa.Table, label: Any, score: Any) -> Iterator[GateResult]:
    column, judged = table[sliced.by], 0
    values = sorted(pc.unique(column).to_pylist(), key=str)
    for value in values:
        inside = np.asarray(pc.is_null(column) if value is None else pc.equal(column, value).fill_null(False))
        if int(inside.sum()) >= sliced.min_rows:
            judged += 1
            for gate in sliced.gates:
                yield _judge(f"{sliced.by}={value}", gate, label[inside], score[inside])
    if judged < len(values):
        small = len(values) - judged
        say(f"{small:,} of {len(values):,} slices by {sliced.by} have fewer than {sliced.min_rows:,} rows: not judged")


def _champion_metrics(
    places: Places, request: TrainingRequest, digest: str, table: pa.Table, label: Any
) -> dict[str, float]:
    """The served version on the same window, after its signature and digest were verified."""
    if not digest:
        return {}
    published = State(places.state).model_package(request.model, digest)
    with open_verified(published, places.trust, request.identity, digest) as package:
        served = read_json(package.card, Card).request
        if differs := _other_answers(request, served):
            say(f"the served version {differs}; it is not compared")
            return {}
        classes = request.inputs.examples.classes
        scorer = load_scorer(package.model, served.format, served.inputs.columns, served.task, classes)
        if missing := sorted(set(scorer.columns) - set(table.column_names)):
            say(f"the served version reads {', '.join(missing)}, which this one does not; it is not compared")
            return {}
        return _metrics(request, label, _score(scorer, table))


def _other_answers(request: TrainingRequest, served: TrainingRequest) -> str:
    """Why the answers of the served version are no bar for this one: of another task, or of other classes."""
    if served.task != request.task:
        return f"is a {served.task}, this one a {request.task}"
    mine, theirs = (set(one.inputs.examples.classes or ()) for one in (request, served))
    if mine == theirs:
        return ""
    apart = (("knows", theirs - mine), ("does not know", mine - theirs))
    return " and ".join(f"{words} {', '.join(sorted(names))}" for words, names in apart if names)


def _challenge(request: TrainingRequest, label: Any, score: Any, champion: dict[str, float]) -> GateResult:
    """The champion's metric, less the tolerance, as a gate."""
    assert request.challenge is not None
    metric, tolerance = request.challenge.metric, request.challenge.tolerance
    if metric not in champion:
        say(f"the served version has no {metric} on this window; it is not compared")
        return _judge("champion", Gate(metric=metric), label, score)
    if higher_is_better(metric):
        gate = Gate(metric=metric, minimum=champion[metric] - tolerance)
    else:
        gate = Gate(metric=metric, maximum=champion[metric] + tolerance)
    return _judge("champion", gate, label, score)


def _refuse_missed(request: TrainingRequest, evaluation: Evaluation) -> None:
    missed = [result for result in evaluation.results if not result.passed]
    if not missed:
        return
    words = "; ".join(f"{r.scope}: {r.gate.metric} {_value(r)}, bar {_bar(r.gate)}, {r.rows:,} rows" for r in missed)
    mend = "train on other data or parameters, or change the gate in the model's spec by a reviewed commit"
    raise Refused("gate not met", f"Model/{request.model} spec.evaluation", words, mend)


def _value(result: GateResult) -> str:
    return f"undefined ({result.reason})" if result.value is None else f"{result.value:.4f}"


def _bar(gate: Gate) -> str:
    bounds = [f"≥ {gate.minimum:.4f}"] if gate.minimum is not None else []
    if gate.maximum is not None:
        bounds.append(f"≤ {gate.maximum:.4f}")
    return " and ".join(bounds) or "any value"
