"""``plimsoll report``: one HTML page of what was checked, planned, run, measured, watched and traced."""

import argparse
from pathlib import Path

from plimsoll.cli.views.view import View
from plimsoll.contract.exit_codes import CLEAN

EXAMPLE = """\
example:
  plimsoll report .plimsoll/demo/.plimsoll/report --out report.html

The folder holds what other verbs left there; every part may be missing, and the page says which are:
  phases.json, findings.json (check --json), plan.json (plan --json), audit.json (audit --json),
  trace.json (trace --json),
  runs/<n>-<title>/run.json and waves.json, evaluations/<version>.json, monitors/<n>-<label>.json

The page holds no script and fetches nothing: it can be mailed, printed, or shown as an artifact by Argo's interface.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what to read and where to write."""
    parser.epilog = EXAMPLE
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="the folder of JSON files to report on")
    parser.add_argument("--out", metavar="FILE", type=Path, default=Path("report.html"), help="default: report.html")


def run(args: argparse.Namespace) -> int:
    """Read, build and write."""
    from plimsoll.cli.report.material import read_material
    from plimsoll.cli.report.page import build_report
    from plimsoll.runtime.profiles.files import write_atomically

    view: View = args.view
    page = build_report(read_material(args.folder)).encode()
    write_atomically(args.out, page)
    view.result({"file": str(args.out), "bytes": len(page)}, [f"wrote {args.out} ({len(page):,} bytes)"])
    return CLEAN
