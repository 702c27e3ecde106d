"""The AnalysisTemplates that take traffic back from a new version, or let it have all.

A guard looks every minute and takes back; where nobody asks anything it sees no fault. A verdict is given once, over
what was held, and wants evidence: where there is none the rollout stops and waits for a person.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from plimsoll.compiler.kinds.deployment import DeploymentSpec
from plimsoll.compiler.kinds.monitoring import Alerting
from plimsoll.compiler.kinds.rollout import BlueGreen, Canary, Shadow
from plimsoll.compiler.project.project import PlacedDeployment
from plimsoll.compiler.rendering.objects import RenderedObject, plain_object
from plimsoll.compiler.rendering.owner import Owner
from plimsoll.compiler.rendering.serving import queries

_EVERY = 60
"""Seconds between two looks."""

_FORGIVEN = 2
"""Looks that may fail: the third takes the traffic back, so that one bad minute does not."""

_GUARD_WINDOW = "5m"


@dataclass(frozen=True)
class Analysis:
    """One AnalysisTemplate: what it asks, how often, and what it takes silence for."""

    name: str
    window: str
    """What rates are taken over; an argument of the template where its callers say so."""
    failures: int
    """Looks that may fail."""
    silences: int | None
    """Looks that may see nothing; all, when not given, for then silence is no fault."""
    count: int | None = None
    """How often it looks; until the rollout ends, when not given."""
    delay: int = 0
    """Seconds before the first look."""


def measures_of(placed: PlacedDeployment) -> tuple[str, ...]:
    """What a rollout is judged by: what a canary names, and what can be seen of the other strategies.

    A preview is asked by those who try it out, so that its scores say nothing of those to come.
    """
    assert placed.spec.online is not None
    match placed.spec.online.rollout:
        case Canary(abort_on=named):
            return named
        case Shadow():
            return ("error-rate", "latency", "score-drift")
        case BlueGreen():
            return ("error-rate", "latency")
    return ()


def render_analysis(placed: PlacedDeployment, context: dict[str, Any], owner: Owner) -> Iterator[RenderedObject]:
    """The AnalysisTemplates that a Rollout names."""
    alerting, measures = placed.spec.alerting, measures_of(placed)
    if not measures:
        return
    if alerting is None:
        raise ValueError(f"{placed.name} has no bars to be judged by")
    for one in _analyses(placed.name, placed.spec):
        asked = queries.of_version(context["namespace"], placed.name)
        given = {
            "takes_window": "args.window" in one.window,
            "metrics": [_metric(name, one, asked, alerting) for name in measures],
            "count": one.count,
            "interval": f"{_EVERY}s" if one.count != 1 else None,
            "delay": f"{one.delay}s" if one.delay else None,
            "failures": one.failures,
            "silences": one.silences or 0,
        }
        yield plain_object("AnalysisTemplate", one.name, "analysistemplate", {**context, **given}, owner)


def _analyses(name: str, spec: DeploymentSpec) -> Iterator[Analysis]:
    assert spec.online is not None
    rollout = spec.online.rollout
    if isinstance(rollout, BlueGreen):
        looks = max(1, -(-rollout.preview // _EVERY))
        silences = looks - 1 if rollout.auto_promote else None
        delay = min(_EVERY, rollout.preview)
        yield Analysis(f"{name}-verdict", _GUARD_WINDOW, _FORGIVEN if looks > _FORGIVEN else 0, silences, looks, delay)
        return
    if isinstance(rollout, Canary):
        yield Analysis(f"{name}-guard", _GUARD_WINDOW, _FORGIVEN, None)
    yield Analysis(f"{name}-verdict", "{{args.window}}", 0, 0, 1)


def _metric(name: str, one: Analysis, asked: str, alerting: Alerting) -> dict[str, str | None]:
    query, bar = {
        "error-rate": (queries.error_share(asked, one.window), alerting.error_rate),
        "latency": (queries.slowest_hundredth(asked, one.window), alerting.p99_latency / 1000),
        "score-drift": (queries.score_drift(asked), 0),
    }[name]
    within, beyond = f"result[0] <= {bar:g}", f"result[0] > {bar:g}"
    if one.silences is None:
        return {
            "name": name,
            "query": query,
            "success": f"len(result) == 0 || isNaN(result[0]) || {within}",
            "failure": None,
        }
    return {
        "name": name,
        "query": query,
        "success": f"len(result) > 0 && {within}",
        "failure": f"len(result) > 0 && {beyond}",
    }
