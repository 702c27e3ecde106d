"""How an Argo Rollout moves traffic to a new version, step by step."""

from typing import Any, assert_never

from plimsoll.compiler.kinds.rollout import BlueGreen, Canary, Rolling, Shadow
from plimsoll.compiler.project.project import PlacedDeployment
from plimsoll.compiler.rendering.serving.analysis import measures_of

_HASH = {"name": "hash", "valueFrom": {"podTemplateHashValue": "Latest"}}
"""What tells an analysis which pods are the new version's."""

_SHORTEST_WINDOW = 120
"""Seconds; a rate over less would see fewer than four scrapes of a Prometheus that looks every thirty seconds."""

Steps = list[dict[str, Any]]


def moves(placed: PlacedDeployment) -> dict[str, Any]:
    """The strategy with its steps, the pods that may be too many or too few, and the analyses that watch."""
    assert placed.spec.online is not None
    rollout, judged = placed.spec.online.rollout, bool(measures_of(placed))
    verdict = f"{placed.name}-verdict"
    surge = {"maxSurge": 1, "maxUnavailable": 0}
    steps: Steps = []
    match rollout:
        case Rolling():
            surge = {"maxSurge": rollout.max_surge, "maxUnavailable": rollout.max_unavailable}
        case Canary():
            for step in rollout.steps:
                steps += [{"setWeight": step.weight}, _hold(step.hold)]
                steps += [_verdict(verdict, step.hold)] if judged else []
        case Shadow():
            steps = _shadow(rollout, verdict)
        case BlueGreen():
            pass
        case _:
            assert_never(rollout)
    analysis = {"guard": f"{placed.name}-guard", "verdict": verdict, "args": [_HASH]} if judged else None
    return {"rollout": rollout.model_dump(by_alias=True), "surge": surge, "steps": steps, "analysis": analysis}


def _shadow(rollout: Shadow, verdict: str) -> Steps:
    """As many new pods as the copies need; copies on, held, judged; copies off. Then all traffic moves.

    Only scores are asked for by POST, so that nothing else is copied.
    """
    copied = {"method": {"exact": "POST"}, "path": {"prefix": "/"}}
    return [
        {"setCanaryScale": {"weight": max(1, rollout.share)}},
        {"setMirrorRoute": {"name": "shadow", "percentage": rollout.share, "match": [copied]}},
        _hold(rollout.hold),
        _verdict(verdict, rollout.hold),
        {"setMirrorRoute": {"name": "shadow"}},
    ]


def _hold(seconds: int) -> dict[str, Any]:
    return {"pause": {"duration": f"{seconds}s"}}


def _verdict(template: str, held: int) -> dict[str, Any]:
    window = {"name": "window", "value": f"{max(held, _SHORTEST_WINDOW)}s"}
    return {"analysis": {"templates": [{"templateName": template}], "args": [_HASH, window]}}
