"""CronWorkflows on Argo's controller: each is judged sound and scheduled, and a run starts when it is due."""

import re
import time
from collections.abc import Callable
from typing import TypeVar

from api import Object
from cluster import Cluster
from executor import ARGO
from manifests import golden, moved, release
from server import Server

RELEASES = golden()
TAKEN, BROKEN = "CronWorkflow added", "conditionType=SpecError"
SECONDS = 90.0
"""Longer than the minute until a schedule that is always due is due again."""
Found = TypeVar("Found")


def awaited(look: Callable[[], Found], seconds: float = SECONDS) -> Found:
    """What a look finds, once it finds anything; what the last one found when the time is over."""
    until = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < until:
        time.sleep(0.2)
    return found


def applied(running: Cluster, case: str, namespace: str, **changes: object) -> list[Object]:
    """A golden release in a namespace of its own, its CronWorkflows changed; returns them as they are stored."""
    running.admin.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}, manager="install")
    found = []
    for content in moved(release(RELEASES[case]), namespace):
        if content["kind"] == "CronWorkflow":
            content["spec"].update(changes)
        stored = running.admin.apply(content)
        found += [stored] if content["kind"] == "CronWorkflow" else []
    return found


def said(workflows: Server, cron: Object, what: str) -> list[str]:
    """What the controller logged of a CronWorkflow. Its verdict on a broken one stands nowhere else."""
    key = re.escape(f"{cron['metadata']['namespace']}/{cron['metadata']['name']}")
    lines = workflows.log.read_text(errors="replace").splitlines()
    return [line for line in lines if what in line and re.search(rf'cronWorkflow="?{key}(?![\w.-])', line)]


def test_every_schedule_is_taken(running: Cluster, workflows: Server, case: str) -> None:
    crons = applied(running, case, f"schedules-{case}")
    for cron in crons:
        assert awaited(lambda cron=cron: said(workflows, cron, TAKEN)), said(workflows, cron, "")
        assert said(workflows, cron, BROKEN) == []


def test_a_run_starts_when_it_is_due(running: Cluster, workflows: Server) -> None:
    namespace = "schedules-due"
    crons = applied(running, "pinned", namespace, schedules=["* * * * *"])
    names = {cron["metadata"]["name"] for cron in crons}

    def started() -> set[str]:
        runs = running.admin.list(ARGO, "Workflow", namespace)
        return {run["metadata"]["labels"]["workflows.argoproj.io/cron-workflow"] for run in runs}

    assert awaited(lambda: started() == names), started()


def test_a_schedule_that_is_none_is_found(running: Cluster, workflows: Server) -> None:
    for cron in applied(running, "pinned", "schedules-broken", schedules=["61 * * * *"]):
        assert awaited(lambda cron=cron: said(workflows, cron, BROKEN))
        assert said(workflows, cron, TAKEN) == []
