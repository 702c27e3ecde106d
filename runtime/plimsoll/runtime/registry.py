"""The registry: MLflow, where a version links its commit, release, data, profile and signature."""

import os
from pathlib import Path

from plimsoll.contract import digests
from plimsoll.contract.package import Card, Package
from plimsoll.contract.places import State

os.environ.setdefault("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

CHALLENGER = "challenger"
"""The registry alias of the newest registered version. What serves is said by git, not by an alias."""


def version_tags(package: Package, card: Card) -> dict[str, str]:
    """The links of a version, by tag. Those of a package of an older version name no template."""
    return {
        **({"plimsoll.template": card.template} if card.template else {}),
        "plimsoll.commit": card.commit,
        "plimsoll.release": card.release,
        "plimsoll.workflow": card.workflow,
        "plimsoll.spec": card.request.spec_digest,
        "plimsoll.environment": card.request.environment,
        "plimsoll.data": card.dataset.digest,
        "plimsoll.package": digests.of_folder(package.files),
        "plimsoll.profile": digests.of_file(package.baseline),
        "plimsoll.signature": digests.of_file(package.bundle),
    }


def register_package(tracking_uri: str, state: State, package: Package, card: Card) -> int:
    """Log the run that made a package and register it as the next version of its model. Returns the version's number.

    Registering the same package again returns the version it already has.

    Raises:
        OSError: when the tracking server cannot be reached.
    """
    from mlflow import MlflowClient
    from mlflow.entities import Metric, Param, RunTag

    _prepare(tracking_uri)
    client = MlflowClient(tracking_uri=tracking_uri, registry_uri=tracking_uri)
    tags = version_tags(package, card)
    if (known := _registered(client, card.model, tags["plimsoll.package"])) is not None:
        return known
    experiment = client.get_experiment_by_name(card.model)
    location = state.tracking_artifacts.as_uri() if tracking_uri.startswith("sqlite:") else None
    identity = experiment.experiment_id if experiment else client.create_experiment(card.model, location)
    run = client.create_run(identity, run_name=card.workflow or card.model)
    moment = run.info.start_time
    client.log_batch(
        run.info.run_id,
        [Metric(name, value, moment, 0) for name, value in card.evaluation.metrics.items()],
        [Param(name, str(value)) for name, value in card.request.parameters.items()],
        [RunTag(name, value) for name, value in tags.items()],
    )
    client.log_artifacts(run.info.run_id, str(package.root), "package")
    client.set_terminated(run.info.run_id)
    source = f"{run.info.artifact_uri}/package"
    version = client.create_model_version(card.model, source, run.info.run_id, tags=tags)
    client.set_registered_model_alias(card.model, CHALLENGER, version.version)
    return int(version.version)


def version_of(tracking_uri: str, model: str, version: int) -> dict[str, str]:
    """The tags of a registered version; empty when the registry does not know it."""
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    try:
        found = MlflowClient(tracking_uri=tracking_uri, registry_uri=tracking_uri).get_model_version(
            model, str(version)
        )
    except MlflowException:
        return {}
    return dict(found.tags)


def _prepare(tracking_uri: str) -> None:
    if tracking_uri.startswith("sqlite:///"):
        Path(tracking_uri.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)


def _registered(client: object, model: str, package: str) -> int | None:
    """The version that a package already has, after making sure that the model is known to the registry."""
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    assert isinstance(client, MlflowClient)
    try:
        client.create_registered_model(model)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    for version in client.search_model_versions(f"name = '{model}'"):
        if version.tags.get("plimsoll.package") == package:
            return int(version.version)
    return None
