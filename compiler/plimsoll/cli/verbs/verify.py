"""``plimsoll verify``: hold releases and audits against their signatures, and the signers that the specs name."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.cli.arguments import add_specs
from plimsoll.cli.audit_folder import require_of_release, split
from plimsoll.cli.release_folder import release_root, require_environment, require_project
from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Line, View
from plimsoll.cli.workspace import Workspace
from plimsoll.compiler.project.project import Project
from plimsoll.contract.audit import read_header
from plimsoll.contract.exit_codes import CLEAN
from plimsoll.contract.folders import require_no_file
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release import read_lock

if TYPE_CHECKING:
    from plimsoll.runtime.trust.audit import VerifiedAudit
    from plimsoll.runtime.trust.release import VerifiedRelease
    from plimsoll.runtime.trust.serials import SerialLedger

EXAMPLE = """\
example:
  plimsoll verify release/production audit/production
  plimsoll verify release/production --accepted /var/lib/plimsoll/accepted

Who must have signed is read from the specs, never from the release: subject, issuer and, where it is pinned, the digest
of the trusted root. A release in which any file was changed, added or taken away is refused, and the file is named; so
is an audit. An audit must be of the release of its environment, where that is verified beside it.

With --accepted, a folder of whoever applies holds the serial of each environment's last accepted release: an older one
is refused, though its signature holds, and a newer one is noted once all that was named has been verified.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``verify``."""
    parser.epilog = EXAMPLE
    parser.add_argument("release", nargs="+", type=Path, metavar="FOLDER", help="of a signed release, or of an audit")
    add_specs(parser)
    parser.add_argument(
        "--trust",
        type=Path,
        metavar="DIR",
        help="the folder of trusted_root.json; default: .plimsoll/trust at the git root",
    )
    parser.add_argument(
        "--accepted",
        type=Path,
        metavar="DIR",
        help="refuse a release older than the last one that was accepted, by this folder; note this one there",
    )


def run(args: argparse.Namespace) -> int:
    """Verify every release and every audit; the first that does not hold ends the command."""
    view: View = args.view
    project = require_project(args.specs)
    trust = args.trust or Workspace.at(args.specs).trust
    releases, audits = split(args.release)
    if args.accepted and not releases:
        why = "only audits are named, and releases alone have a serial"
        raise Refused("accepted releases", str(args.accepted), why, "name a release, or leave out --accepted")
    ledger = _ledger(args.accepted) if args.accepted else None
    verified = [_verify(folder, project, trust, ledger) for folder in releases]
    held = [_verify_audit(folder, project, trust) for folder in audits]
    require_of_release(audits, releases)
    if ledger:
        for one in verified:
            ledger.accept(one.lock.environment, one.provenance.serial)
    view.result(
        {"verified": [_data(one) for one in verified], "audits": [_audit_data(one) for one in held]},
        [*(line for one in verified for line in _lines(one)), *(line for one in held for line in _audit_lines(one))],
    )
    return CLEAN


def _ledger(folder: Path) -> "SerialLedger":
    from plimsoll.runtime.trust.serials import SerialLedger

    require_no_file(folder, "name a folder of its own for what was accepted")
    return SerialLedger(folder)


def _verify(folder: Path, project: Project, trust: Path, ledger: "SerialLedger | None") -> "VerifiedRelease":
    from plimsoll.runtime.trust.release import verify_release

    environment = require_environment(project, read_lock(folder).environment)
    name = environment.metadata.name
    last = ledger.last(name) if ledger else 0
    return verify_release(folder, *release_root(environment, trust), last_serial=last, environment=name)


def _verify_audit(folder: Path, project: Project, trust: Path) -> "VerifiedAudit":
    from plimsoll.runtime.trust.audit import verify_audit

    environment = require_environment(project, read_header(folder).environment)
    return verify_audit(folder, *release_root(environment, trust), environment=environment.metadata.name)


def _data(one: "VerifiedRelease") -> dict[str, Any]:
    return {
        "folder": one.folder.as_posix(),
        "environment": one.lock.environment,
        "digest": one.digest,
        "files": len(one.lock.files),
        "commit": one.provenance.commit,
        "repository": one.provenance.repository,
        "serial": one.provenance.serial,
        "invocation": one.provenance.invocation or None,
        "signedAt": one.signed_at.isoformat(),
    }


def _lines(one: "VerifiedRelease") -> list[Line]:
    made = one.provenance
    origin = f"from commit {made.commit[:12]} of {made.repository}, signed {one.signed_at:%Y-%m-%d %H:%M} UTC"
    lines: list[Line] = [
        [Styled("verified", Style.GOOD), f" {one.folder.as_posix()}: {len(one.lock.files)} files, {one.digest}"],
        f"  serial {made.serial} of {one.lock.environment}, {origin}",
    ]
    return [*lines, f"  {made.invocation}"] if made.invocation else lines


def _audit_data(one: "VerifiedAudit") -> dict[str, Any]:
    return {
        "folder": one.folder.as_posix(),
        "environment": one.header.environment,
        "day": one.header.day,
        "release": one.header.release,
        "commit": one.header.commit.name if one.header.commit else None,
        "repository": one.repository,
        "signedAt": one.signed_at.isoformat(),
    }


def _audit_lines(one: "VerifiedAudit") -> list[Line]:
    header = one.header
    of = f"of release {header.release}" if header.release else "of no release"
    return [
        [Styled("verified", Style.GOOD), f" {one.folder.as_posix()}: audit of {header.environment}, {of}"],
        f"  as of {header.day}, signed {one.signed_at:%Y-%m-%d %H:%M} UTC",
    ]
