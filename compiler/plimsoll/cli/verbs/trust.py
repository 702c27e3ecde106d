"""``plimsoll trust``: the embedded sigstore instance of this repository."""

import argparse
import json
from pathlib import Path

from plimsoll.cli.workspace import Workspace
from plimsoll.contract import exit_codes
from plimsoll.contract.folders import require_no_file

EXAMPLE = """\
example:
  plimsoll trust init
  plimsoll trust show

An embedded instance is a certificate authority, a transparency log, a timestamp authority and an identity provider in
one folder, for a laptop or an air-gapped site. Pin the digest that `show` prints as spec.signers.trustedRoot of an
Environment, and no other instance is believed there.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what to do with it."""
    parser.epilog = EXAMPLE
    parser.add_argument("action", choices=("init", "show"), help="make the instance where there is none, or show it")
    parser.add_argument(
        "--trust", type=Path, metavar="DIR", help="its folder; default: .plimsoll/trust at the git root"
    )
    parser.add_argument("--json", action="store_true", help="print what identifies it as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Create the instance where there is none, and show what identifies it."""
    from plimsoll.runtime.trust.instance import create_instance, open_instance, trusted_root_digest

    folder: Path = arguments.trust or Workspace.at(Path.cwd()).trust
    require_no_file(folder, "name a folder of its own for the instance")
    if arguments.action == "init" and not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        create_instance(folder)
    shown = {"folder": str(folder), "issuer": open_instance(folder).issuer, "trustedRoot": trusted_root_digest(folder)}
    if arguments.json:
        print(json.dumps(shown))  # noqa: T201
    else:
        print("\n".join(f"{name}: {value}" for name, value in shown.items()))  # noqa: T201
    return exit_codes.CLEAN
