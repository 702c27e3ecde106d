"""``plimsoll sign``: sign releases and their audits, with the commit that they were made from."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.cli.arguments import add_specs
from plimsoll.cli.audit_folder import require_of_release, split
from plimsoll.cli.provenance import Commit, commit_of
from plimsoll.cli.release_folder import require_environment, require_project
from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Line, View
from plimsoll.cli.workspace import Workspace
from plimsoll.compiler.kinds import Environment
from plimsoll.compiler.project.project import Project
from plimsoll.contract.audit import read_header
from plimsoll.contract.digests import of_file
from plimsoll.contract.exit_codes import CLEAN
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release import read_lock

if TYPE_CHECKING:
    from plimsoll.runtime.trust.audit import SignedAudit
    from plimsoll.runtime.trust.instance import EmbeddedInstance
    from plimsoll.runtime.trust.release import SignedRelease

EXAMPLE = """\
example:
  plimsoll sign release/production audit/production

The signer is the one that the specs name for the release's environment (spec.signers.release). The statement that is
signed lists every file with its digest, and says which commit the specs came from. Where specs differ from that commit,
this is said, and recorded in the statement's invocation. The statement about an audit lists its files and the release
that it is about; an audit of another commit, or of another release that is signed beside it, is refused.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``sign``."""
    parser.epilog = EXAMPLE
    parser.add_argument("release", nargs="+", type=Path, metavar="FOLDER", help="of a compiled release, or of an audit")
    add_specs(parser)
    parser.add_argument(
        "--trust", type=Path, metavar="DIR", help="the sigstore instance; default: .plimsoll/trust at the git root"
    )
    parser.add_argument("--invocation", default="", metavar="URL", help="the run that compiled it; default: from CI")


def run(args: argparse.Namespace) -> int:
    """Sign every release; each gets the next serial of its environment."""
    from plimsoll.runtime.trust.instance import open_instance

    view: View = args.view
    project = require_project(args.specs)
    commit = commit_of(args.specs)
    if commit.uncommitted:
        view.progress(f"uncommitted, and recorded as such: {', '.join(commit.uncommitted)}")
    instance = open_instance(args.trust or Workspace.at(args.specs).trust)
    releases, audits = split(args.release)
    require_of_release(audits, releases)
    signed = [_sign(folder, project, instance, commit, args.invocation) for folder in releases]
    signed_audits = [_sign_audit(folder, project, instance, commit, args.invocation) for folder in audits]
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


def _sign(
    folder: Path, project: Project, instance: "EmbeddedInstance", commit: Commit, invocation: str
) -> "SignedRelease":
    from plimsoll.runtime.trust.provenance import Provenance
    from plimsoll.runtime.trust.release import sign_release
    from plimsoll.runtime.trust.signer import Signer

    environment = require_environment(project, read_lock(folder).environment)
    _require_pinned(environment, instance)
    provenance = Provenance(
        commit=commit.name,
        repository=commit.repository,
        serial=instance.serials.issue(environment.metadata.name),
        invocation=_invocation(invocation, commit),
    )
    with Signer(instance, environment.spec.signers.release) as signer:
        return sign_release(folder, signer, provenance)


def _sign_audit(
    folder: Path, project: Project, instance: "EmbeddedInstance", commit: Commit, invocation: str
) -> "SignedAudit":
    from plimsoll.runtime.trust.audit import sign_audit
    from plimsoll.runtime.trust.signer import Signer

    header = read_header(folder)
    made_from = header.commit.name if header.commit else "no commit"
    if made_from != commit.name:
        why = f"it was made from {made_from}, and {commit.name} is checked out"
        raise Refused("audit", folder.as_posix(), why, "make it anew with `plimsoll audit --out`")
    environment = require_environment(project, header.environment)
    _require_pinned(environment, instance)
    with Signer(instance, environment.spec.signers.release) as signer:
        return sign_audit(folder, signer, repository=commit.repository, invocation=_invocation(invocation, commit))


def _require_pinned(environment: Environment, instance: "EmbeddedInstance") -> None:
    """Refuse to sign by an instance that the environment does not believe: nobody could verify it."""
    pinned, own = environment.spec.signers.trusted_root, of_file(instance.trusted_root)
    if pinned not in (None, own):
        why = f"{environment.key} pins the trusted root {pinned}, and this instance's is {own}"
        raise Refused(
            "signing", str(instance.folder), why, "sign with the pinned instance, or pin this one by a commit"
        )


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
