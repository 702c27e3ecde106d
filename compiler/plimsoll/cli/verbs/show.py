"""``plimsoll show``: a spec as it works in an environment, and where each of its values comes from."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from plimsoll.cli.effective.layout import leaves, yaml_lines
from plimsoll.cli.effective.spec import Effective, effective
from plimsoll.cli.object_named import object_named
from plimsoll.cli.project_files import add_path, spec_folder
from plimsoll.cli.resolving import resolved
from plimsoll.cli.views.view import View
from plimsoll.compiler.diagnostics import Span
from plimsoll.contract.exit_codes import CLEAN, FINDINGS

EXAMPLE = """\
example:
  plimsoll show deployment/flight-delay-online --environment production --origins

What is printed is a spec: defaults are filled in, and an environment's values are laid over. What an environment
changes is yellow, a default is dim. Governance is not asked.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``show``."""
    parser.epilog = EXAMPLE
    parser.add_argument("object", metavar="KIND/NAME", help="such as deployment/flight-delay-online, in any case")
    add_path(parser)
    parser.add_argument("--environment", "-e", metavar="E", help="as it is there; else as it stands, overlays apart")
    parser.add_argument("--origins", action="store_true", help="say behind each value where it was written")


def run(args: argparse.Namespace) -> int:
    """Load the specs, and show one of them."""
    view: View = args.view
    folder = spec_folder(args)
    read = resolved(folder)
    project = read.sound
    if project is None:
        view.findings(read.findings())
        return FINDINGS
    shown = effective(project, object_named(project, args.object), args.environment)
    view.result(_data(shown, folder), yaml_lines(shown, lambda span: _place(folder, span), origins=args.origins))
    return CLEAN


def _data(shown: Effective, folder: Path) -> dict[str, Any]:
    values = list(_values(shown, folder))
    return {"object": shown.one.key, "environment": shown.environment, "spec": shown.value, "values": values}


def _values(shown: Effective, folder: Path) -> Iterator[dict[str, Any]]:
    for route, value in leaves(shown.value):
        origin = shown.origin(route)
        span = origin.span
        path = (folder / span.path).as_posix() if span else None
        line, column = (span.line, span.column) if span else (None, None)
        place = {"path": path, "line": line, "column": column}
        yield {"route": list(route), "value": value, "origin": str(origin.layer), **place}


def _place(folder: Path, span: Span) -> str:
    return f"{(folder / span.path).as_posix()}:{span.line}:{span.column}"
