"""From a command line's PATH to the folder of the specs."""

import argparse
from pathlib import Path

from plimsoll.contract.folders import require_folder

DEFAULT = "specs"
"""The folder that is read when none is named and it is there."""


def add_path(parser: argparse.ArgumentParser) -> None:
    """The argument that names the project's folder."""
    parser.add_argument(
        "path",
        metavar="PATH",
        nargs="?",
        type=Path,
        help=f"the folder of the specs; default: {DEFAULT} where there is one, else the current folder",
    )


def add_base(parser: argparse.ArgumentParser) -> None:
    """The argument that names where a change comes from."""
    parser.add_argument(
        "--base",
        metavar="REV",
        help="judge by the policies, bindings and waivers from where this branch left REV, such as origin/main",
    )


def spec_folder(args: argparse.Namespace) -> Path:
    """The folder of the specs: as named, else ``specs``, else the current one.

    Raises:
        Unavailable: when there is no such folder.
    """
    path: Path = args.path or (Path(DEFAULT) if Path(DEFAULT).is_dir() else Path())
    begin = "plimsoll init writes a project to begin with"
    require_folder(path, "give the folder of the project" if path.is_file() else begin)
    return path
