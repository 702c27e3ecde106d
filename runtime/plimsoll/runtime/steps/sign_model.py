"""Put the model and all evidence of how it came to be into one package, sign it, and publish it by its digest."""

import argparse
import shutil

from plimsoll.contract.package import Card, Dataset, Evaluation, Package
from plimsoll.contract.places import Places, State
from plimsoll.contract.requests import TrainingRequest
from plimsoll.runtime.events.cloudevent import Told
from plimsoll.runtime.models.verified import publish
from plimsoll.runtime.steps.common import announce, leave_json, leave_text, read_json, say, training_request
from plimsoll.runtime.trust.instance import open_instance
from plimsoll.runtime.trust.model import sign_model
from plimsoll.runtime.trust.signer import Signer


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which commit, release, run and template the model came from."""
    add_origin(parser)


def add_origin(parser: argparse.ArgumentParser) -> None:
    """The arguments by which a run hands on where it came from."""
    parser.add_argument("--commit", default="", help="git commit of the specs")
    parser.add_argument("--release", default="", help="digest of the release's lock")
    parser.add_argument("--workflow", default="", help="name of the workflow that runs")
    parser.add_argument("--template", default="", help="name of the WorkflowTemplate that it is a run of")


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Leave the artifact ``package`` and the parameter ``digest``; publish the package in the environment's state."""
    request = training_request(places)
    package = Package(places.outputs / "package")
    _assemble(places, package, request, arguments)
    state = State(places.state)
    with Signer(open_instance(places.trust, state.transparency_log), request.identity.subject) as signer:
        digest = sign_model(package.root, signer)
    publish(package.root, state.model_package(request.model, digest))
    leave_text(places, "digest", digest)
    say(f"signed {digest} as {request.identity.subject}")
    told = Told(
        environment=request.environment,
        model=request.model,
        digest=digest,
        workflow=arguments.workflow,
        template=arguments.template or None,
        commit=arguments.commit,
        release=arguments.release,
        metrics=read_json(package.card, Card).evaluation.metrics,
    )
    announce(places, "dev.plimsoll.trained", told, of=digest)


def _assemble(places: Places, package: Package, request: TrainingRequest, arguments: argparse.Namespace) -> None:
    shutil.rmtree(package.root, ignore_errors=True)
    inputs = places.inputs
    for name in ("model", "profile"):
        shutil.copytree(inputs / name, package.files / name)
    shutil.copy(inputs / "validation.json", package.files / "validation.json")
    card = Card(
        model=request.model,
        request=request,
        dataset=read_json(inputs / "dataset" / "dataset.json", Dataset),
        evaluation=read_json(inputs / "evaluation" / "evaluation.json", Evaluation),
        commit=arguments.commit,
        release=arguments.release,
        workflow=arguments.workflow,
        template=arguments.template,
    )
    leave_json(package.card, card)
