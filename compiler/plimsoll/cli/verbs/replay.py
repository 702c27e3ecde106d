"""``plimsoll replay``: send past examples through a real server, hour by hour, as they came."""

import argparse
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from plimsoll.cli.arguments import add_release, day, every
from plimsoll.cli.progress import note
from plimsoll.cli.release_folder import VerifiedRelease, open_release
from plimsoll.cli.verbs.monitor import judge, told
from plimsoll.cli.verbs.run import follow, submitted, tell_failure
from plimsoll.cli.verbs.serve import serving
from plimsoll.cli.views.view import View
from plimsoll.contract import exit_codes
from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner import RunRecord

if TYPE_CHECKING:
    from plimsoll.contract.requests import ServingRequest
    from plimsoll.runtime.serving.replay import Replayed

EXAMPLE = """\
example:
  plimsoll replay flight-delay-online --release release/local --from 2013-07-01 --to 2014-01-01 --every 6 --monitor

Starts the server, advances the online features to each hour, sends that hour's requests over HTTP, and stops. What was
served is journalled as in production. With --monitor, the deployment's monitoring workflow runs after every month, and
the replay ends when it wants something done; a retraining that it asks for is run as well.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which days go through which deployment."""
    parser.epilog = EXAMPLE
    parser.add_argument("deployment", metavar="DEPLOYMENT", help="its name, such as flight-delay-online")
    add_release(parser)
    parser.add_argument("--from", dest="start", type=day, required=True, metavar="DAY", help="the first day, in UTC")
    parser.add_argument("--to", dest="end", type=day, required=True, metavar="DAY", help="the day after the last")
    parser.add_argument(
        "--every", type=every, default=1, metavar="N", help="replay every n-th day (default: every day)"
    )
    parser.add_argument("--monitor", action="store_true", help="run the monitor after each month")
    parser.add_argument("--json", action="store_true", help="print what happened as JSON")


@dataclass
class _Story:
    """What has happened so far."""

    sent: "Replayed | None" = None
    reached: date = date.min
    decision: str = ""
    action: str = ""
    runs: list[RunRecord] = field(default_factory=list)


def run(arguments: argparse.Namespace) -> int:
    """Replay, watch, and say how it went."""
    days = [
        date.fromordinal(day) for day in range(arguments.start.toordinal(), arguments.end.toordinal(), arguments.every)
    ]
    if not days:
        raise Refused(
            "replay",
            f"{arguments.start} to {arguments.end}",
            "there is no day in between",
            "--to is the day after the last",
        )
    if arguments.monitor and _after(arguments.start) > arguments.end:
        span, why = f"{arguments.start} to {arguments.end}", "the monitor is run after each month, and none ends here"
        raise Refused("replay --monitor", span, why, "name more days, or run plimsoll monitor afterwards")
    release = open_release(arguments.release, arguments.specs, deployment=arguments.deployment)
    story = _Story()
    _tell(release, arguments, days, story)
    for asked in [one for record in story.runs for one in submitted(record)]:
        story.runs.append(follow(release, asked, quiet=arguments.json))
    _show(story, arguments.view, as_json=arguments.json)
    ended_well = all(record.status == "Succeeded" for record in story.runs)
    return exit_codes.CLEAN if ended_well else exit_codes.FINDINGS


def _after(one: date) -> date:
    """The day on which the month of another one is over."""
    return (one.replace(day=1) + timedelta(days=32)).replace(day=1)


def _tell(release: VerifiedRelease, arguments: argparse.Namespace, days: list[date], story: _Story) -> None:
    """Replay month by month, until the days are over or the monitor wants something done."""
    # The feature store takes seconds to import; this is done while the server starts.
    module = ThreadPoolExecutor(1).submit(import_module, "plimsoll.runtime.serving.replay")
    state = release.workspace.state(release.environment.metadata.name)
    with (
        serving(release, arguments.deployment, replay=True) as server,
        module.result().Replay(server.request, state, release.workspace.data) as replay,
    ):
        replay.connect("127.0.0.1", server.port)
        for month, group in groupby(days, key=lambda day: day.replace(day=1)):
            part = list(group)
            after = _after(month)
            with _progress(f"{month:%B %Y}", len(part), quiet=arguments.json) as (bar, task):
                sent = replay.send(part, lambda _day, b=bar, t=task: b.advance(t))
                story.sent = story.sent + sent if story.sent else sent
            story.reached = min(after, arguments.end)
            if arguments.monitor and after <= arguments.end and _wants_action(release, arguments, after, story):
                return
        if story.sent and not story.sent.rows:
            raise _nobody_asked(server.request, release.workspace.data, arguments)


def _nobody_asked(request: "ServingRequest", data: Path, arguments: argparse.Namespace) -> Refused:
    from plimsoll.runtime.features.examples import none_between

    start, end = (datetime(one.year, one.month, one.day, tzinfo=UTC) for one in (arguments.start, arguments.end))
    return none_between("replay", request.inputs.examples, data, start, end, "name other days, or a smaller --every")


def _wants_action(release: VerifiedRelease, arguments: argparse.Namespace, after: date, story: _Story) -> bool:
    """Run the monitor as of the day on which the labels of the last served hour are known."""
    as_of = str(after + timedelta(days=1))
    judged = judge(release, arguments.deployment, as_of, str(arguments.start), quiet=arguments.json)
    story.runs.append(judged.record)
    if judged.report is None:
        tell_failure(judged.record)
        return True
    story.decision, story.action = judged.report.decision, judged.report.action
    if not arguments.json:
        for line in told(judged.report):
            note(f"  {line}")
    return story.action != "none"


@contextmanager
def _progress(title: str, total: int, *, quiet: bool) -> Iterator[tuple[Progress, TaskID]]:
    columns = (TextColumn("  {task.description:<24}"), BarColumn(30), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True, quiet=quiet)) as bar:
        yield bar, bar.add_task(f"replay {title}", total=total)


def _show(story: _Story, view: View, *, as_json: bool) -> None:
    sent = story.sent
    assert sent is not None
    if as_json:
        runs = [record.name for record in story.runs]
        summary = {"days": sent.days, "requests": sent.requests, "rows": sent.rows, "reached": str(story.reached)}
        view.own(json.dumps({**summary, "decision": story.decision, "action": story.action, "runs": runs}))
        return
    print(f"{sent.rows:,} rows in {sent.requests:,} requests over {sent.days} days")  # noqa: T201
    if story.decision:
        print(f"{story.reached}: {story.decision}, action: {story.action}")  # noqa: T201
