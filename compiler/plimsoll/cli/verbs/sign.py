"""``plimsoll sign``: sign releases and their audits, with the commit that they were made from."""

import argparse
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from plimsoll.cli.arguments import add_specs
from plimsoll.cli.audit_folder import require_of_release, split
from plimsoll.cli.provenance import Commit, commit_of
from plimsoll.cli.release_folder import release_trust, require_environment, require_project
from plimsoll.cli.signing import add_signing, signer_of
from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Line, View
from plimsoll.cli.workspace import Workspace
from plimsoll.compiler.kinds import Environment
from plimsoll.compiler.project.project import Project
from plimsoll.contract.audit import read_header
from plimsoll.contract.exit_codes import CLEAN
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release import read_lock

if TYPE_CHECKING:
    from plimsoll.runtime.trust.audit import SignedAudit
    from plimsoll.runtime.trust.release import SignedRelease
    from plimsoll.runtime.trust.signer import Signs

EXAMPLE = """\
example:
  plimsoll sign release/production audit/production
  plimsoll sign release/production --sigstore company-sigstore.json --trust trust

The signer is the one that the specs name for the release's environment (spec.signers.release). The statement that is
signed lists every file with its digest, and says which commit the specs came from. Where specs differ from that commit,
this is said, and recorded in the statement's invocation. The statement about an audit lists its files and the release
that it is about; an audit of another commit, or of another release that is signed beside it, is refused.

With --sigstore a company's instance signs, or the public one: who signs is who the token says, which must be the signer
and the issuer that the specs name. What comes back is verified before it is written, as plimsoll verify will. Where the
environment has signers.releaseInstance, that instance signs, and its trusted root lies in the trust folder's releases/.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``sign``."""
    parser.epilog = EXAMPLE
    parser.add_argument("release", nargs="+", type=Path, metavar="FOLDER", help="of a compiled release, or of an audit")
    add_specs(parser)
    add_signing(parser)
    parser.add_argument("--invocation", default="", metavar="URL", help="the run that compiled it; default: from CI")


def run(args: argparse.Namespace) -> int:
    """Sign every release; each gets the next serial of its environment."""
    view: View = args.view
    project = require_project(args.specs)
    commit = commit_of(args.specs)
    if commit.uncommitted:
        view.progress(f"uncommitted, and recorded as such: {', '.join(commit.uncommitted)}")
    by = _By(project, args.sigstore, args.trust or Workspace.at(args.specs).trust, commit, args.invocation)
    releases, audits = split(args.release)
    require_of_release(audits, releases)
    signed = [_sign(folder, by) for folder in releases]
    signed_audits = [_sign_audit(folder, by) for folder in audits]
    view.result(
        {
            "commit": commit.name,
            "uncommitted": list(commit.uncommitted),
            "signed": [_data(one) for one in signed],
            "audits": [_audit_data(one) for one in signed_audits],
        },
        [*map(_line, signed), *map(_audit_line, signed_audits)],
    )
    return CLEAN


class _By(NamedTuple):
    """By what everything of a command is signed."""

    project: Project
    sigstore: str | None
    trust: Path
    commit: Commit
    invocation: str

    def signer(self, environment: Environment) -> AbstractContextManager["Signs"]:
        """The signer of an environment's releases."""
        return signer_of(self.sigstore, *release_trust(environment, self.trust))


def _sign(folder: Path, by: _By) -> "SignedRelease":
    from plimsoll.runtime.trust.provenance import Provenance
    from plimsoll.runtime.trust.release import sign_release
    from plimsoll.runtime.trust.serials import SerialLedger

    environment = require_environment(by.project, read_lock(folder).environment)
    with by.signer(environment) as signer:
        provenance = Provenance(
            commit=by.commit.name,
            repository=by.commit.repository,
            serial=SerialLedger(by.trust / "serials").issue(environment.metadata.name),
            invocation=_invocation(by.invocation, by.commit),
        )
        return sign_release(folder, signer, provenance)


def _sign_audit(folder: Path, by: _By) -> "SignedAudit":
    from plimsoll.runtime.trust.audit import sign_audit

    header = read_header(folder)
    made_from = header.commit.name if header.commit else "no commit"
    if made_from != by.commit.name:
        why = f"it was made from {made_from}, and {by.commit.name} is checked out"
        raise Refused("audit", folder.as_posix(), why, "make it anew with `plimsoll audit --out`")
    invocation = _invocation(by.invocation, by.commit)
    with by.signer(require_environment(by.project, header.environment)) as signer:
        return sign_audit(folder, signer, repository=by.commit.repository, invocation=invocation)


def _invocation(given: str, commit: Commit) -> str:
    """The run, as told or as GitHub Actions and GitLab CI say it, and what was not committed."""
    server, repository, run = (os.environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID"))
    from_ci = f"{server}/{repository}/actions/runs/{run}" if run else os.environ.get("CI_JOB_URL", "")
    dirty = f"uncommitted: {', '.join(commit.uncommitted)}" if commit.uncommitted else ""
    return "; ".join(filter(None, (given or from_ci, dirty)))


def _data(one: "SignedRelease") -> dict[str, Any]:
    return {
        "folder": one.bundle.parent.as_posix(),
        "environment": one.environment,
        "digest": one.digest,
        "serial": one.provenance.serial,
        "bundle": one.bundle.as_posix(),
    }


def _line(one: "SignedRelease") -> Line:
    folder, made = one.bundle.parent.as_posix(), one.provenance
    text = f" {folder}: serial {made.serial} of {one.environment}, commit {made.commit[:12]}, {one.digest}"
    return [Styled("signed", Style.GOOD), text]


def _audit_data(one: "SignedAudit") -> dict[str, Any]:
    return {
        "folder": one.bundle.parent.as_posix(),
        "environment": one.header.environment,
        "release": one.header.release,
        "bundle": one.bundle.as_posix(),
    }


def _audit_line(one: "SignedAudit") -> Line:
    of = f"of release {one.header.release}" if one.header.release else "of no release"
    return [Styled("signed", Style.GOOD), f" {one.bundle.parent.as_posix()}: audit of {one.header.environment}, {of}"]
