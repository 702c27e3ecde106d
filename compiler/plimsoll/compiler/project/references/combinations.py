"""Values that are sound one by one and that an engine would silently ignore together: each is refused where it stands.

The table is the truth: ``docs/reference/combinations.md`` is made from it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plimsoll.compiler.diagnostics import Diagnostic, Label, Route, Severity
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.references.findings import error
from plimsoll.compiler.project.references.offers import Place

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Deployment, Environment

CODE = "PLM-REF-018"


@dataclass(frozen=True)
class Asked:
    """An online deployment as it is in one environment."""

    online: Mapping[str, Any]
    alerting: Mapping[str, Any] | None
    place: Place

    @property
    def strategy(self) -> str:
        """How traffic is to move to a new version."""
        strategy: str = self.online["rollout"]["strategy"]
        return strategy

    @property
    def sleeps(self) -> bool:
        """Whether there may be no server at all."""
        return bool(self.online["scaling"]["min"] == 0)

    @property
    def is_judged(self) -> bool:
        """Whether a rollout asks Prometheus for its verdict."""
        return self.strategy in ("blue-green", "shadow") or bool(self.online["rollout"].get("abortOn"))


@dataclass(frozen=True)
class Combination:
    """What a deployment asks of an environment that cannot give it."""

    asks: str
    """In words, for the table of the docs."""
    needs: str
    """In words, for the table of the docs."""
    route: Route
    """Where the deployment asks."""
    is_unmet: Callable[[Asked], bool]
    says: str
    """Why it is refused; ``STRATEGY`` is the value, and ``SERVING`` the engine."""
    mend: str


_STRATEGY: Route = ("spec", "online", "rollout", "strategy")
_LEAST: Route = ("spec", "online", "scaling", "min")

COMBINATIONS = (
    Combination(
        "a strategy other than rolling",
        "`platform.serving: rollouts`",
        _STRATEGY,
        lambda a: a.strategy != "rolling" and a.place.serving != "rollouts",
        "SERVING knows no STRATEGY: it would replace pods a few at a time",
        "write strategy: rolling, or serving: rollouts in the environment's platform",
    ),
    Combination(
        "canary with `abortOn`, blue-green, shadow",
        "`platform.prometheus`",
        _STRATEGY,
        lambda a: a.is_judged and a.place.prometheus is None,
        "a STRATEGY is judged by what Prometheus knows, and the environment names none: no fault would ever be seen",
        "give the environment's platform a prometheus, or write strategy: rolling",
    ),
    Combination(
        "canary with `abortOn`, blue-green, shadow",
        "`alerting` of the deployment",
        _STRATEGY,
        lambda a: a.is_judged and a.alerting is None,
        "a STRATEGY is judged by the bars of alerting, and the deployment has none",
        "give the deployment alerting, with a contact",
    ),
    Combination(
        "shadow",
        "`platform.mesh: istio`",
        _STRATEGY,
        lambda a: a.strategy == "shadow" and a.place.mesh != "istio",
        "only Istio copies requests for Argo Rollouts: nothing would reach the shadow",
        "write strategy: canary, or mesh: istio in the environment's platform",
    ),
    Combination(
        "shadow",
        "no `platform.gateway`",
        _STRATEGY,
        lambda a: a.strategy == "shadow" and a.place.gateway is not None,
        "requests that come through the environment's gateway are not copied: nothing would reach the shadow",
        "write strategy: canary, or take the gateway out of the environment's platform",
    ),
    Combination(
        "`scaling.min: 0`",
        "a stage other than production",
        _LEAST,
        lambda a: a.sleeps and a.place.stage == "production",
        "nothing sleeps in production: the first requests after a sleep fail",
        "write min: 1 or more for the environment",
    ),
    Combination(
        "`scaling.min: 0`",
        "`platform.autoscaling: keda`",
        _LEAST,
        lambda a: a.sleeps and a.place.autoscaling != "keda",
        "a HorizontalPodAutoscaler never scales to nothing: the API server refuses it",
        "write min: 1, or autoscaling: keda in the environment's platform",
    ),
    Combination(
        "`scaling.min: 0`",
        "`platform.gateway.requests`, or `platform.mesh: istio` without a gateway",
        _LEAST,
        lambda a: a.sleeps and a.place.autoscaling == "keda" and not _is_woken(a.place),
        "a server that sleeps counts no request, and nothing else is known to: it would never wake",
        "write min: 1, or say in the environment's platform.gateway.requests how its gateway counts",
    ),
    Combination(
        "`scaling.min: 0`",
        "strategy rolling",
        _LEAST,
        lambda a: a.sleeps and a.strategy != "rolling",
        "a STRATEGY of a deployment that sleeps is over at once, with nothing seen of the new version",
        "write min: 1, or strategy: rolling for the environment",
    ),
)
"""What a deployment may ask in vain, in the order in which it is looked for; one finding a place."""


def _is_woken(place: Place) -> bool:
    """Whether somebody counts the requests to what sleeps: the gateway, or the mesh where all callers are in it."""
    return place.gateway.get("requests") is not None if place.gateway is not None else place.mesh == "istio"


PLATFORM_TABLE = (
    ("`platform.autoscaling: keda`", "`platform.prometheus`"),
    ("`platform.autoscaling: keda`", "`platform.serving` other than kserve"),
    ("`platform.gateway.requests`", "`platform.autoscaling: keda`"),
)
"""What an environment may offer in vain, and what it needs; for the table of the docs."""


_ENGINES = {"deployment": "a Deployment", "rollouts": "a Rollout", "kserve": "KServe"}


def of_deployment(project: Project, one: Located["Deployment"]) -> Iterator[Diagnostic]:
    """What a deployment asks of its environments, and they cannot give; the first fault of each place."""
    for environment, spec in one.facts.placed.items():
        if spec.get("online") and environment in project.environments:
            place = Place(project.environments[environment].said)
            asked = Asked(spec["online"], spec.get("alerting"), place)
            yield from _unmet(project, one, environment, asked)


def _unmet(project: Project, one: Located["Deployment"], environment: str, asked: Asked) -> Iterator[Diagnostic]:
    seen: set[Route] = set()
    for each in COMBINATIONS:
        if each.route not in seen and each.is_unmet(asked):
            seen.add(each.route)
            engine = _ENGINES[asked.place.serving]
            says = each.says.replace("STRATEGY", asked.strategy).replace("SERVING", engine)
            yield _finding(project, one.name, environment, each.route, says, each.mend)
    if not seen:
        yield from _unshown(project, one.name, environment, asked)


def _unshown(project: Project, name: str, environment: str, asked: Asked) -> Iterator[Diagnostic]:
    """Weights of a canary that is a share of the replicas and has too few of them."""
    if asked.strategy != "canary" or asked.place.shifts_traffic_by != "replicas":
        return
    replicas = asked.online["scaling"]["min"]
    shares = sorted({100 * pods // replicas for pods in range(1, replicas) if 100 * pods % replicas == 0})
    for index, step in enumerate(asked.online["rollout"]["steps"]):
        if step["weight"] not in shares:
            route = ("spec", "online", "rollout", "steps", index, "weight")
            says = f"{step['weight']} percent of {replicas} replicas is no whole number of them"
            known = ", ".join(map(str, shares))
            mend = f"with {replicas} replicas: {known}" if shares else "let scaling.min be 2 or more"
            yield _finding(project, name, environment, route, says, f"{mend}; or have a gateway share out requests")


def _finding(project: Project, name: str, environment: str, route: Route, says: str, mend: str) -> Diagnostic:
    placed = project.place(name, environment)
    label = Label(placed.environment.span("spec", "platform"), f"what {environment} offers")
    span = placed.span(*route)
    return Diagnostic(CODE, Severity.ERROR, says, span, labels=(label,), help=mend, subject=placed.deployment.key)


def of_environment(one: Located["Environment"]) -> Iterator[Diagnostic]:
    """What an environment's platform offers and nothing would use."""
    offers = Place(one.said)
    if offers.autoscaling == "keda":
        route: Route = ("spec", "platform", "autoscaling")
        if offers.prometheus is None:
            message = "KEDA scales by what Prometheus knows, and the platform names none"
            yield error(CODE, one, route, message, help_="write prometheus: {address: …}, or autoscaling: hpa")
        if offers.serving == "kserve":
            message = "KServe counts its servers itself: KEDA would count nothing"
            yield error(CODE, one, route, message, help_="write autoscaling: hpa, or another serving")
    elif offers.gateway is not None and offers.gateway.get("requests") is not None:
        message = "only KEDA asks how many requests the gateway got"
        route = ("spec", "platform", "gateway", "requests")
        yield error(CODE, one, route, message, help_="leave it out, or write autoscaling: keda")
