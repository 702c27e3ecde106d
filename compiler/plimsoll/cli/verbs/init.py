"""``plimsoll init``: write a small project of one's own."""

import argparse
import shlex
from pathlib import Path

from plimsoll.cli.starter_project import project_name, write_project
from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Line, View
from plimsoll.contract.exit_codes import CLEAN

EXAMPLE = """\
example:
  plimsoll init parcels

The project has one source of made-up data, one feature set, one model, one deployment, and an environment on this
machine. It passes plimsoll check as it is; its README says how to go on.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``init``."""
    parser.epilog = EXAMPLE
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), metavar="DIR", help="default: the current one")
    parser.add_argument("--name", help="the model's name; default: that of the folder")
    parser.add_argument("--force", action="store_true", help="write into a folder that is not empty")


def run(args: argparse.Namespace) -> int:
    """Write the project."""
    view: View = args.view
    folder: Path = args.folder
    name = project_name(args.name or folder.resolve().name)
    written = write_project(folder, name, force=args.force)
    lines: list[Line] = [[Styled("+ ", Style.ADDED), (folder / path).as_posix()] for path in written]
    enter = "" if folder == Path() else f"cd {shlex.quote(folder.as_posix())} && "
    view.result(
        {"folder": folder.as_posix(), "name": name, "files": [path.as_posix() for path in written]},
        [*lines, "", ["next: ", Styled(f"{enter}plimsoll check", Style.STRONG)]],
    )
    return CLEAN
