"""Whether a deployment watches what its model reads, and by what measures it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from plimsoll.compiler.diagnostics import Diagnostic, Label, Route
from plimsoll.compiler.hints import did_you_mean
from plimsoll.compiler.project.cron import longest_pause
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.references.findings import duration, error, unknown, warning
from plimsoll.compiler.project.references.metrics import unfit
from plimsoll.compiler.project.references.written import written

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Deployment, Model

_REFRESH: Route = ("spec", "online", "refresh")


def check(project: Project, one: Located["Deployment"]) -> Iterator[Diagnostic]:
    """A deployment, beyond the names of its model and its environments; overlays are looked through as well."""
    name = one.facts.written["spec"]["model"]
    if name not in project.models:
        return
    model = project.models[name]
    for route, metric in written(one, ("spec", "monitoring", "performance", "gate", "metric")):
        yield from unfit(one, route, metric, model)
    yield from _monitored(one, model)
    yield from _partitioned(one, model)
    yield from _refreshed(project, one, model)


def _partitioned(one: Located["Deployment"], model: Located["Model"]) -> Iterator[Diagnostic]:
    """The column by which a batch is cut must be there before features are joined."""
    for route, name in written(one, ("spec", "batch", "partitions", "by")):
        examples = model.said["examples"]
        known = (*examples["keys"], *examples["inputs"])
        if name not in known:
            yield unknown(one, route, f"key or input of the examples of {model.key},", name, known)


def _monitored(one: Located["Deployment"], model: Located["Model"]) -> Iterator[Diagnostic]:
    """The inputs that are watched must be the model's."""
    for route, names in written(one, ("spec", "monitoring", "features")):
        spec = model.said
        known = (*spec["examples"]["inputs"], *(name for used in spec["features"] for name in used["use"]))
        for index, name in enumerate(names):
            if name not in known:
                label = Label(model.span("metadata", "name"), "the model")
                message = f"{model.key} reads no {name!r}, so that it cannot be watched"
                help_ = did_you_mean(name, known)
                yield error("PLM-REF-014", one, (*route, index), message, label, help_=help_)


def _refreshed(project: Project, one: Located["Deployment"], model: Located["Model"]) -> Iterator[Diagnostic]:
    """A refresh must have something to make anew, and must come round before that is stale."""
    names = dict.fromkeys(used["set"] for used in model.said["features"])
    for route, _ in written(one, _REFRESH) if not names else ():
        label = Label(model.span("metadata", "name"), "the model")
        message = f"{model.key} reads no feature sets, so that there is nothing to refresh"
        yield error("PLM-REF-024", one, route, message, label, help_="leave refresh out")
    read = [project.feature_sets[name] for name in names if name in project.feature_sets]
    for route, cron in written(one, (*_REFRESH, "cron")):
        pause = longest_pause(cron)
        for each in read:
            if 0 < each.said["ttl"] < pause:
                label = Label(each.span("spec", "ttl"), "what it holds for")
                message = (
                    f"{each.name} holds for {duration(each.said['ttl'])}, and is refreshed after up to "
                    f"{duration(pause)}: it is stale in between"
                )
                help_ = "refresh it more often, or let it hold for longer, in training too"
                yield warning("PLM-REF-025", one, route, message, label, help_=help_)
