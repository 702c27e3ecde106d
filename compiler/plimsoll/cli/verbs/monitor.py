"""``plimsoll monitor``: hold what was served against the model's baseline, and do what the rules allow."""

import argparse
import json
from dataclasses import dataclass

from plimsoll.cli.arguments import add_release, day
from plimsoll.cli.release_folder import VerifiedRelease, open_release
from plimsoll.cli.verbs.run import artifact, execute, follow, submitted, tell_failure
from plimsoll.contract import exit_codes
from plimsoll.runtime.monitoring.report import MonitorReport
from plimsoll.runtime.runner import RunRecord, load_workflow

EXAMPLE = """\
example:
  plimsoll monitor flight-delay-online --release release/local --as-of 2013-09-02

Runs the deployment's compiled monitoring workflow. A retraining that it asks for is run as well, unless --judge-only.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which deployment, and up to which day."""
    parser.epilog = EXAMPLE
    parser.add_argument("deployment", metavar="DEPLOYMENT", help="its name, such as flight-delay-online")
    add_release(parser)
    parser.add_argument(
        "--as-of", type=day, metavar="DAY", help="judge what was known before this day (default: today)"
    )
    parser.add_argument(
        "--since", type=day, metavar="DAY", help="the first day that is judged (default: when the version began)"
    )
    parser.add_argument("--judge-only", action="store_true", help="run nothing that the monitor asks for")
    parser.add_argument("--json", action="store_true", help="print the monitor's report as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Judge, show the decision, and follow it."""
    release = open_release(arguments.release, arguments.specs, deployment=arguments.deployment)
    as_of, since = (str(one or "") for one in (arguments.as_of, arguments.since))
    judged = judge(release, arguments.deployment, as_of, since, quiet=arguments.json)
    if judged.report is None:
        tell_failure(judged.record)
        return exit_codes.FINDINGS
    followed = []
    if not arguments.judge_only:
        followed = [follow(release, asked, quiet=arguments.json) for asked in submitted(judged.record)]
    if arguments.json:
        runs = [record.name for record in followed]
        arguments.view.own(json.dumps({**judged.report.model_dump(mode="json"), "runs": runs}, indent=2))
    else:
        for line in told(judged.report):
            print(line)  # noqa: T201
    ended_well = all(record.status == "Succeeded" for record in followed)
    return exit_codes.CLEAN if ended_well and judged.report.action != "block" else exit_codes.FINDINGS


@dataclass(frozen=True)
class Judged:
    """A run of the monitor, and its report where it came to one."""

    record: RunRecord
    report: MonitorReport | None


def judge(release: VerifiedRelease, deployment: str, as_of: str, since: str, *, quiet: bool) -> Judged:
    """Run a deployment's monitoring workflow.

    Raises:
        Refused: when the release has no such workflow, or as the runner does.
    """
    workflow = load_workflow(release.folder, f"{deployment}-monitor")
    record = execute(release, workflow, {"as-of": as_of, "since": since}, quiet=quiet)
    if record.status != "Succeeded":
        return Judged(record, None)
    path = artifact(release, record, "monitor", "report") / "monitor.json"
    return Judged(record, MonitorReport.model_validate_json(path.read_bytes()))


def told(report: MonitorReport) -> list[str]:
    """What a report says, in lines: the last window, the decision, the reasons."""
    last = report.windows[-1]
    drifted = f"{len(last.drifted)} of {len(last.features)} features drifted"
    measured = last.performance
    realised = f", {measured.metric} {measured.value:.3f}" if measured and measured.value is not None else ""
    window = f"{last.start} to {last.end}: {last.rows:,} rows, {drifted}{realised}"
    return [window, f"{report.decision}: action {report.action}", *(f"  {reason}" for reason in report.reasons)]
