"""A workflow that a rendered schedule starts on Argo's controller, its steps run on this machine.

Of the CronWorkflow two things are changed, which time would bring about: it is due at once, and the day up to which
data counts is one that the small project has data for.
"""

import time
from pathlib import Path

from cluster import Cluster
from executor import ARGO, Executor, until_ended
from trained import AS_OF, SECONDS, Trained, applied

from plimsoll.runtime.runner import Mounts

_DUE = 90.0
"""Longer than the minute until a schedule that is always due is due again."""


def started_when_due(running: Cluster, project: Path, schedule: str, namespace: str) -> Trained:
    """What the schedule of that name starts once, to its end, in a namespace of its own."""
    workspace = project / ".plimsoll"
    (workspace / "state/local").mkdir(parents=True, exist_ok=True)
    mounts = Mounts(workspace / "state/local", workspace / "data", workspace / "trust")
    executor = Executor(running, namespace, mounts, project / "argo")
    crons = (one for one in applied(running, project / "release/local", namespace) if one["kind"] == "CronWorkflow")
    (cron,) = (one for one in crons if one["metadata"]["name"] == schedule)
    cron["spec"]["schedules"] = ["* * * * *"]
    cron["spec"]["workflowSpec"]["arguments"] = {"parameters": [{"name": "as-of", "value": AS_OF}]}
    with executor.at_work():
        running.admin.apply(cron)
        until = time.monotonic() + _DUE
        while not (started := running.admin.list(ARGO, "Workflow", namespace)):
            assert time.monotonic() < until, "the schedule has started nothing"
            time.sleep(0.5)
        cron["spec"]["suspend"] = True
        running.admin.apply(cron)
        ended = until_ended(running.admin, started[0], SECONDS, executor)
    return Trained(ended, executor)
