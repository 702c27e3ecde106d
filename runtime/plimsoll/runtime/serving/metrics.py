"""The metrics that a server shows, in Prometheus' text format (0.0.4): each with its type and what it says."""

from plimsoll.contract.requests import ModelPin

METRICS = {
    "plimsoll_requests_total": ("counter", "Requests that were answered, by HTTP status."),
    "plimsoll_request_seconds": ("histogram", "How long answers took, in seconds."),
    "plimsoll_rows_scored_total": ("counter", "Rows that were scored."),
    "plimsoll_stale_feature_values_total": (
        "counter",
        "Feature values that were older than their TTL when they were used.",
    ),
    "plimsoll_failed_journal_flushes_total": ("counter", "Times that what was served could not be written down."),
    "plimsoll_score_drift": ("gauge", "Jensen-Shannon distance of a day's scores to the baseline's, 0 to 1."),
    "plimsoll_score_drift_threshold": ("gauge", "The distance above which scores have drifted."),
    "plimsoll_monitor_report_timestamp_seconds": ("gauge", "When the newest report of the monitor was left."),
    "plimsoll_monitor_drifted_share": ("gauge", "Share of the features that drifted in the newest window, 0 to 1."),
    "plimsoll_monitor_decision": ("gauge", "1 for what the newest report decided, 0 for what else it might have."),
}


def head(name: str) -> str:
    """The lines that stand before the samples of a metric, in one text."""
    kind, says = METRICS[name]
    return f"# HELP {name} {says}\n# TYPE {name} {kind}"


def labels_of(model: ModelPin) -> str:
    """The labels of everything that a server says of itself."""
    return f'model="{model.name}",version="{model.version}"'
