"""Verify the pinned package, load the verified copy, and serve it until told to stop."""

import argparse
import json
import socket
from pathlib import Path
from typing import Any

import uvicorn

from plimsoll.contract.package import SCORE_COLUMN
from plimsoll.contract.places import Places, State
from plimsoll.runtime.features.store import FeatureStore
from plimsoll.runtime.models.loading import load_scorer
from plimsoll.runtime.models.verified import open_verified
from plimsoll.runtime.profiles.calibration import Calibration
from plimsoll.runtime.serving.application import Service
from plimsoll.runtime.serving.journal import Journal
from plimsoll.runtime.serving.predictor import Predictor
from plimsoll.runtime.serving.score_drift import ScoreDrift
from plimsoll.runtime.serving.watch import Watch
from plimsoll.runtime.steps.common import say, serving_request

IDLE_SECONDS = 3_660
"""How long a connection may be idle: longer than a proxy keeps one, of which Envoy's hour is the longest. The proxy
must be the first to close, or it sends a request into a connection that is being closed, and its caller gets 503."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Say where to listen."""
    parser.add_argument("--host", default="0.0.0.0")  # noqa: S104 -- inside a pod; the network policy decides who comes
    parser.add_argument("--port", type=int, default=8080, help="0 takes any free port")
    parser.add_argument("--address-file", type=Path, help="write the address as JSON here once it listens")
    parser.add_argument("--replay", action="store_true", help="let requests say which moment it is")


def run(places: Places, arguments: argparse.Namespace) -> None:
    """Serve. Refuses a package that does not hold, before it listens."""
    request = serving_request(places)
    state = State(places.state)
    published = state.model_package(request.model.name, request.model.digest)
    with open_verified(published, places.trust, request.identity, request.model.digest) as package:
        classes = request.inputs.examples.classes
        scorer = load_scorer(package.model, request.format, request.inputs.columns, request.task, classes)
        calibrated = Calibration.read(package.calibration).column(SCORE_COLUMN)
    features = FeatureStore(state, request.inputs.feature_sets)
    features.apply(delete_others=False)
    drift = ScoreDrift(calibrated) if calibrated else None
    predictor, journal = Predictor(request, scorer, features), Journal(request, state)
    watch = Watch(state.monitoring(request.deployment))
    service = Service(predictor, journal, watch, replay=arguments.replay, drift=drift)
    listener = socket.create_server((arguments.host, arguments.port))
    port = listener.getsockname()[1]
    if arguments.address_file:
        address = {"host": "127.0.0.1", "port": port, "version": request.model.version, "digest": request.model.digest}
        partial = arguments.address_file.with_suffix(".part")
        partial.write_text(json.dumps(address), encoding="utf-8")
        partial.rename(arguments.address_file)
    say(f"{request.model.name} version {request.model.version} verified; listening on port {port}")
    server_of(service.application()).run(sockets=[listener])


def server_of(application: Any) -> uvicorn.Server:
    """The HTTP server around an ASGI application, as it runs behind a gateway."""
    return uvicorn.Server(
        uvicorn.Config(application, log_level="warning", access_log=False, timeout_keep_alive=IDLE_SECONDS)
    )
