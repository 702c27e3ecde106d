"""The feature store: Feast on a state folder, for joining features to examples and for serving them online."""

# isort: off
import plimsoll.runtime.features.unguarded  # noqa: F401 -- before Feast

# isort: on
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import feast
import pandas as pd
import pyarrow as pa
from feast.repo_config import RepoConfig

from plimsoll.contract.places import State
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import FeatureSetRequest, FeatureUse
from plimsoll.runtime.features.columns import ARROW_TYPES, require_columns
from plimsoll.runtime.features.offline_store import STORE
from plimsoll.runtime.features.online import OnlineFeatures, OnlineTables, Staleness
from plimsoll.runtime.features.refreshed import Refreshed
from plimsoll.runtime.features.registration import Applied, Registration
from plimsoll.runtime.features.tables import require_feature_table

_EVENT_TIMESTAMP = "event_timestamp"
"""The one name of a time column that Feast takes without guessing, and without printing its guess."""
_PROJECT = "plimsoll"

# Feast warns of what it means to change; that is for us to read, not for our users.
logging.getLogger("feast").setLevel(logging.ERROR)


class FeatureStore:
    """Feast 0.67 over the feature tables of a state folder.

    The offline store is ``AsOfOfflineStore``, the online store and the registry are sqlite databases below
    ``State.feast``. One object may be used by several threads.

    Args:
        state: the environment's state folder.
        feature_sets: the feature sets that are used through this object.

    Raises:
        Refused: when the feature sets can't be told to Feast (see ``definitions.define``).
    """

    def __init__(self, state: State, feature_sets: Sequence[FeatureSetRequest]) -> None:
        state.feast.mkdir(parents=True, exist_ok=True)
        self._state = state
        self._sets = {request.name: request for request in feature_sets}
        self._feast = feast.FeatureStore(config=_configuration(state))
        self._registration = Registration(self._feast, state, feature_sets)
        self._online = OnlineTables(self._feast, state, self._sets, self._registration)

    def apply(self, *, delete_others: bool = True) -> Applied:
        """Register the feature sets, and create their online tables. Repeating it changes nothing.

        A set whose columns changed loses its online values, since Feast would mix them with the new ones: call
        ``advance`` from the start afterwards. Only one process registers at a time; others wait.

        Args:
            delete_others: whether feature sets that this object does not know are gone, and are deleted with their
                online values. Pass False where feature sets of several models share the state folder.
        """
        return self._registration.apply(delete_others=delete_others)

    def retrieve(self, examples: pa.Table, uses: Sequence[FeatureUse], timestamp: str) -> pa.Table:
        """Append to the examples their features as of each example's timestamp, in the order of ``uses``.

        Law: row i of the result is row i of the examples; a feature is that of the newest row of its set with equal
        keys and a timestamp at or before the example's, and null where that row is older than the set's TTL.

        Args:
            examples: rows with every key column of the sets used, and the timestamp column.
            uses: the features wanted; the sets must be registered.
            timestamp: the name of the timestamp column, a timestamp with a zone.

        Raises:
            Refused: when a set is not registered or with another meaning, its table is missing or of another shape, a
                key column or the timestamp is missing or of another type, or a feature's name is taken.
        """
        names = _distinct_names(examples, uses)
        if not names:
            return examples
        for use in uses:
            self._registration.require_current(use.feature_set)
            require_feature_table(self._sets[use.feature_set], self._state)
        keys = {key: kind for use in uses for key, kind in self._sets[use.feature_set].keys.items()}
        require_columns({**keys, timestamp: "timestamp"}, examples.schema, "examples", "the columns that join features")
        entities = examples.select(list(keys)).to_pandas(types_mapper=pd.ArrowDtype)
        entities[_EVENT_TIMESTAMP] = examples[timestamp].cast(ARROW_TYPES["timestamp"]).to_pandas()
        job = self._feast.get_historical_features(entities, [f"{u.feature_set}:{f}" for u in uses for f in u.features])
        joined = job.to_arrow()
        for name in names:
            examples = examples.append_column(name, joined[name])
        return examples

    def advance(self, feature_set: str, after: datetime | None, until: datetime) -> int:
        """Write to the online store, for each key, the newest row with after < timestamp <= until.

        Values already there are replaced, whatever their time: call it for consecutive spans. A replay does, which
        goes back in time; ``refresh`` is for who must not.

        Returns:
            The number of keys written.

        Raises:
            Refused: when the set is not registered, or its table is missing or of another shape.
        """
        return self._online.advance(feature_set, after, until)

    def refresh(self, feature_set: str, until: datetime) -> Refreshed:
        """Bring the online store to a moment: for each key the newest row with timestamp <= until.

        Law: no key goes back to a row of an earlier time, whoever writes, in whatever order, and however often one is
        killed and begins again; afterwards no key is behind the newest row of the set's table. Rows that came late,
        and rows of the same time that were corrected, are written too, which a span of times would pass over.

        A set whose definition, or that of a set it is made from, has changed since the last refresh is written from the
        beginning: what was written by another definition counts for nothing, whatever its time. Only one process
        refreshes at a time; others wait.

        Raises:
            Refused: when the set is not registered, or its table is missing or of another shape.
        """
        return self._online.refresh(feature_set, until)

    def read_online(
        self,
        keys: pa.Table | Sequence[Mapping[str, Any]],
        uses: Sequence[FeatureUse],
        now: datetime,
        max_staleness: Staleness,
    ) -> OnlineFeatures:
        """The features of a batch of entity rows from the online store, one read for each feature set.

        Args:
            keys: one row for each wanted row, with every key column of the sets used; others are ignored.
            uses: the features wanted, in order.
            now: the time against which staleness is judged.
            max_staleness: what to do with a row older than its set's TTL: ``serve`` it, ``null`` its features, or
                ``reject`` the batch. Feast itself never looks at the TTL online (feast #6821).

        Raises:
            Refused: when a set is not registered, a key column is missing or of another type, or under ``reject``
                when any row is stale.
        """
        return self._online.read(keys, uses, now, max_staleness)

    def close(self) -> None:
        """Close the connection that reads feature tables."""
        self._online.close()


def _configuration(state: State) -> RepoConfig:
    """Feast's configuration: relative paths in the registry are relative to the state folder."""
    return RepoConfig(
        project=_PROJECT,
        provider="local",
        repo_path=state.root,
        registry={"registry_type": "sql", "path": f"sqlite:///{state.feast / 'registry.db'}", "cache_ttl_seconds": 60},
        online_store={"type": "sqlite", "path": str(state.feast / "online.db")},
        offline_store={"type": STORE},
        entity_key_serialization_version=3,
    )


def _distinct_names(examples: pa.Table, uses: Sequence[FeatureUse]) -> list[str]:
    """The features' names in order, once no two columns of the result would share one."""
    names = [feature for use in uses for feature in use.features]
    taken = [*examples.column_names, *names]
    twice = sorted({name for name in names if taken.count(name) > 1})
    if twice:
        raise Refused(
            "features", "the model's inputs", f"more than one column is named {', '.join(twice)}", "rename one"
        )
    return names
