"""From a served model back to where everything of it came from, every link verified on the way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from plimsoll.cli.origin import Trained, find_origin, kept
from plimsoll.cli.release_folder import identity, release_root, require_environment
from plimsoll.cli.workspace import Workspace
from plimsoll.compiler.kinds.deployment import Pin
from plimsoll.compiler.project.project import PlacedDeployment, Project
from plimsoll.contract import digests
from plimsoll.contract.package import Card, Package
from plimsoll.contract.refusal import Refused

if TYPE_CHECKING:
    from plimsoll.runtime.trust.release import VerifiedLock


class Holds(StrEnum):
    """What became of a link."""

    VERIFIED = "verified"
    BROKEN = "broken"
    CHANGED = "changed since"
    """What was recorded holds, but what lies there now is newer."""


@dataclass(frozen=True)
class Link:
    """One link of a trace: what it is, what it says, whether that holds and how this was seen."""

    name: str
    says: str
    holds: Holds
    how: str


@dataclass(frozen=True)
class Trace:
    """The way back from a deployment."""

    deployment: str
    environment: str
    links: tuple[Link, ...]

    @property
    def whole(self) -> bool:
        """Whether no link is broken."""
        return all(link.holds is not Holds.BROKEN for link in self.links)


def trace(project: Project, workspace: Workspace, placed: PlacedDeployment) -> Trace:
    """Follow a pinned deployment back to its sources.

    A broken link is a value; the links that do not depend on it are followed all the same.

    Raises:
        Refused: when nothing is pinned, or the package that everything else hangs on does not verify.
    """
    environment = placed.environment.spec.metadata.name
    if placed.spec.pin is None:
        where = placed.span("spec")
        mend = "train and promote a version first"
        raise Refused(f"Deployment/{placed.name}", f"{where.path}:{where.line}", "no version is pinned", mend)
    return Trace(placed.name, environment, tuple(_links(project, workspace, placed, placed.spec.pin)))


def _links(project: Project, workspace: Workspace, placed: PlacedDeployment, pin: Pin) -> Iterator[Link]:
    from plimsoll.runtime.models.verified import TRUSTED_ROOT, open_verified
    from plimsoll.runtime.trust.model import model_signature

    environment = require_environment(project, placed.environment.spec.metadata.name)
    state = workspace.state(environment.metadata.name)
    model = placed.spec.model
    yield _pinned(project, placed, pin)
    signer = identity(environment, "model")
    with open_verified(state.model_package(model, pin.digest), workspace.trust, signer, pin.digest) as package:
        card = Card.model_validate_json(package.card.read_bytes())
        signed = model_signature(package.root, workspace.trust / TRUSTED_ROOT, signer).signed_at
        card = card.model_copy(update={"release": card.release or _approved_release(workspace, placed, pin)})
        yield Link("model", f"{model} {pin.digest}", Holds.VERIFIED, f"signature and every file, by {signer.subject}")
        yield _checked("approval", lambda: _approval(workspace, placed, pin, card))
        yield _checked("registry", lambda: _registry(workspace, pin, package))
        yield _checked("profile", lambda: _profile(package))
    yield _gates(card)
    commit = card.commit
    try:
        found = _release(project, workspace, card, signed)
        commit = found.provenance.commit
        how = f"serial {found.provenance.serial}, signed by {found.statement.subject}"
        yield Link("release", found.digest, Holds.VERIFIED, f"{how} at {found.statement.signed_at:%Y-%m-%d %H:%M:%S}")
    except Refused as error:
        yield _broken("release", error)
    yield _checked("commit", lambda: _commit(project.root, commit))
    yield _data(workspace, project, card)


def _checked(name: str, follow: Callable[[], Link]) -> Link:
    """A link, or why it is broken."""
    try:
        return follow()
    except (Refused, OSError) as error:
        return _broken(name, error)


def _broken(name: str, error: Exception) -> Link:
    return Link(name, str(error).splitlines()[0], Holds.BROKEN, getattr(error, "where", ""))


def _pinned(project: Project, placed: PlacedDeployment, pin: Pin) -> Link:
    from git import InvalidGitRepositoryError, Repo

    span = placed.span("spec", "pin", "digest")
    says = f"{span.path}:{span.line} version {pin.version}"
    try:
        repository = Repo(project.root, search_parent_directories=True)
    except InvalidGitRepositoryError:
        return Link("pin", says, Holds.BROKEN, "the specs are not in a git repository")
    path = str((project.root / span.path).resolve())
    if repository.is_dirty(path=path):
        return Link("pin", says, Holds.BROKEN, "the file differs from what is committed")
    last = next(repository.iter_commits(paths=path, max_count=1), None)
    if last is None:
        return Link("pin", says, Holds.BROKEN, "the file was never committed")
    return Link("pin", says, Holds.VERIFIED, f"commit {last.hexsha[:12]}: {str(last.summary)[:60]}")


def _approved_release(workspace: Workspace, placed: PlacedDeployment, pin: Pin) -> str:
    """The release that whoever approved a pin has found it to be trained by; empty where no approval holds."""
    from plimsoll.runtime.trust.approval import APPROVAL_TYPE
    from plimsoll.runtime.trust.verifier import verify_statement

    environment = placed.environment.spec
    path = workspace.state(environment.metadata.name).approval(pin.digest, environment.metadata.name)
    root, signer = workspace.trust / "trusted_root.json", identity(environment, "approval")
    try:
        found = verify_statement(path.read_bytes(), root, signer, frozenset({APPROVAL_TYPE}), where=str(path))
    except (Refused, OSError):
        return ""
    return found.statement.digests.get("release", "")


def _approval(workspace: Workspace, placed: PlacedDeployment, pin: Pin, card: Card) -> Link:
    from plimsoll.runtime.trust.approval import verify_approval

    environment = placed.environment.spec
    name = environment.metadata.name
    path = workspace.state(name).approval(pin.digest, name)
    verified = verify_approval(
        path.read_bytes(),
        workspace.trust / "trusted_root.json",
        identity(environment, "approval"),
        model=card.model,
        version=pin.version,
        model_digest=pin.digest,
        release_digest=card.release,
        environment=name,
        where=str(path),
    )
    how = f"signed by {verified.approver} at {verified.approved_at:%Y-%m-%d %H:%M:%S}"
    return Link("approval", f"version {pin.version} may serve in {name}", Holds.VERIFIED, how)


def _registry(workspace: Workspace, pin: Pin, package: Package) -> Link:
    from plimsoll.runtime.registry import version_of, version_tags

    card = Card.model_validate_json(package.card.read_bytes())
    tags = version_of(workspace.local_uri(card.request), card.model, pin.version)
    wrong = sorted(name for name, value in version_tags(package, card).items() if tags.get(name) != value)
    says = f"MLflow {card.model} version {pin.version}"
    if not tags:
        return Link("registry", says, Holds.BROKEN, "the registry knows no such version")
    if wrong:
        return Link("registry", says, Holds.BROKEN, f"its tags differ: {', '.join(wrong)}")
    return Link("registry", says, Holds.VERIFIED, f"{len(tags)} tags agree, those of data and signature among them")


def _profile(package: Package) -> Link:
    from plimsoll.runtime.profiles.sketches import Profile

    profile = Profile.read(package.baseline)
    says = digests.of_file(package.baseline)
    return Link("profile", says, Holds.VERIFIED, f"{profile.rows:,} rows, {len(profile.columns)} columns")


def _gates(card: Card) -> Link:
    results = card.evaluation.results
    missed = [result.scope for result in results if not result.passed]
    says = ", ".join(f"{name} {value:.4f}" for name, value in sorted(card.evaluation.metrics.items()))
    if missed:
        return Link("evaluation", says, Holds.BROKEN, f"gates missed: {', '.join(missed)}")
    return Link("evaluation", says, Holds.VERIFIED, f"all {len(results)} gates held")


def _release(project: Project, workspace: Workspace, card: Card, signed: datetime) -> "VerifiedLock":
    """The release whose workflow trained the model, among those that are kept: signed, and holding what ran.

    Raises:
        Refused: when it is none of them.
    """
    environment = require_environment(project, card.request.environment)
    root, signer = release_root(environment, workspace.trust)
    state = workspace.state(environment.metadata.name)
    return find_origin(((one,) for one in kept(state)), Trained(card, signed, root, signer)).release


def _commit(root: Path, sha: str) -> Link:
    from git import BadName, Repo

    repository = Repo(root, search_parent_directories=True)
    try:
        commit = repository.commit(sha)
    except (BadName, ValueError):
        return Link("commit", sha, Holds.BROKEN, "this repository does not hold it")
    return Link("commit", sha, Holds.VERIFIED, f"{str(commit.summary)[:60]}, by {commit.author.name}")


def _data(workspace: Workspace, project: Project, card: Card) -> Link:
    """Whether the source tables are still those that the model was made from."""
    changed = []
    for key, digest in sorted(card.dataset.tables.items()):
        kind, name = key.split("/", 1)
        if kind == "DataSource" and name in project.data_sources:
            path = workspace.data / project.data_sources[name].spec.spec.file
            if not path.is_file() or digests.of_file(path) != digest:
                changed.append(name)
    window = card.dataset
    says = f"{window.digest} ({window.training.start:%Y-%m-%d} to {window.evaluation.end:%Y-%m-%d})"
    if changed:
        return Link("data", says, Holds.CHANGED, f"the tables of {', '.join(changed)} are newer")
    return Link("data", says, Holds.VERIFIED, "every source table still has the digest that was recorded")
