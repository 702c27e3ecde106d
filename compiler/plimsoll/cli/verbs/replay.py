"""``plimsoll replay``: send past examples through a real server, hour by hour, as they came."""

import argparse
import json
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from plimsoll.cli.release_folder import SPECS, open_release
from plimsoll.cli.verbs.serve import serving
from plimsoll.contract import exit_codes
from plimsoll.contract.refusal import Refused

EXAMPLE = """\
example:
  plimsoll replay flight-delay-online --release release/local --from 2013-07-01 --to 2013-08-01 --every 3

Starts the server, advances the online features to each hour, sends that hour's requests over HTTP, and stops. What was
served is journalled as in production, so that `plimsoll run flight-delay-online-monitor` can judge it.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which days go through which deployment."""
    parser.epilog = EXAMPLE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("deployment")
    parser.add_argument("--release", type=Path, required=True, help="a signed release folder")
    parser.add_argument("--specs", type=Path, default=SPECS)
    parser.add_argument("--from", dest="start", type=date.fromisoformat, required=True, help="the first day, in UTC")
    parser.add_argument("--to", dest="end", type=date.fromisoformat, required=True, help="the day after the last")
    parser.add_argument("--every", type=int, default=1, help="replay every n-th day (default: every day)")
    parser.add_argument("--json", action="store_true")


def run(arguments: argparse.Namespace) -> int:
    """Replay, and say how much it was."""
    from plimsoll.runtime.serving.replay import replay

    days = range(arguments.start.toordinal(), arguments.end.toordinal(), max(1, arguments.every))
    if not days:
        raise Refused("replay", f"{arguments.start} to {arguments.end}", "there is no day in between")
    release = open_release(arguments.release, arguments.specs)
    state = release.workspace.state(release.environment.metadata.name)
    console = Console(stderr=True, quiet=arguments.json)
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with serving(release, arguments.deployment, replay=True) as server, Progress(*columns, console=console) as progress:
        task = progress.add_task("days", total=len(days))
        done = replay(
            ("127.0.0.1", server.port),
            server.request,
            state,
            release.workspace.data,
            days,
            lambda day, _rows: progress.update(task, advance=1, description=f"{day}"),
        )
    summary = {"days": done.days, "requests": done.requests, "rows": done.rows, "version": server.request.model.version}
    text = f"{done.rows:,} rows in {done.requests:,} requests over {done.days} days"
    print(json.dumps(summary) if arguments.json else text)  # noqa: T201
    return exit_codes.CLEAN
