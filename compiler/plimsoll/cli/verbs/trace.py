"""``plimsoll trace``: from a served model back to commit, spec, release, data, profile and signatures."""

import argparse
import dataclasses
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from plimsoll.cli.arguments import add_specs
from plimsoll.cli.release_folder import require_deployment, require_project
from plimsoll.cli.tracing import Holds, Trace, trace
from plimsoll.cli.workspace import Workspace
from plimsoll.compiler.project.project import PlacedDeployment, Project
from plimsoll.contract import exit_codes
from plimsoll.contract.refusal import Refused

EXAMPLE = """\
example:
  plimsoll trace flight-delay-online --environment local

Every link is verified anew; the exit code is 1 when one is broken.
"""

_STYLES = {Holds.VERIFIED: ("✔", "green"), Holds.BROKEN: ("✘", "red"), Holds.CHANGED: ("△", "yellow")}


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which deployment, and where."""
    parser.epilog = EXAMPLE
    parser.add_argument("deployment", metavar="DEPLOYMENT", help="its name, such as flight-delay-online")
    parser.add_argument("--environment", required=True, metavar="E", help="where it serves")
    add_specs(parser)
    parser.add_argument("--json", action="store_true", help="print the trace as JSON")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the trace as JSON there as well")


def run(arguments: argparse.Namespace) -> int:
    """Trace, and show every link."""
    project = require_project(arguments.specs)
    placed = _placed(project, arguments.deployment, arguments.environment)
    found = trace(project, Workspace.at(arguments.specs), placed)
    document = json.dumps({**dataclasses.asdict(found), "whole": found.whole}, indent=2)
    if arguments.save:
        arguments.save.write_text(document, encoding="utf-8")
    if arguments.json:
        arguments.view.own(document)
    else:
        _show(found)
    return exit_codes.CLEAN if found.whole else exit_codes.FINDINGS


def _placed(project: Project, name: str, environment: str) -> PlacedDeployment:
    for placed in project.placed_in(environment):
        if placed.name == name:
            return placed
    require_deployment(project, name)
    there = ", ".join(one.environment.name for one in project.placed if one.name == name)
    why = f"it does not run in {environment!r}"
    raise Refused(f"Deployment/{name}", str(project.root), why, f"it runs in {there}" if there else "")


def _show(found: Trace) -> None:
    console = Console(highlight=False)
    table = Table.grid(padding=(0, 2))
    for link in found.links:
        mark, style = _STYLES[link.holds]
        table.add_row(Text(mark, style), Text(link.name, "bold"), Text(link.says), Text(link.how, "dim"))
    console.out(f"{found.deployment} in {found.environment}")
    console.print(table)
    verified = sum(link.holds is Holds.VERIFIED for link in found.links)
    console.print(f"{verified} of {len(found.links)} links verified" + ("" if found.whole else "; the chain is broken"))
