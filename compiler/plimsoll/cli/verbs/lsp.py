"""``plimsoll lsp``: a language server on standard input and output."""

import argparse
import logging
import os
import sys

from plimsoll.cli.policies_given import add_policies
from plimsoll.contract.exit_codes import CLEAN, FINDINGS
from plimsoll.contract.refusal import Unavailable

EXAMPLE = """\
example:
  plimsoll lsp
  plimsoll lsp --policies /opt/company/policies

An editor starts it and speaks the Language Server Protocol with it, over standard input and output. Messages for people
go to standard error. It judges as plimsoll check does in the same folder, by the rules that .plimsoll.yaml names, too.
docs/how-to/use-an-editor.md shows how to set up VS Code, Neovim, Helix and Emacs.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``lsp``."""
    parser.epilog = EXAMPLE
    parser.add_argument("--stdio", action="store_true", help="the only way there is; some editors say it")
    add_policies(parser)
    parser.add_argument("--log", choices=("error", "warning", "info", "debug"), default="error", help="what is logged")


def run(args: argparse.Namespace) -> int:
    """Serve until the editor ends us, or is gone: with 0 when it asked us to stop first, as the protocol has it."""
    try:
        from plimsoll.cli.lsp.server import make_server
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("plimsoll"):
            raise
        raise Unavailable(f"the Python package {error.name!r}", "is not installed", "install plimsoll[lsp]") from None
    logging.basicConfig(stream=sys.stderr, level=args.log.upper(), format="%(levelname)s %(name)s: %(message)s")
    server = make_server(args)
    # Whatever else is printed, by us or by a library, must not get in between the messages.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as messages:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        server.start_io(sys.stdin.buffer, messages)
    return CLEAN if server.asked_to_stop else FINDINGS
