"""A small real model, fitted here, over a real feature store; and the application that serves it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import skops.io
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from starlette.testclient import TestClient

from plimsoll.contract.places import State
from plimsoll.contract.requests import (
    Examples,
    FeatureColumn,
    FeatureSetRequest,
    FeatureUse,
    Identity,
    ModelFormat,
    ModelInputs,
    ModelPin,
    ServingRequest,
    Table,
)
from plimsoll.runtime.features.build import build_feature_table
from plimsoll.runtime.features.store import FeatureStore
from plimsoll.runtime.models.loading import load_scorer
from plimsoll.runtime.profiles.calibration import ColumnCalibration
from plimsoll.runtime.serving.application import Service
from plimsoll.runtime.serving.journal import Journal
from plimsoll.runtime.serving.predictor import Predictor
from plimsoll.runtime.serving.score_drift import ScoreDrift
from plimsoll.runtime.serving.watch import Watch

DIGEST = "sha256:" + "5e" * 32
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
PARCELS = Table(name="parcels", path="parcels.parquet", timestamp="sent_at", columns={"depot": "string"})
LOADS = Table(
    name="loads",
    path="loads.parquet",
    timestamp="seen",
    columns={"depot": "string", "seen": "timestamp", "fill": "float"},
)
DEPOT_LOAD = FeatureSetRequest(
    name="depot-load",
    entity="depot",
    keys={"depot": "string"},
    timestamp="seen",
    features={"fill": FeatureColumn(type="float")},
    ttl=3600,
    sql="SELECT depot, seen, fill FROM loads",
    sources=(LOADS,),
)


@pytest.fixture(scope="session")
def request_() -> ServingRequest:
    """What is served: parcels by depot and weight, and the load of their depot."""
    examples = Examples(
        table=PARCELS,
        id="parcel_id",
        timestamp="sent_at",
        columns={"depot": FeatureColumn(type="string"), "weight": FeatureColumn(type="float")},
        keys=("depot",),
        label="late",
        label_sql="hours > 48",
        label_delay=0,
    )
    uses = (FeatureUse(feature_set="depot-load", features=("fill",)),)
    return ServingRequest(
        deployment="parcels-online",
        environment="local",
        mode="online",
        spec_digest=DIGEST,
        model=ModelPin(name="parcels", version=3, digest=DIGEST),
        inputs=ModelInputs(examples=examples, feature_sets=(DEPOT_LOAD,), uses=uses),
        task="binary-classification",
        format=ModelFormat(name="skops", trusted_types=("numpy.dtype",)),
        identity=Identity(subject="model@plimsoll.invalid", issuer="https://plimsoll.invalid/embedded"),
        max_staleness="null",
        batch_days=1,
        monitor=None,
        tracking_uri="sqlite://",
    )


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A logistic regression that was fitted on six parcels."""
    rows = pd.DataFrame(
        {
            "depot": ["AUH", "DXB", "SHJ", "AUH", "DXB", "SHJ"],
            "weight": [1.0, 2.0, 3.0, 20.0, 25.0, 30.0],
            "fill": [0.1, 0.2, 0.3, 0.7, 0.8, 0.9],
        }
    )
    columns = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["depot"]), remainder="passthrough")
    fitted = make_pipeline(columns, SimpleImputer(strategy="constant", fill_value=0.5), LogisticRegression()).fit(
        rows, [0, 0, 0, 1, 1, 1]
    )
    folder = tmp_path_factory.mktemp("model")
    skops.io.dump(fitted, folder / "model.skops")
    return folder


@pytest.fixture
def state(tmp_path: Path) -> State:
    """A state in which the load of each depot is known online, measured at noon."""
    data = tmp_path / "data"
    data.mkdir()
    loads = {"depot": ["AUH", "DXB"], "seen": [NOON, NOON], "fill": [0.9, 0.1]}
    schema = pa.schema([("depot", pa.string()), ("seen", pa.timestamp("us", "UTC")), ("fill", pa.float64())])
    pq.write_table(pa.table(loads, schema), data / "loads.parquet")
    state = State(tmp_path / "state")
    build_feature_table(DEPOT_LOAD, data, state.feature_table("depot-load"))
    store = FeatureStore(state, [DEPOT_LOAD])
    store.apply()
    store.advance("depot-load", None, NOON)
    store.close()
    return state


@pytest.fixture
def serve(request_: ServingRequest, model: Path, state: State) -> Iterator[Callable[..., TestClient]]:
    """Starts the application; its lifespan ends with the test, or with ``client.__exit__``."""
    stores = []

    def start(
        *, replay: bool = False, staleness: str = "null", baseline: ColumnCalibration | None = None
    ) -> TestClient:
        request = request_.model_copy(update={"max_staleness": staleness})
        scorer = load_scorer(model, request.format, request.inputs.columns, request.task)
        stores.append(FeatureStore(state, request.inputs.feature_sets))
        drift = ScoreDrift(baseline) if baseline else None
        predictor, journal = Predictor(request, scorer, stores[-1]), Journal(request, state)
        watch = Watch(state.monitoring(request.deployment))
        service = Service(predictor, journal, watch, replay=replay, drift=drift)
        return TestClient(service.application())

    yield start
    for store in stores:
        store.close()
