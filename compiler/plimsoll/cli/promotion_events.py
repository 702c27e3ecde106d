"""What a promotion tells the sink of each environment: that a version was pinned, or that an older one came back."""

from collections.abc import Iterable, Iterator

from plimsoll.cli.release_folder import require_environment
from plimsoll.cli.workspace import Workspace
from plimsoll.compiler.kinds import Deployment
from plimsoll.compiler.kinds.deployment import Pin
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.contract.package import Promotion
from plimsoll.contract.requests import EventRules


def pins(
    project: Project, deployments: Iterable[Located[Deployment]], environments: Iterable[str]
) -> dict[tuple[str, str], Pin | None]:
    """The pin of each deployment in each environment, as it is before a promotion."""
    wanted = {one.name for one in deployments}
    return {
        (placed.name, environment): placed.spec.pin
        for environment in environments
        for placed in project.placed_in(environment)
        if placed.name in wanted
    }


def tell_promotion(
    project: Project, workspace: Workspace, held: dict[tuple[str, str], Pin | None], promotion: Promotion, commit: str
) -> Iterator[str]:
    """Tell of a promotion, once for each deployment and environment; what could not be sent is said, and recorded.

    A version with a lower number than the one that was pinned is a rollback.
    """
    from plimsoll.runtime.events.cloudevent import Told, Type, cloud_event
    from plimsoll.runtime.events.tell import tell

    for (deployment, environment), before in held.items():
        if before is not None and before.digest == promotion.digest:
            continue
        place = require_environment(project, environment).spec
        spec = project.deployments[deployment].spec
        contact = spec.spec.alerting.contact if spec.spec.alerting else spec.metadata.owner
        offers = place.offers.events
        rules = EventRules(sink=offers.sink, contact=contact) if offers and offers.sink else None
        told = Told(
            environment=environment,
            model=promotion.model,
            deployment=deployment,
            version=promotion.version,
            digest=promotion.digest,
            workflow=promotion.workflow,
            commit=commit,
            release=promotion.release,
            metrics=promotion.metrics,
            contact=contact,
        )
        is_back = before is not None and promotion.version < before.version
        kind: Type = "dev.plimsoll.rolled-back" if is_back else "dev.plimsoll.promoted"
        was = before.digest if before else "nothing"
        event = cloud_event(kind, told, of=f"{was} {promotion.digest} {commit}")
        record = tell(workspace.state(environment), event, rules)
        if record.problem:
            yield f"{kind} was not sent, and is recorded as {event.id}: {record.problem}"
