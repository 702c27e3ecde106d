"""``plimsoll promote``: pin a proposed version in a deployment's spec, by a commit."""

import argparse
import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from plimsoll.cli.promotion_events import pins, tell_promotion
from plimsoll.cli.promotion_origin import with_origin
from plimsoll.cli.release_folder import SPECS, identity, require_deployment, require_environment, require_project
from plimsoll.cli.workspace import Workspace
from plimsoll.compiler.hints import did_you_mean
from plimsoll.compiler.kinds import Deployment
from plimsoll.compiler.planning.history import open_repository
from plimsoll.compiler.project.edit import set_pin, with_text
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.contract import exit_codes
from plimsoll.contract.package import Promotion
from plimsoll.contract.refusal import Refused, Unavailable, first_fault

if TYPE_CHECKING:
    from git import Repo

EXAMPLE = """\
example:
  plimsoll promote --deployment flight-delay-online --environment local

The package is verified before it is pinned, and so is the release that trained it: a signed one that holds the very
workflow and request of the run. It is looked for among those that ran here, in --release, and in the git history of
that folder. So a run that a schedule or an event started, and that was told no release, is known by what it ran.

The approval is signed, and the change is one commit: `git revert` takes it back. Nothing is deployed by this verb; the
next compile, sign and apply does that.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which proposal goes where."""
    parser.epilog = EXAMPLE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("proposal", type=Path, nargs="?", help="default: the newest of its model that a run left here")
    parser.add_argument(
        "--deployment", action="append", required=True, metavar="NAME", help="where it is pinned; may be repeated"
    )
    parser.add_argument(
        "--environment", action="append", required=True, metavar="NAME", help="where it serves; may be repeated"
    )
    parser.add_argument("--specs", type=Path, default=SPECS, metavar="DIR", help=f"what is edited; default: {SPECS}")
    parser.add_argument(
        "--release",
        type=Path,
        metavar="FOLDER",
        help="where the release that trained it lies, or lay in git; default: release/ENVIRONMENT of the training",
    )
    parser.add_argument("--no-commit", action="store_true", help="edit the specs and leave the commit to you")
    parser.add_argument("--json", action="store_true", help="print the promotion as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Verify, approve, edit, commit. What can be refused is refused before the first of them leaves anything."""
    project = require_project(arguments.specs)
    deployments = [_deployment(project, name, arguments.environment) for name in arguments.deployment]
    repository = None if arguments.no_commit else open_repository(arguments.specs)
    workspace = Workspace.at(arguments.specs)
    models = [found.spec.spec.model for found in deployments]
    promotion = _proposal(arguments.proposal) if arguments.proposal else _newest(workspace, models)
    for found in deployments:
        _refuse_other_model(project, found, promotion)
    held = pins(project, deployments, arguments.environment)
    edits: dict[Path, str] = {}
    for found in deployments:
        edits |= _pinned(project, found, arguments.environment, promotion)
    if repository is not None:
        _refuse_other_changes(repository, edits)
    promotion = with_origin(project, workspace, promotion, arguments.release)
    for environment in arguments.environment:
        _approve(project, workspace, environment, promotion)
    for path, text in edits.items():
        partial = path.with_name(f".{path.name}.part")
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    commit = _commit(repository, list(edits), promotion, arguments.environment) if repository and edits else ""
    unsent = list(tell_promotion(project, workspace, held, promotion, commit)) if edits else []
    for problem in unsent:
        print(problem, file=sys.stderr)  # noqa: T201
    if arguments.json:
        print(json.dumps({"changed": [str(path) for path in edits], "commit": commit}))  # noqa: T201
    else:
        for path in edits:
            print(f"{path}: {promotion.model} version {promotion.version}")  # noqa: T201
        print(f"commit {commit[:12]}" if commit else "nothing committed")  # noqa: T201
    return exit_codes.CLEAN


def _newest(workspace: Workspace, models: Iterable[str]) -> Promotion:
    """The proposal that the last training run of some models left."""
    wanted = set(models)
    found = sorted(workspace.runs.glob("runs/*/propose/artifacts/promotion"), key=lambda path: -path.stat().st_mtime_ns)
    proposal = next((one for one in map(_proposal, found) if one.model in wanted), None)
    if proposal is None:
        why = f"no run has proposed a version of {' or '.join(sorted(wanted))} yet"
        raise Refused("proposal", str(workspace.runs), why, "run a training workflow, or name a promotion.json")
    return proposal


def _proposal(path: Path) -> Promotion:
    if not path.is_file():
        why = "it is a folder" if path.is_dir() else "there is no such file"
        raise Unavailable(
            str(path), why, "give the promotion.json of a training run, or none for the newest that was left here"
        )
    try:
        found = Promotion.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise Refused("proposal", str(path), first_fault(error), "give the promotion.json of a training run") from error
    if not found.release and not found.template:
        why = "the run says neither its release nor its workflow's template, so that no approval could name a release"
        mend = "compile again and let the workflow run anew: its template then says its own name"
        raise Refused("proposal", str(path), why, mend)
    return found


def _deployment(project: Project, name: str, environments: Iterable[str]) -> Located[Deployment]:
    """A deployment that runs in some environments."""
    found = require_deployment(project, name)
    runs = found.spec.spec.environments
    for environment in environments:
        if environment not in runs:
            why = f"the deployment has no environment {environment!r}"
            raise Refused(found.key, _place(project, found, "environments"), why, did_you_mean(environment, runs))
    return found


def _refuse_other_model(project: Project, found: Located[Deployment], promotion: Promotion) -> None:
    if found.spec.spec.model != promotion.model:
        why = f"it serves {found.spec.spec.model}; the proposal is for {promotion.model}"
        raise Refused(found.key, _place(project, found, "model"), why, "give a proposal of its own model")


def _place(project: Project, found: Located[Deployment], field: str) -> str:
    where = found.span("spec", field)
    return f"{project.root / where.path}:{where.line}"


def _approve(project: Project, workspace: Workspace, name: str, promotion: Promotion) -> None:
    """Verify the proposed package, and sign that it may serve in an environment."""
    from plimsoll.runtime.models.verified import open_verified, publish
    from plimsoll.runtime.trust.approval import sign_approval
    from plimsoll.runtime.trust.instance import open_instance
    from plimsoll.runtime.trust.signer import Signer

    environment = require_environment(project, name)
    source = workspace.state(promotion.environment).model_package(promotion.model, promotion.digest)
    target = workspace.state(name).model_package(promotion.model, promotion.digest)
    with open_verified(source, workspace.trust, identity(environment, "model"), promotion.digest) as package:
        publish(package.root, target)
    with Signer(open_instance(workspace.trust), environment.spec.signers.approval) as signer:
        bundle = sign_approval(
            signer,
            model=promotion.model,
            version=promotion.version,
            model_digest=promotion.digest,
            release_digest=promotion.release,
            environment=name,
        )
    approval = workspace.state(name).approval(promotion.digest, name)
    approval.parent.mkdir(parents=True, exist_ok=True)
    approval.write_text(bundle, encoding="utf-8")


def _pinned(
    project: Project, found: Located[Deployment], environments: list[str], promotion: Promotion
) -> dict[Path, str]:
    """A deployment's file with the pin in it, by its path; nothing where the pin stands there already."""
    path = project.root / found.document.source.path
    text = found.document.source.text
    for environment in environments:
        try:
            text = set_pin(with_text(found.document, text), environment, promotion.version, promotion.digest)
        except ValueError as error:
            raise Refused(found.key, str(path), str(error)) from error
    return {} if text == found.document.source.text else {path: text}


def _refuse_other_changes(repository: "Repo", edits: Iterable[Path]) -> None:
    """A promotion is a commit of the pin alone, so nothing else may be staged, nor be changed in the same file."""
    root = Path(repository.working_dir)
    staged = [change.b_path or change.a_path or "" for change in repository.index.diff("HEAD")]
    changed = [str(path) for path in edits if repository.is_dirty(path=str(path.resolve()), untracked_files=True)]
    if other := sorted({*staged, *changed}):
        mend = "commit or take back what is there, or use --no-commit"
        raise Refused("promotion", str(root), f"{', '.join(other)} holds changes of another kind", mend)


def _commit(repository: "Repo", changed: list[Path], promotion: Promotion, environments: list[str]) -> str:
    repository.index.add([str(path.resolve()) for path in changed])
    where = ", ".join(environments)
    metrics = "\n".join(f"  {name}: {value:.4f}" for name, value in sorted(promotion.metrics.items()))
    message = (
        f"Promote {promotion.model} version {promotion.version} to {where}\n\n"
        f"Trained on data before {promotion.as_of} by {promotion.workflow}. On the evaluation window:\n{metrics}\n\n"
        f"Model-Digest: {promotion.digest}\nTrained-By-Release: {promotion.release}\n"
        f"Trained-From-Commit: {promotion.commit}\n"
    )
    moment = datetime.now(UTC)
    return repository.index.commit(message, commit_date=moment, author_date=moment).hexsha
