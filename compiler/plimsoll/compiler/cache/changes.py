"""What differs from a snapshot that was written whole: one changed file must not have all others written again."""

import marshal
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plimsoll.compiler.cache.snapshot import Kept, Snapshot
from plimsoll.compiler.cache.store import Damaged

_TABLES = ("files", "references", "beside", "verdicts")
"""The parts of a snapshot that have an entry for each file, spec or object."""

_SHARE = 8
"""Of how many entries one may differ before the whole is written again."""


@dataclass(frozen=True)
class Changes:
    """The entries that were put into a snapshot since it was written, and those that are gone; by table."""

    base: int = 0
    """When the snapshot that was written whole was taken."""
    put: dict[str, dict[str, Any]] = field(default_factory=lambda: {table: {} for table in _TABLES})
    gone: dict[str, set[str]] = field(default_factory=lambda: {table: set() for table in _TABLES})

    def then(self, before: Snapshot, after: Snapshot) -> "Changes":
        """These changes, which led to one snapshot, and those that lead from it to another one."""
        put, gone = dict[str, dict[str, Any]](), dict[str, set[str]]()
        for table in _TABLES:
            old, new = getattr(before, table), getattr(after, table)
            put[table] = {key: value for key, value in self.put[table].items() if key in new} | _new(old, new)
            gone[table] = {key for key in (*self.gone[table], *(old.keys() - new.keys())) if key not in new}
        return Changes(self.base, put, gone)

    def are_few(self, after: Snapshot) -> bool:
        """Whether to write them costs much less than to write the snapshot that they lead to."""
        changed = sum(len(self.put[table]) + len(self.gone[table]) for table in _TABLES)
        return changed * _SHARE < sum(len(getattr(after, table)) for table in _TABLES)

    def dump(self, after: Snapshot) -> bytes:
        """The changes as bytes, with what a snapshot holds beside its tables."""
        put = {**self.put, "files": {path: kept.plain for path, kept in self.put["files"].items()}}
        gone = {table: tuple(sorted(self.gone[table])) for table in _TABLES}
        return marshal.dumps((self.base, after.taken, after.checked, after.rules, after.day, put, gone))

    @classmethod
    def load(cls, data: bytes, snapshot: Snapshot) -> "Changes":
        """Put the changes into the snapshot that they were dumped for; into another one nothing is put.

        Raises:
            Damaged: when the bytes are not changes.
        """
        try:
            base, taken, checked, rules, day, put, gone = marshal.loads(data)  # noqa: S302 -- our own, with a checksum
            put["files"] = {path: Kept.again(plain) for path, plain in put["files"].items()}
            found = cls(base, put, {table: set(keys) for table, keys in gone.items()})
        except (ValueError, TypeError, EOFError, KeyError, AttributeError) as error:
            raise Damaged(f"the changes of the snapshot are none: {error}") from error
        if base != snapshot.taken:
            return cls(snapshot.taken)
        snapshot.taken, snapshot.checked, snapshot.rules, snapshot.day = taken, checked, rules, day
        for table in _TABLES:
            entries = getattr(snapshot, table)
            entries |= found.put[table]
            for key in found.gone[table]:
                entries.pop(key, None)
        return found


def _new(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The entries that differ. Most are the very same object, which is seen at once."""
    return {key: value for key, value in new.items() if (was := old.get(key)) is not value and was != value}
