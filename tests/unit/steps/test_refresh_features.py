"""The step that keeps a server's features fresh, on a real online store; and a server that goes on meanwhile."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plimsoll.contract import exit_codes
from plimsoll.contract.places import ROOT_VARIABLE, Places, State
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
from plimsoll.runtime.features.store import FeatureStore
from plimsoll.runtime.steps import main
from plimsoll.runtime.steps.common import PROGRESS_VARIABLE

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DIGEST = "sha256:" + "5e" * 32
LOADS = Table(
    name="loads",
    path="loads.parquet",
    timestamp="seen",
    columns={"depot": "string", "seen": "timestamp", "fill": "float"},
)
RAW = FeatureSetRequest(
    name="raw-load",
    entity="depot",
    keys={"depot": "string"},
    timestamp="seen",
    features={"fill": FeatureColumn(type="float")},
    ttl=3600,
    sql="SELECT depot, seen, fill FROM loads",
    sources=(LOADS,),
)
LOAD = RAW.model_copy(
    update={
        "name": "depot-load",
        "sql": "SELECT depot, seen, fill FROM raw_load",
        "sources": (
            LOADS.model_copy(update={"name": "raw-load", "path": "features/raw-load.parquet", "origin": "features"}),
        ),
    }
)
USE = FeatureUse(feature_set="depot-load", features=("fill",))


def _request(*uses: FeatureUse) -> ServingRequest:
    examples = Examples(
        table=LOADS,
        id="depot",
        timestamp="seen",
        columns={"depot": FeatureColumn(type="string")},
        keys=("depot",),
        label="late",
        label_sql="fill > 1",
        label_delay=0,
    )
    return ServingRequest(
        deployment="parcels-online",
        environment="local",
        mode="online",
        spec_digest=DIGEST,
        model=ModelPin(name="parcels", version=3, digest=DIGEST),
        inputs=ModelInputs(examples=examples, feature_sets=(RAW, LOAD) if uses else (), uses=uses),
        task="binary-classification",
        format=ModelFormat(name="skops", trusted_types=()),
        identity=Identity(subject="model@plimsoll.invalid", issuer="https://plimsoll.invalid/embedded"),
        max_staleness="null",
        batch_days=1,
        monitor=None,
        tracking_uri="sqlite://",
    )


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """The places of a step that is asked to refresh what is made of the loads of two depots."""
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    places = Places(tmp_path)
    for folder in (places.request.parent, places.data, places.state):
        folder.mkdir()
    places.request.write_text(_request(USE).model_dump_json())
    _measure(places, AUH=0.9, DXB=0.1)
    return places


def _measure(places: Places, at: datetime = NOON, **fill: float) -> None:
    """Have loads be known, and make the tables of both sets of them."""
    file = places.data / "loads.parquet"
    schema = pa.schema([("depot", pa.string()), ("seen", pa.timestamp("us", "UTC")), ("fill", pa.float64())])
    former = pq.read_table(file).to_pylist() if file.exists() else []
    rows = [{"depot": depot, "seen": at, "fill": share} for depot, share in fill.items()]
    pq.write_table(pa.Table.from_pylist([*former, *rows], schema), file)
    for name in ("raw-load", "depot-load"):
        assert main.main(["build-features", f"--feature-set={name}"]) == exit_codes.CLEAN


def _refresh(places: Places, at: datetime = NOON) -> dict[str, int]:
    assert main.main(["refresh-features", f"--started={at:%Y-%m-%dT%H:%M:%SZ}"]) == exit_codes.CLEAN
    written: dict[str, int] = json.loads((places.outputs / "written").read_text())
    return written


def test_what_the_model_reads_is_written_and_said(
    places: Places, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    progress = places.root / "progress.txt"
    monkeypatch.setenv(PROGRESS_VARIABLE, str(progress))
    assert _refresh(places) == {"depot-load": 2}, "what it is made of is not served"
    assert "depot-load: 2 of 2 keys written, written from the beginning" in capsys.readouterr().out
    assert progress.read_text() == "1/1\n"
    later = NOON + timedelta(hours=1)
    _measure(places, later, AUH=0.5)
    assert _refresh(places, later) == {"depot-load": 1}
    assert "1 of 2 keys written, fresh until 2026-05-01 12:00:00 before" in capsys.readouterr().out


def test_a_server_that_runs_sees_what_is_new(places: Places) -> None:
    """It has opened the store before anything was in it, and asks on."""
    server = FeatureStore(State(places.state), (RAW, LOAD))
    server.apply(delete_others=False)
    keys = [{"depot": "AUH"}]
    before = server.read_online(keys, (USE,), NOON, "null")
    assert (before.values, before.unknown) == ({"fill": [None]}, {"depot-load": 1})
    _refresh(places)
    assert server.read_online(keys, (USE,), NOON, "null").values == {"fill": [0.9]}
    _measure(places, NOON + timedelta(hours=1), AUH=0.4)
    _refresh(places, NOON + timedelta(hours=1))
    assert server.read_online(keys, (USE,), NOON + timedelta(hours=1), "null").values == {"fill": [0.4]}
    server.close()


def test_what_a_set_is_made_from_is_part_of_its_definition(places: Places) -> None:
    """Its newest rows are of an earlier time than what was written, by a change of the set before it."""
    _measure(places, NOON + timedelta(hours=1), AUH=0.4)
    assert _refresh(places, NOON + timedelta(hours=1)) == {"depot-load": 2}
    request = _request(USE)
    raw = RAW.model_copy(update={"sql": f"{RAW.sql} WHERE fill > 0.5"})
    inputs = request.inputs.model_copy(update={"feature_sets": (raw, LOAD)})
    places.request.write_text(request.model_copy(update={"inputs": inputs}).model_dump_json())
    _measure(places, NOON + timedelta(hours=2))
    assert _refresh(places, NOON + timedelta(hours=2)) == {"depot-load": 1}
    store = FeatureStore(State(places.state), (RAW, LOAD))
    assert store.read_online([{"depot": "AUH"}], (USE,), NOON, "null").values == {"fill": [0.9]}
    store.close()


def test_an_online_store_that_is_in_use_is_tried_again(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    _refresh(places)
    _measure(places, NOON + timedelta(minutes=1), AUH=0.5)
    with sqlite3.connect(places.state / "feast" / "online.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert main.main(["refresh-features", "--as-of=2026-05-02"]) == exit_codes.TRANSIENT
        other.execute("ROLLBACK")
    assert "transient: the online store is in use: database is locked" in capsys.readouterr().err
    assert main.main(["refresh-features", "--as-of=2026-05-02"]) == exit_codes.CLEAN


def test_a_model_that_reads_no_features_has_nothing_to_refresh(
    places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    places.request.write_text(_request().model_dump_json())
    assert main.main(["refresh-features", "--as-of=2026-05-02"]) == exit_codes.REFUSED
    assert "its model reads no feature sets" in capsys.readouterr().err


def test_a_table_that_was_never_built_is_refused(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    (places.state / "features" / "depot-load.parquet").unlink()
    assert main.main(["refresh-features", "--as-of=2026-05-02"]) == exit_codes.REFUSED
    assert "build the feature set's table first" in capsys.readouterr().err
