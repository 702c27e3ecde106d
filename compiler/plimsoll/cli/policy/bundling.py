"""``plimsoll policy bundle``: a folder of rules as one signed file."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from plimsoll.cli.policies_given import EMBEDDED, SIGNATURE
from plimsoll.cli.signing import add_signing, signer_of
from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Findings, ShownFile, View
from plimsoll.contract.exit_codes import CLEAN, FINDINGS
from plimsoll.contract.folders import require_folder
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Identity

if TYPE_CHECKING:
    from plimsoll.compiler.governance.companies import Shared

EXAMPLE = """\
example:
  plimsoll policy bundle company-policies --out company.policies --signer policies@plimsoll.invalid
  plimsoll check --policies company.policies@sha256:… --policies-signer policies@plimsoll.invalid
  plimsoll policy bundle company-policies --out company.policies --signer policies@example.org \
    --issuer https://login.example.org --sigstore company-sigstore.json --trust trust

The same rules give the same bytes; the signature beside them is new each time. Rules must be sound, and their cases
must hold, before they are bundled.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``policy bundle``."""
    parser.epilog = EXAMPLE
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="a folder of rules with their cases")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="the bundle; its signature is beside it"
    )
    parser.add_argument("--signer", required=True, metavar="SUBJECT", help="who signs")
    parser.add_argument("--issuer", metavar="URL", default=EMBEDDED, help=f"who vouches for that; default: {EMBEDDED}")
    add_signing(parser)


def run(args: argparse.Namespace) -> int:
    """Hold the rules against their cases, pack them, and sign what comes of it."""
    from plimsoll.compiler.governance.archive import files_of, pack
    from plimsoll.compiler.governance.companies import Shared
    from plimsoll.contract.digests import of_bytes

    view: View = args.view
    require_folder(args.folder, "name a folder of rules")
    require_folder(args.out.parent, "make it, or name another file")
    if args.sigstore is None and args.issuer != EMBEDDED:
        why = f"the embedded instance vouches as {EMBEDDED} and as nobody else"
        raise Refused("bundle of policies", args.out.as_posix(), why, "name the instance by --sigstore")
    shared = Shared(args.folder.as_posix(), files_of(args.folder))
    if (wrong := _wrong(args.folder, shared)) is not None:
        view.findings(wrong)
        return FINDINGS
    data = pack(dict(shared.files))
    _sign(args, data)
    data_digest = of_bytes(data)
    pinned = f"{args.out.as_posix()}@{data_digest}"
    view.result(
        {"bundle": args.out.as_posix(), "digest": data_digest, "signer": args.signer, "issuer": args.issuer},
        [[Styled("bundled", Style.GOOD), f" {len(shared.files)} files, signed by {args.signer}"], f"  {pinned}"],
    )
    return CLEAN


def _wrong(folder: Path, shared: "Shared") -> Findings | None:
    """What is wrong with rules or their cases."""
    from plimsoll.compiler.governance.catalogue import load_catalogue
    from plimsoll.compiler.governance.fixtures import try_cases

    loaded = load_catalogue(folder, shared.shown)
    found = loaded.diagnostics
    if loaded.value is not None:
        found = (*found, *(one for case in try_cases(loaded.value) for one in case.diagnostics))
    if not any(one.blocks for one in found):
        return None
    sources = {one.span.path: shared.source(one.span.path) for one in found}
    return Findings(found, {path: ShownFile(path, source.lines) for path, source in sources.items() if source})


def _sign(args: argparse.Namespace, data: bytes) -> None:
    from plimsoll.cli.workspace import Workspace
    from plimsoll.runtime.trust.files import write_whole
    from plimsoll.runtime.trust.policies import sign_policies

    identity = Identity(subject=args.signer, issuer=args.issuer)
    with signer_of(args.sigstore, args.trust or Workspace.at(args.folder).trust, identity) as signer:
        signature = sign_policies(data, signer)
    write_whole(args.out, data)
    write_whole(args.out.with_name(f"{args.out.name}{SIGNATURE}"), signature.encode())
