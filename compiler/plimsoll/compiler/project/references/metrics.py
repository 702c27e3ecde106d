"""Whether a metric measures the answers that a model gives."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from plimsoll.compiler.diagnostics import Diagnostic, Label, Route
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.references.findings import error
from plimsoll.contract.tasks import METRICS

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Model


def of_model(one: Located["Model"]) -> Iterator[Diagnostic]:
    """The metrics by which a model is judged before it is registered."""
    evaluation = one.said["evaluation"]
    named: list[tuple[Route, str]] = [(("gates", at), gate["metric"]) for at, gate in enumerate(evaluation["gates"])]
    for at, sliced in enumerate(evaluation["slices"]):
        named += [(("slices", at, "gates", position), gate["metric"]) for position, gate in enumerate(sliced["gates"])]
    if "challenge" in evaluation:
        named.append((("challenge",), evaluation["challenge"]["metric"]))
    for route, metric in named:
        yield from unfit(one, ("spec", "evaluation", *route, "metric"), metric, one)


def unfit(one: Located[Any], route: Route, metric: str, model: Located["Model"]) -> Iterator[Diagnostic]:
    """A metric, at a route of a spec, that measures another kind of answer than a model's."""
    task = model.said["task"]
    if metric not in METRICS[task]:
        label = Label(model.span("spec", "task"), f"a {task}")
        help_ = f"measure it by {', '.join(METRICS[task])}"
        yield error("PLM-REF-016", one, route, f"{metric} does not measure a {task}", label, help_=help_)
