"""Specs → step requests: durations as seconds, windows as days, names as the things they stand for."""

from functools import cache

from plimsoll.compiler.kinds import Model
from plimsoll.compiler.kinds.deployment import Batch
from plimsoll.compiler.kinds.environment import EnvironmentSpec
from plimsoll.compiler.kinds.gates import Gate
from plimsoll.compiler.kinds.model import ModelSpec
from plimsoll.compiler.kinds.monitoring import Monitoring
from plimsoll.compiler.project.project import PlacedDeployment, Project
from plimsoll.compiler.rendering.digests import located_digest, placed_digest
from plimsoll.compiler.rendering.guards import serving_guard, training_guard
from plimsoll.compiler.rendering.inputs import inputs_text, model_inputs
from plimsoll.compiler.rendering.woven import Woven
from plimsoll.compiler.rendering.written import inner_json, readable_json
from plimsoll.contract import requests as contract

_NONE = contract.ModelInputs(
    examples=contract.Examples(
        table=contract.Table(name="", path="", timestamp="", columns={}),
        id="",
        timestamp="",
        columns={},
        keys=(),
        label="",
        label_sql="",
        label_delay=0,
    ),
    feature_sets=(),
    uses=(),
)
"""Stands for what a model reads while the rest of a request is written."""

_HEAD = '\n  "inputs": '
"""What stands before it."""


def training_request(project: Project, model: Model, environment: str) -> contract.TrainingRequest:
    """What the steps of a model's training workflow are told.

    Raises:
        Unreadable: when the SQL beside a feature set can't be read, or isn't UTF-8.
    """
    spec, place = model.spec, project.environments[environment].spec.spec
    challenge = spec.evaluation.challenge
    return contract.TrainingRequest(
        model=model.metadata.name,
        environment=environment,
        spec_digest=located_digest(project.models[model.metadata.name]),
        inputs=model_inputs(project, model),
        task=spec.task,
        training_days=spec.window.training,
        evaluation_days=spec.window.evaluation,
        parameters=spec.training.parameters,
        format=_format(spec),
        gates=tuple(map(_gate, spec.evaluation.gates)),
        slices=tuple(
            contract.SliceGates(by=one.by, min_rows=one.min_rows, gates=tuple(map(_gate, one.gates)))
            for one in spec.evaluation.slices
        ),
        challenge=contract.Challenge(**challenge.model_dump()) if challenge else None,
        identity=_identity(place),
        tracking_uri=place.stores.tracking,
        events=_events(place, model.metadata.owner),
        guard=training_guard(project, model.metadata.name, environment),
    )


def serving_request(project: Project, placed: PlacedDeployment) -> contract.ServingRequest:
    """What the server, the batch scorer and the monitor of a pinned deployment are told.

    Raises:
        Unreadable: when the SQL beside a feature set can't be read, or isn't UTF-8.
    """
    spec, model, place = placed.spec, placed.model.spec, placed.environment.spec.spec
    if spec.pin is None:
        raise ValueError(f"{placed.name} has no pin: there is nothing to serve")
    return contract.ServingRequest(
        deployment=placed.name,
        environment=placed.environment.spec.metadata.name,
        mode="online" if spec.online else "batch",
        spec_digest=placed_digest(placed),
        model=contract.ModelPin(name=spec.model, version=spec.pin.version, digest=spec.pin.digest),
        inputs=model_inputs(project, model),
        task=model.spec.task,
        format=_format(model.spec),
        identity=_identity(place),
        max_staleness=spec.online.stale_features if spec.online else "null",
        batch_days=spec.batch.window if spec.batch else 1,
        monitor=_rules(spec.monitoring) if spec.monitoring else None,
        tracking_uri=place.stores.tracking,
        partitions=_partitions(spec.batch),
        events=_events(place, spec.alerting.contact if spec.alerting else placed.deployment.spec.metadata.owner),
        guard=serving_guard(project, placed),
    )


def request_text(project: Project, model: str, request: contract.TrainingRequest | contract.ServingRequest) -> Woven:
    """The text of a request for a model. What the model reads is most of it, and written once for all of its requests.

    Law: it is what ``readable_json`` makes of the request.
    """
    around = readable_json(request.model_copy(update={"inputs": _NONE}))
    before, found, after = around.partition(_none_text())
    assert found
    return Woven(f"{before}{_HEAD}", inputs_text(project, model), after)


@cache
def _none_text() -> str:
    """How the stand-in stands in a request. Nothing else there reads so: no text in JSON has a line break in it."""
    return f"{_HEAD}{inner_json(_NONE)}"


def _partitions(batch: Batch | None) -> contract.Partitions | None:
    if batch is None or batch.partitions is None:
        return None
    return contract.Partitions(by=batch.partitions.by, count=batch.partitions.count)


def _events(place: EnvironmentSpec, contact: str | None) -> contract.EventRules | None:
    """Where events go; where they go nowhere, a request is as it would be without any."""
    offers = place.offers.events
    return contract.EventRules(sink=offers.sink, contact=contact) if offers and offers.sink else None


def _gate(gate: Gate) -> contract.Gate:
    return contract.Gate(metric=gate.metric, minimum=gate.minimum, maximum=gate.maximum)


def _format(spec: ModelSpec) -> contract.ModelFormat:
    return contract.ModelFormat(name=spec.format.name, trusted_types=spec.format.trusted_types)


def _identity(place: EnvironmentSpec) -> contract.Identity:
    signers = place.signers
    return contract.Identity(subject=signers.model, issuer=signers.issuer, trusted_root=signers.trusted_root)


def _rules(given: Monitoring) -> contract.MonitorRules:
    performance = given.performance
    return contract.MonitorRules(
        window=given.window,
        drift=contract.DriftRule(share=given.drift.share, windows=given.drift.windows, of=given.drift.of),
        performance=contract.PerformanceRule(
            gate=_gate(performance.gate), windows=performance.windows, min_labels=performance.min_labels
        )
        if performance
        else None,
        max_missing_increase=given.max_missing_increase,
        min_volume_share=given.min_volume,
        retrain_on=given.remediation.retrain_on,
        cooldown_days=given.remediation.cooldown,
        features=given.features,
    )
