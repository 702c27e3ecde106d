"""What a training leaves in the project of these tests: a signed, published package, and a proposal."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

from plimsoll.compiler.loading.objects import read_object
from plimsoll.contract.digests import of_bytes, of_file
from plimsoll.contract.package import Card, Dataset, DataWindow, Evaluation, Package, Promotion
from plimsoll.contract.places import REQUEST_FILE, State
from plimsoll.contract.requests import TrainingRequest
from plimsoll.runtime.trust.instance import open_instance
from plimsoll.runtime.trust.model import sign_model
from plimsoll.runtime.trust.signer import Signer

RELEASE, STATE = Path("release/local"), State(Path(".plimsoll/state/local"))
TEMPLATE, REQUEST = RELEASE / "workflowtemplate-parcels-train.yaml", RELEASE / "configmap-parcels-train.yaml"
PLACE = ("--deployment", "parcels-online", "--environment", "local")

WINDOW = DataWindow(
    start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2026, 2, 1, tzinfo=UTC), rows=10, digest=of_bytes(b"rows")
)
DATA = Dataset(as_of=date(2026, 3, 1), training=WINDOW, evaluation=WINDOW, tables={}, digest=of_bytes(b"data"))
JUDGED = Evaluation(metrics={"auc": 0.7}, results=(), champion=None, champion_metrics={})


def leave(told: dict[str, str] | None = None, **request: object) -> Path:
    """What a run of the compiled template leaves, that was told some things; the proposal's file.

    ``request`` is what differs in the request that it ran by.
    """
    origin = {"commit": "", "release": "", "template": template(), "workflow": "parcels-train-1", **(told or {})}
    card = Card(model="parcels", request=asked(request), dataset=DATA, evaluation=JUDGED, **origin)
    package = Package(Path(".plimsoll/package"))
    shutil.rmtree(package.root, ignore_errors=True)
    package.model.mkdir(parents=True)
    (package.model / "model.skops").write_bytes(b"weights")
    package.card.write_text(card.model_dump_json())
    with Signer(open_instance(Path(".plimsoll/trust")), card.request.identity.subject) as signer:
        digest = sign_model(package.root, signer)
    shutil.copytree(package.root, STATE.model_package("parcels", digest), dirs_exist_ok=True)
    proposal = Promotion(
        model="parcels", version=1, digest=digest, environment="local", as_of=DATA.as_of, metrics={}, **origin
    )
    file = Path(".plimsoll/promotion.json")
    file.write_text(proposal.model_dump_json())
    return file


def template() -> str:
    name: str = read_object(TEMPLATE.read_bytes())["metadata"]["name"]
    return name


def asked(changes: dict[str, object]) -> TrainingRequest:
    found = TrainingRequest.model_validate_json(read_object(REQUEST.read_bytes())["data"][REQUEST_FILE])
    return found.model_copy(update=changes)


def lock() -> str:
    return of_file(RELEASE / "release.lock.json")
