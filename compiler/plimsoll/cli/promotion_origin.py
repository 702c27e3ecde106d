"""The release that a proposed version was trained by: found, verified, and kept for the trace."""

from pathlib import Path

from plimsoll.cli.origin import Trained, find_origin, in_folder, in_history, keep, kept, training_files
from plimsoll.cli.release_folder import identity, release_root, require_environment
from plimsoll.cli.workspace import Workspace
from plimsoll.compiler.project.project import Project
from plimsoll.contract.package import Card, Promotion
from plimsoll.contract.refusal import Refused

_RELEASES = Path("release")


def with_origin(project: Project, workspace: Workspace, promotion: Promotion, folder: Path | None) -> Promotion:
    """A proposal with the release and the commit that its package was trained by, whether or not the run was told them.

    Args:
        project: says who signs models and releases where the version was trained.
        workspace: where the package lies, and where the release is kept once it is found.
        promotion: what was proposed.
        folder: where the release lies, or lay; left out, where ``compile`` leaves it.

    Raises:
        Refused: when the package does not verify, says another thing than the proposal, or no release is found.
    """
    from plimsoll.runtime.models.verified import TRUSTED_ROOT, open_verified
    from plimsoll.runtime.trust.model import model_signature

    place = require_environment(project, promotion.environment)
    state, signer = workspace.state(promotion.environment), identity(place, "model")
    source = state.model_package(promotion.model, promotion.digest)
    with open_verified(source, workspace.trust, signer, promotion.digest) as package:
        card = Card.model_validate_json(package.card.read_bytes())
        signed = model_signature(package.root, workspace.trust / TRUSTED_ROOT, signer).signed_at
    for name in ("model", "release", "commit", "workflow", "template"):
        said, true = getattr(promotion, name), getattr(card, name)
        if said != true:
            why = f"its {name} is {said!r}, and the signed card of the package says {true!r}"
            raise Refused("proposal", promotion.digest, why, "give the promotion.json as the run left it")
    trained = Trained(card, signed, *release_root(place, workspace.trust))
    where = folder or _RELEASES / promotion.environment
    sources = (*((one,) for one in kept(state)), (in_folder(where),), in_history(where))
    found = find_origin(sources, trained)
    keep(found.candidate, state, (trained.root, trained.signer), *training_files(card.model))
    return promotion.model_copy(update={"release": found.release.digest, "commit": found.release.provenance.commit})
