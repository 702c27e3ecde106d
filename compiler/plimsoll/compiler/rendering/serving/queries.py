"""Questions to Prometheus about what our server counts of itself (``plimsoll.runtime.serving.counters``).

The operator's monitors add ``namespace`` and ``pod`` to every series. Where nothing was asked of the selected pods, a
query answers with nothing or with NaN.
"""

REQUESTS = "plimsoll_requests_total"
SECONDS = "plimsoll_request_seconds"
DRIFT = "plimsoll_score_drift"


def of_deployment(namespace: str, deployment: str) -> str:
    """What selects all pods of a deployment."""
    return f'namespace="{namespace}",pod=~"{deployment}-[a-z0-9]+-[a-z0-9]+"'


def of_version(namespace: str, deployment: str) -> str:
    """What selects the pods of one version of a Rollout, by its hash, an argument of the analysis."""
    return f'namespace="{namespace}",pod=~"{deployment}-{{{{args.hash}}}}-[a-z0-9]+"'


def error_share(selected: str, window: str) -> str:
    """The share of requests that were not answered with what was asked for, 0 to 1.

    A refused request counts: a new version that wants other inputs than callers send fails them all with 400.
    """
    failed = f'sum(rate({REQUESTS}{{{selected},status!~"2.."}}[{window}])) or vector(0)'
    return f"({failed}) / sum(rate({REQUESTS}{{{selected}}}[{window}]))"


def slowest_hundredth(selected: str, window: str) -> str:
    """The seconds within which 99 of 100 requests were answered."""
    return f"histogram_quantile(0.99, sum by (le) (rate({SECONDS}_bucket{{{selected}}}[{window}])))"


def score_drift(selected: str) -> str:
    """How far the scores of the worst pod lie beyond the distance that is usual in a day: not above 0 where none do."""
    return f"max({DRIFT}{{{selected}}} - {DRIFT}_threshold{{{selected}}})"


def busy(selected: str) -> str:
    """Seconds spent on answers in each second, over all pods: the mean number of requests in progress.

    A pod that is scraped through two Services counts once.
    """
    return f"sum(max by (pod) (rate({SECONDS}_sum{{{selected}}}[2m])))"


def asked_in_mesh(namespace: str, deployment: str) -> str:
    """Requests a second as Istio's proxies of the callers count them, those that nobody could answer among them."""
    called = f'destination_service_name="{deployment}",destination_service_namespace="{namespace}"'
    return f'sum(rate(istio_requests_total{{reporter="source",{called}}}[2m]))'
