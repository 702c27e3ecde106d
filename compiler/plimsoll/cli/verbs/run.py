"""``plimsoll run``: execute a compiled workflow on this machine."""

import argparse
import os
import sys
from pathlib import Path

from plimsoll.cli.arguments import add_release
from plimsoll.cli.origin import in_folder, keep, training_files
from plimsoll.cli.progress import RunProgress, note
from plimsoll.cli.release_folder import VerifiedRelease, open_release
from plimsoll.contract import exit_codes
from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner import (
    LoadedWorkflow,
    Mounts,
    RunRecord,
    load_workflow,
    plan_order,
    run_folder,
    unsupported,
)
from plimsoll.runtime.runner import run as run_workflow
from plimsoll.runtime.runner.record import SubmittedRun

EXAMPLE = """\
example:
  plimsoll run flight-delay-train --release release/local --parameter as-of=2013-07-01

The release is verified first: signature, signer, and every file's digest. The workflow that runs is the very
WorkflowTemplate that Argo would get; what this machine cannot honour of it is named.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which workflow of which release, with which parameters."""
    parser.epilog = EXAMPLE
    parser.add_argument("workflow", metavar="WORKFLOW", help="its name, such as flight-delay-train")
    add_release(parser)
    parser.add_argument(
        *("--parameter", "-p"),
        action="append",
        default=[],
        type=_parameter,
        metavar="NAME=VALUE",
        help="a parameter of the workflow, such as as-of=2013-07-01; may be repeated",
    )
    parser.add_argument("--explain", action="store_true", help="show the order of the steps, and run nothing")
    parser.add_argument(
        "--json", action="store_true", help="print the records of the run, and of those it asked for, as JSON"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the workflow to its end."""
    release = open_release(arguments.release, arguments.specs)
    workflow = load_workflow(arguments.release, arguments.workflow)
    if arguments.explain:
        _explain(workflow)
        return exit_codes.CLEAN
    first = execute(release, workflow, dict(arguments.parameter), quiet=arguments.json)
    records = [first, *(follow(release, asked, quiet=arguments.json) for asked in submitted(first))]
    if arguments.json:
        print(f"[{','.join(record.model_dump_json(indent=2) for record in records)}]")  # noqa: T201
    for record in records:
        if record.status != "Succeeded":
            tell_failure(record)
    return exit_codes.CLEAN if all(r.status == "Succeeded" for r in records) else exit_codes.FINDINGS


def follow(release: VerifiedRelease, asked: SubmittedRun, *, quiet: bool) -> RunRecord:
    """Run what another run asked for."""
    if not quiet:
        note(f"  asked for: {asked.workflow}")
    return execute(release, load_workflow(release.folder, asked.workflow), asked.parameters, quiet=quiet)


def submitted(record: RunRecord) -> list[SubmittedRun]:
    """The runs that a run asked for, in the order of its nodes."""
    return [node.submitted for node in record.nodes.values() if node.submitted is not None]


def execute(
    release: VerifiedRelease, workflow: LoadedWorkflow, parameters: dict[str, str], *, quiet: bool = False
) -> RunRecord:
    """Run a workflow of a verified release, told which commit and which release it comes from.

    Raises:
        Refused: as the runner does.
        OSError: when the workspace cannot be written.
    """
    workspace, environment = release.workspace, release.environment.metadata.name
    workspace.data.mkdir(parents=True, exist_ok=True)
    mounts = Mounts(workspace.state(environment).root, workspace.data, workspace.trust)
    known = {parameter.name for parameter in workflow.spec.arguments.parameters}
    origin = {"commit": release.commit, "release": release.digest}
    given = {**{name: value for name, value in origin.items() if name in known}, **parameters}
    ignored = unsupported(workflow)
    model = workflow.source.stem.removeprefix("workflowtemplate-").removesuffix("-train")
    keep(in_folder(release.folder), workspace.state(environment), release.trust, *training_files(model))
    if ignored and not quiet:
        note(f"  {len(ignored)} fields of the manifest are for a cluster and have no effect here; --explain names them")
    with RunProgress(quiet=quiet) as progress:
        record = run_workflow(workflow, parameters=given, workdir=workspace.runs, mounts=mounts, listener=progress)
    if not quiet:
        _tell_left(workflow, record, run_folder(workspace.runs, record.name))
    return record


def artifact(release: VerifiedRelease, record: RunRecord, node: str, name: str) -> Path:
    """Where a run left an artifact.

    Raises:
        Refused: when the node left none of that name.
    """
    found = record.nodes[node].artifacts.get(name) if node in record.nodes else None
    if found is None:
        raise Refused(f"artifact {name}", f"{record.name}: {node}", "the step left none")
    return run_folder(release.workspace.runs, record.name) / found.path


def _parameter(text: str) -> tuple[str, str]:
    """A parameter as it is given on the command line.

    Raises:
        argparse.ArgumentTypeError: when there is no equals sign.
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE, such as as-of=2013-07-01")
    return name, value


def _explain(workflow: LoadedWorkflow) -> None:
    """The steps in the order in which they may run, and what of the manifest this machine does not honour."""
    for number, tasks in enumerate(plan_order(workflow), start=1):
        print(f"{number}. {', '.join(task.name for task in tasks)}")  # noqa: T201
    reasons: dict[str, list[str]] = {}
    for one in unsupported(workflow):
        reasons.setdefault(one.why, []).append(one.place)
    for why, routes in reasons.items():
        print(f"\nwithout effect here: {why}")  # noqa: T201
        for route in routes:
            print(f"  {route}")  # noqa: T201


def _tell_left(workflow: LoadedWorkflow, record: RunRecord, folder: Path) -> None:
    """Say where that lies which a run left for others: what no step of it takes in."""
    taken = {artifact.name for template in workflow.spec.templates for artifact in template.inputs.artifacts}
    for node in record.nodes.values():
        for name, kept in node.artifacts.items():
            if name not in taken:
                note(f"  {name}: {os.path.relpath(folder / kept.path)}")


def tell_failure(record: RunRecord) -> None:
    """Say on stderr which steps of a run failed, with the last that they said."""
    print(f"{record.name}: {record.status}", file=sys.stderr)  # noqa: T201
    for node in record.nodes.values():
        if node.status in ("Failed", "Error") and node.message:
            print(f"\n{node.name}:\n{node.message}", file=sys.stderr)  # noqa: T201
