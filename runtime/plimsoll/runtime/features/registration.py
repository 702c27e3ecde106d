"""Feast's registry: telling it our feature sets, and what it was told."""

import fcntl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import feast
from feast.errors import FeatureViewNotFoundException
from feast.feast_object import FeastObject
from feast.feature_view import DUMMY_ENTITY_NAME, FeatureView

from plimsoll.contract.places import State
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import FeatureSetRequest
from plimsoll.runtime.features.definitions import columns_of, define, timing_of

_MEND = "register it with the feature store first"


@dataclass(frozen=True)
class Applied:
    """What registering changed, by feature set: registered, removed, and emptied online because columns changed."""

    registered: tuple[str, ...]
    removed: tuple[str, ...]
    emptied: tuple[str, ...]


class Registration:
    """The feature sets that one process uses, as Feast's registry holds them.

    Raises:
        Refused: when the feature sets can't be told to Feast (see ``definitions.define``).
    """

    def __init__(self, store: feast.FeatureStore, state: State, feature_sets: Sequence[FeatureSetRequest]) -> None:
        self._store = store
        self._lock_file = state.feast / "apply.lock"
        self._wanted = define(feature_sets, state)
        self._views: dict[str, FeatureView] = {}
        self._lock = threading.Lock()

    def apply(self, *, delete_others: bool) -> Applied:
        """See ``FeatureStore.apply``."""
        wanted = self._wanted.views
        with self._lock, self._alone():
            present = {view.name: view for view in self._store.list_feature_views(allow_cache=False)}
            gone = [view for name, view in present.items() if name not in wanted] if delete_others else []
            changed = [v for n, v in present.items() if n in wanted and columns_of(v) != columns_of(wanted[n])]
            unused = self._unused() if delete_others else []
            if gone or changed or unused:
                self._store.apply([], objects_to_delete=[*gone, *changed, *unused], partial=False)
            self._store.apply(self._wanted.all())
            self._views.clear()
        return Applied(tuple(wanted), tuple(view.name for view in gone), tuple(view.name for view in changed))

    def view(self, feature_set: str) -> FeatureView:
        """The feature view as registered, once it agrees with the declaration. Looked up once.

        Raises:
            Refused: when it is not registered, or with other columns.
        """
        with self._lock:
            if feature_set not in self._views:
                self._views[feature_set] = self._look_up(feature_set)
            return self._views[feature_set]

    def require_current(self, feature_set: str) -> None:
        """Check that Feast would join the set as it is declared: with the same columns, TTL and timestamp.

        Raises:
            Refused: when it is not registered, or otherwise.
        """
        found, wanted = timing_of(self.view(feature_set)), timing_of(self._wanted.views[feature_set])
        if found != wanted:
            why = f"it is registered with {found} and is declared with {wanted}"
            raise Refused(f"feature set '{feature_set}'", "the feature store", why, _MEND)

    def _look_up(self, feature_set: str) -> FeatureView:
        what = f"feature set '{feature_set}'"
        self._store.registry.refresh(self._store.project)
        try:
            view = self._store.registry.get_feature_view(feature_set, self._store.project, allow_cache=True)
        except FeatureViewNotFoundException as error:
            raise Refused(what, "the feature store", "it is not registered", _MEND) from error
        if columns_of(view) != columns_of(self._wanted.views[feature_set]):
            raise Refused(what, "the feature store", "it is registered with other columns", _MEND)
        return view

    def _unused(self) -> list[FeastObject]:
        """Registered entities and sources that no feature set of ours needs."""
        entities = self._store.list_entities(allow_cache=False)
        sources = self._store.list_data_sources(allow_cache=False)
        known = {*self._wanted.entities, DUMMY_ENTITY_NAME}
        return [
            *(entity for entity in entities if entity.name not in known),
            *(source for source in sources if source.name not in self._wanted.sources),
        ]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock between processes that Feast's registry does not have."""
        with self._lock_file.open("wb") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
