"""The offline store as Feast itself calls it, with what our own feature sets do not use."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plimsoll.runtime.features.offline_store import STORE

feast = pytest.importorskip("feast")

_EPOCH = datetime(2013, 1, 1, tzinfo=UTC)


def _at(*hours: int) -> pa.Array:
    return pa.array([_EPOCH + timedelta(hours=hour) for hour in hours], pa.timestamp("us", tz="UTC"))


@pytest.fixture
def store(tmp_path: Path) -> "feast.FeatureStore":
    backfilled = pa.table(
        {"airport": ["JFK"] * 3, "seen": _at(1, 1, 2), "written": _at(1, 9, 8), "degrees": [10.0, 11.0, 20.0]}
    )
    pq.write_table(backfilled, tmp_path / "temperature.parquet")
    config = feast.RepoConfig(
        project="test",
        provider="local",
        repo_path=tmp_path,
        registry={"registry_type": "sql", "path": f"sqlite:///{tmp_path / 'registry.db'}"},
        online_store={"type": "sqlite", "path": str(tmp_path / "online.db")},
        offline_store={"type": STORE},
        entity_key_serialization_version=3,
    )
    store = feast.FeatureStore(config=config)
    airport = feast.Entity(name="airport", join_keys=["airport"], value_type=feast.ValueType.STRING)
    source = feast.FileSource(
        name="temperature",
        path="temperature.parquet",
        timestamp_field="seen",
        created_timestamp_column="written",
        field_mapping={"degrees": "temp"},
    )
    schema = [
        feast.Field(name="airport", dtype=feast.types.String),
        feast.Field(name="temp", dtype=feast.types.Float64),
    ]
    view = feast.FeatureView(
        name="temperature", entities=[airport], ttl=timedelta(hours=12), schema=schema, source=source
    )
    store.apply([airport, source, view])
    return store


@pytest.mark.parametrize(("by_then", "expected"), [(False, [11.0, 20.0, 20.0]), (True, [10.0, 20.0, 20.0])])
def test_the_newest_created_row_counts_and_a_backfill_can_be_left_out(
    store: "feast.FeatureStore", by_then: bool, expected: list[float]
) -> None:
    entities = pd.DataFrame({"airport": ["JFK"] * 3, "event_timestamp": pd.to_datetime(_at(1, 8, 10).to_pandas())})
    job = store.get_historical_features(entities, ["temperature:temp"], filter_by_created_timestamp=by_then)
    assert job.to_arrow()["temp"].to_pylist() == expected


def test_full_names_and_projected_keys_are_honoured(store: "feast.FeatureStore") -> None:
    renamed = store.get_feature_view("temperature").with_name("there").with_join_key_map({"airport": "dest"})
    service = feast.FeatureService(name="service", features=[renamed])
    store.apply([service])
    entities = pd.DataFrame({"dest": ["JFK", "EWR"], "event_timestamp": pd.to_datetime(_at(3, 3).to_pandas())})
    job = store.get_historical_features(entities, service, full_feature_names=True)
    frame = job.to_df()
    assert list(frame.columns) == ["dest", "event_timestamp", "there__temp"]
    assert frame["there__temp"][0] == 20.0
    assert pd.isna(frame["there__temp"][1])


def test_entity_rows_given_as_sql_are_refused(store: "feast.FeatureStore") -> None:
    with pytest.raises(TypeError, match="data frame"):
        store.get_historical_features("SELECT 1", ["temperature:temp"])
