"""An offline store for Feast that joins in DuckDB; Feast's configuration names it by its dotted path.

Feast's own DuckDB store pairs each entity row with every earlier feature row before it ranks them, and takes a relative
path as relative to the process's folder where it materialises.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
from feast import FeatureView, RepoConfig
from feast.errors import SavedDatasetLocationAlreadyExists
from feast.infra.offline_stores.file_source import FileSource, SavedDatasetFileStorage
from feast.infra.offline_stores.offline_store import OfflineStore, RetrievalJob, RetrievalMetadata
from feast.infra.offline_stores.offline_utils import infer_event_timestamp_from_entity_df
from feast.infra.registry.base_registry import BaseRegistry
from feast.on_demand_feature_view import OnDemandFeatureView
from feast.repo_config import FeastConfigBaseModel
from feast.saved_dataset import SavedDatasetStorage

from plimsoll.runtime.features.as_of import History, join_as_of
from plimsoll.runtime.features.tables import write_whole

STORE = f"{__name__}.AsOfOfflineStore"
"""The dotted path by which Feast's configuration names the store."""


class AsOfOfflineStoreConfig(FeastConfigBaseModel):
    """The store's configuration. Feast finds it by the store's name with ``Config`` appended."""

    type: str = STORE


class AsOfJob(RetrievalJob):
    """A retrieval that runs when its result is asked for."""

    def __init__(
        self,
        run: Callable[[], pa.Table],
        on_demand: list[OnDemandFeatureView],
        metadata: RetrievalMetadata,
        *,
        full_feature_names: bool,
    ) -> None:
        self._run = run
        self._on_demand = on_demand
        self._metadata = metadata
        self._full_feature_names = full_feature_names

    def _to_arrow_internal(self, timeout: int | None = None) -> pa.Table:  # noqa: ARG002 -- Feast's signature
        return self._run()

    def _to_df_internal(self, timeout: int | None = None) -> pd.DataFrame:  # noqa: ARG002 -- Feast's signature
        frame: pd.DataFrame = self._run().to_pandas()
        return frame

    @property
    def full_feature_names(self) -> bool:
        """Whether columns are named ``<view>__<feature>``."""
        return self._full_feature_names

    @property
    def on_demand_feature_views(self) -> list[OnDemandFeatureView]:
        """The on-demand views that Feast computes from the result."""
        return self._on_demand

    @property
    def metadata(self) -> RetrievalMetadata:
        """The features asked for, and the span of the entity rows."""
        return self._metadata

    def persist(
        self,
        storage: SavedDatasetStorage,
        allow_overwrite: bool = False,
        timeout: int | None = None,
    ) -> None:
        """Write the result as parquet to a file storage, as Feast's saved data sets ask for."""
        if not isinstance(storage, SavedDatasetFileStorage):
            raise TypeError(f"{type(storage).__name__} is no file storage")
        destination = Path(storage.file_options.uri)
        if destination.exists() and not allow_overwrite:
            raise SavedDatasetLocationAlreadyExists(location=str(destination))
        write_whole(self.to_arrow(timeout=timeout), destination)


class AsOfOfflineStore(OfflineStore):
    """Historical retrieval from parquet files by one ASOF join for each feature view; Feast's other jobs are not here.

    The online store is written by ``online.OnlineTables``, not by Feast's materialisation.
    """

    supports_filter_by_created_timestamp = True

    @staticmethod
    def get_historical_features(
        config: RepoConfig,
        feature_views: list[FeatureView],
        feature_refs: list[str],
        entity_df: pd.DataFrame | str | None,
        registry: BaseRegistry,
        project: str,
        full_feature_names: bool = False,
        filter_by_created_timestamp: bool = False,
    ) -> RetrievalJob:
        """As Feast's ``OfflineStore.get_historical_features``, for entity rows given as a data frame.

        Raises:
            TypeError: when the entity rows are SQL, or a view's source is not a file.
        """
        if not isinstance(entity_df, pd.DataFrame):
            raise TypeError("this store takes entity rows as a data frame")
        timestamp = infer_event_timestamp_from_entity_df(dict(entity_df.dtypes))
        histories = [_history(config, view, feature_refs, full_names=full_feature_names) for view in feature_views]

        def run() -> pa.Table:
            entities = pa.Table.from_pandas(entity_df, preserve_index=False)
            return join_as_of(entities, timestamp, histories, created_by_then=filter_by_created_timestamp)

        metadata = RetrievalMetadata(
            features=feature_refs,
            keys=[name for name in entity_df.columns if name != timestamp],
            min_event_timestamp=entity_df[timestamp].min(),
            max_event_timestamp=entity_df[timestamp].max(),
        )
        on_demand = OnDemandFeatureView.get_requested_odfvs(feature_refs, project, registry)
        return AsOfJob(run, on_demand, metadata, full_feature_names=full_feature_names)


def _history(config: RepoConfig, view: FeatureView, references: list[str], *, full_names: bool) -> History:
    """What to join for one feature view: its file, and of its features those asked for, in the order asked for."""
    source = view.batch_source
    if not isinstance(source, FileSource):
        raise TypeError(f"the source of feature view {view.name} is a {type(source).__name__}, not a file")
    name = str(view.projection.name_to_use())  # type: ignore[no-untyped-call]
    asked = [feature for owner, _, feature in (ref.partition(":") for ref in references) if owner == name]
    own_names = {mapped: own for own, mapped in source.field_mapping.items()}
    join_keys = view.projection.join_key_map or {}
    return History(
        path=Path(FileSource.get_uri_for_file_path(config.repo_path, source.path)),
        keys={join_keys.get(k.name, k.name): own_names.get(k.name, k.name) for k in view.entity_columns},
        features={f"{name}__{f}" if full_names else f: own_names.get(f, f) for f in asked},
        timestamp=source.timestamp_field,
        created=source.created_timestamp_column or None,
        ttl=view.ttl if view.ttl and view.ttl > timedelta(0) else None,
    )
