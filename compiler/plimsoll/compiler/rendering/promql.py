"""Questions to Prometheus about what a server tells of itself: ``plimsoll.runtime.serving`` counters and watch."""


def servers(deployment: str, environment: str) -> str:
    """What selects all servers of a deployment, by the labels that its ServiceMonitor gives them."""
    return f'deployment="{deployment}",environment="{environment}"'


def slower_than(of: str, seconds: float) -> str:
    """Whether 1 of 100 requests took longer; where all did, the quantile is the last bucket's bound, a minute."""
    return f"histogram_quantile(0.99, sum by (le) (rate(plimsoll_request_seconds_bucket{{{of}}}[5m]))) >= {seconds:g}"


def failing_more_than(of: str, share: float) -> str:
    """Whether a greater share of requests, 0 to 1, was not answered with what was asked for.

    Refused requests count: who renames a column makes the model fail for every caller, with 400.
    """
    failed = f'sum(rate(plimsoll_requests_total{{{of},status!~"2.."}}[5m]))'
    return f"{failed} / sum(rate(plimsoll_requests_total{{{of}}}[5m])) > {share:g}"


def no_server(of: str) -> str:
    """Whether no server answers Prometheus."""
    return f"absent(up{{{of}}} == 1)"


def unjournalled(of: str) -> str:
    """Whether a journal of what was served could not be written."""
    return f"sum(increase(plimsoll_failed_journal_flushes_total{{{of}}}[15m])) > 0"


def decided(of: str, decision: str) -> str:
    """Whether the newest report of the monitor came to a decision."""
    return f'max(plimsoll_monitor_decision{{{of},decision="{decision}"}}) == 1'


def older_than(of: str, seconds: int) -> str:
    """Whether the newest report of the monitor is older."""
    return f"time() - max(plimsoll_monitor_report_timestamp_seconds{{{of}}}) > {seconds}"


def never_judged(of: str) -> str:
    """Whether there are servers, and no report of a monitor."""
    return f"absent(plimsoll_monitor_report_timestamp_seconds{{{of}}}) and on () count(up{{{of}}} == 1)"
