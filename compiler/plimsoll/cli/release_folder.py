"""A release as a verb finds it: which environment it is for, and whose signature must hold."""

from dataclasses import dataclass
from pathlib import Path

from plimsoll.cli.arguments import SPECS as SPECS
from plimsoll.cli.origin import in_folder, keep
from plimsoll.cli.resolving import resolved
from plimsoll.cli.workspace import Workspace
from plimsoll.compiler.hints import did_you_mean
from plimsoll.compiler.kinds import Deployment, Environment
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.contract.folders import require_folder
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release import read_lock
from plimsoll.contract.requests import Identity


def require_project(specs: Path) -> Project:
    """The resolved project of a folder, for a verb that needs it whole.

    Raises:
        Refused: when a spec is at fault; ``plimsoll check`` shows how.
        Unavailable: when there is no such folder.
    """
    require_folder(specs, "give the folder of the project, by --specs")
    read = resolved(specs)
    if read.project is None:
        first = next((one for one in read.diagnostics if one.blocks), None)
        why = f"{first.span.path}:{first.span.line}: {first.message}" if first else "there is nothing in it"
        raise Refused("specs", str(specs), why, "run plimsoll check, which shows every fault")
    return read.project


def require_environment(project: Project, name: str) -> Environment:
    """An environment of a project.

    Raises:
        Refused: when there is none of that name.
    """
    found = project.environments.get(name)
    if found is None:
        known = ", ".join(sorted(project.environments))
        raise Refused(f"Environment/{name}", str(project.root), f"there is none; known: {known}")
    return found.spec


def require_deployment(project: Project, name: str) -> Located[Deployment]:
    """A deployment of a project.

    Raises:
        Refused: when there is none of that name.
    """
    found = project.deployments.get(name)
    if found is None:
        raise Refused(f"Deployment/{name}", str(project.root), "there is none", did_you_mean(name, project.deployments))
    return found


RELEASES = "releases"
"""Where in the trust folder that of another sigstore instance lies, if one signs releases alone."""


def identity(environment: Environment, role: str) -> Identity:
    """Who must have signed a model or an approval, as ``role`` says, by an environment's spec."""
    signers = environment.spec.signers
    subjects = {"model": signers.model, "approval": signers.approval}
    return Identity(subject=subjects[role], issuer=signers.issuer, trusted_root=signers.trusted_root)


def release_trust(environment: Environment, trust: Path) -> tuple[Path, Identity]:
    """The folder of what is known of the instance that signs an environment's releases, and who must have signed them.

    ``trust`` is the folder of the instance that signs models, and releases unless the spec names another one.
    """
    signers = environment.spec.signers
    other = signers.release_instance
    folder, instance = (trust, signers) if other is None else (trust / RELEASES, other)
    return folder, Identity(subject=signers.release, issuer=instance.issuer, trusted_root=instance.trusted_root)


def release_root(environment: Environment, trust: Path) -> tuple[Path, Identity]:
    """The ``trusted_root.json`` to verify an environment's releases against, and who must have signed them."""
    folder, signer = release_trust(environment, trust)
    return folder / "trusted_root.json", signer


@dataclass(frozen=True)
class VerifiedRelease:
    """A release folder whose signature held when it was opened."""

    folder: Path
    environment: Environment
    digest: str
    commit: str
    workspace: Workspace
    trust: tuple[Path, Identity]
    """The trusted root, and the identity, that it was verified by."""


def open_release(
    folder: Path, specs: Path, trust: Path | None = None, *, deployment: str | None = None
) -> VerifiedRelease:
    """Verify a release by the identity that the specs name for its environment, and keep its signature for the trace.

    Raises:
        Refused: when the specs have no such deployment, the folder is no release, or anything about its signature does
            not hold.
    """
    from plimsoll.runtime.trust.release import verify_release

    workspace, lock = Workspace.at(folder), read_lock(folder)
    project = require_project(specs)
    if deployment is not None:
        require_deployment(project, deployment)
    environment = require_environment(project, lock.environment)
    root, signer = release_root(environment, trust or workspace.trust)
    verified = verify_release(folder, root, signer)
    keep(in_folder(folder), workspace.state(environment.metadata.name), (root, signer))
    return VerifiedRelease(folder, environment, verified.digest, verified.provenance.commit, workspace, (root, signer))
