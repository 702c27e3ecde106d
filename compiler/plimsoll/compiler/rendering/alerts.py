"""What Prometheus asks of a deployment's servers, and which answers wake somebody."""

from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.kinds.platform import Platform
from plimsoll.compiler.project.cron import longest_pause
from plimsoll.compiler.project.project import PlacedDeployment
from plimsoll.compiler.rendering import promql
from plimsoll.compiler.rendering.context import server_selector
from plimsoll.compiler.rendering.environment import fill
from plimsoll.compiler.rendering.objects import RenderedObject, plain_object
from plimsoll.compiler.rendering.owner import Owner

_CERTIFICATES = "/etc/prom-certs"
"""Where Istio's documentation has Prometheus keep its certificate of the mesh."""

Alert = dict[str, Any]
"""``name``, ``expr``, ``held`` (how long before it fires, or empty), ``severity``, ``summary``, ``of_drift``."""


def render_alerts(placed: PlacedDeployment, base: dict[str, Any], owner: Owner) -> Iterator[RenderedObject]:
    """Where the operator finds the metrics of all servers, of both versions in a rollout; and what it alerts of.

    There is nothing to alert of where the deployment names nobody who would be told.
    """
    online, offers = placed.spec.online, placed.environment.spec.spec.offers
    if online is None or offers.prometheus is None:
        return
    stem = f"{placed.name}-metrics"
    selector = {**server_selector(placed.name), "app.kubernetes.io/component": "metrics"}
    context = {
        **base,
        "selector": server_selector(placed.name),
        "service": selector,
        "port": online.port,
        "certificates": _CERTIFICATES if offers.mesh == "istio" else None,
        "targets": {"deployment": placed.name, "environment": base["labels"]["plimsoll.dev/environment"]},
    }
    labelled = {**context, "labels": {**base["labels"], **selector}}
    yield plain_object("Service", stem, "service-metrics", labelled, owner)
    found_by = {**context, "labels": {**base["labels"], **offers.prometheus.labels}}
    yield plain_object("ServiceMonitor", placed.name, "servicemonitor", found_by, owner)
    if placed.spec.alerting is not None:
        yield _rule(placed, found_by, offers, owner)


def _rule(placed: PlacedDeployment, context: dict[str, Any], offers: Platform, owner: Owner) -> RenderedObject:
    alerting, metadata = placed.spec.alerting, placed.deployment.spec.metadata
    assert alerting is not None
    labels = {**context["targets"], "model": placed.spec.model, "contact": alerting.contact}
    if metadata.owner:
        labels["owner"] = metadata.owner
    notes = {"runbook_url": alerting.runbook} if alerting.runbook else {}
    drift = {"dashboard_url": offers.links.drift} if offers.links and offers.links.drift else {}
    alerts = [
        {
            **alert,
            "labels": {**labels, "severity": alert["severity"]},
            "annotations": {"summary": alert["summary"], **notes, **(drift if alert["of_drift"] else {})},
        }
        for alert in alerts_of(placed)
    ]
    text = fill("prometheusrule", {**context, "name": placed.name, "alerts": alerts})
    told = (*labels.values(), *notes.values(), *drift.values())
    braced = tuple(sorted({text for text in told if "{{" in text}))
    return RenderedObject("PrometheusRule", placed.name, placed.name, text.encode(), owner, braced)


def alerts_of(placed: PlacedDeployment) -> Iterator[Alert]:
    """Every alert of an online deployment, by the bars of its spec."""
    online, alerting, monitoring = placed.spec.online, placed.spec.alerting, placed.spec.monitoring
    assert online is not None
    assert alerting is not None
    name = placed.name
    of = promql.servers(name, placed.environment.spec.metadata.name)
    slow, failing = alerting.p99_latency, alerting.error_rate
    yield _alert(
        "PlimsollSlow",
        promql.slower_than(of, slow / 1000),
        "10m",
        "warning",
        f"{name} answers 1 of 100 requests later than {slow} ms",
    )
    yield _alert(
        "PlimsollFailing",
        promql.failing_more_than(of, failing),
        "10m",
        "critical",
        f"{name} fails more than {failing * 100:g} percent of its requests",
    )
    if online.scaling.min > 0:
        yield _alert("PlimsollNoServer", promql.no_server(of), "5m", "critical", f"no server of {name} answers")
    yield _alert(
        "PlimsollUnjournalled",
        promql.unjournalled(of),
        "",
        "warning",
        f"{name} could not write down what it served: its profile and its drift are told from a part",
    )
    if monitoring is not None:
        yield from _of_monitor(name, of, longest_pause(monitoring.schedule.cron))


def _of_monitor(name: str, of: str, pause: int) -> Iterator[Alert]:
    """What the newest report of the monitor decided; and that there is none, or none within twice its schedule."""
    decided = {
        "data-fault": ("PlimsollDataFault", "warning", f"the data that {name} is served with is at fault"),
        "performance-loss": ("PlimsollPerformanceLoss", "critical", f"{name} is worse than its bar"),
        "persistent-drift": ("PlimsollDrift", "warning", f"the inputs of {name} have drifted, and stay so"),
    }
    for decision, (alert, severity, summary) in decided.items():
        yield _alert(alert, promql.decided(of, decision), "", severity, summary, of_drift=True)
    stale = f"no monitor has judged {name} within twice its schedule"
    yield _alert("PlimsollStaleProfile", promql.older_than(of, 2 * pause), "15m", "warning", stale, of_drift=True)
    never = f"no monitor has ever judged {name}"
    yield _alert("PlimsollUnwatched", promql.never_judged(of), f"{2 * pause}s", "warning", never, of_drift=True)


def _alert(name: str, expr: str, held: str, severity: str, summary: str, *, of_drift: bool = False) -> Alert:
    return {
        "name": name,
        "expr": expr,
        "held": held,
        "severity": severity,
        "summary": summary,
        "of_drift": of_drift,
    }
