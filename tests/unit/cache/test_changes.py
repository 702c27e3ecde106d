"""Changes of a snapshot, written beside it, lead to the same snapshot as if it were written whole."""

import copy
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from plimsoll.compiler.cache.changes import Changes
from plimsoll.compiler.cache.snapshot import Kept, Snapshot
from plimsoll.compiler.cache.store import Damaged

KEYS = st.sampled_from("abcdefgh")
TABLES = st.sampled_from(["files", "references", "beside", "verdicts"])


def _entry(table: str, number: int) -> Any:
    if table == "files":
        return Kept((number, number, number, 1), b"digest", (), (), marked=False)
    return (number,)


@dataclass
class _Written:
    """What lies in a store."""

    whole: bytes = b""
    changes: bytes = b""

    def read(self) -> tuple[Snapshot, Changes]:
        snapshot = Snapshot.load(self.whole)
        return snapshot, Changes.load(self.changes, snapshot)


@dataclass
class _Run:
    before: Snapshot = field(default_factory=Snapshot)
    changes: Changes = field(default_factory=Changes)


class Runs(RuleBasedStateMachine):
    """Runs that each read, change and write a snapshot, whole or not, as they like; some write later than they read."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = 1
        self.now = Snapshot(self.taken, True)
        self.written = _Written(self.now.dump(), Changes(self.taken).dump(self.now))
        self.known = [copy.deepcopy(self.now)]
        self.late: _Run | None = None

    @rule(changed=st.lists(st.tuples(TABLES, KEYS, st.integers(0, 3)), max_size=4), whole=st.booleans())
    def run(self, changed: list[tuple[str, str, int]], whole: bool) -> None:
        self._write(_Run(*self.written.read()), changed, whole)

    @rule()
    def read_and_wait(self) -> None:
        self.late = _Run(*self.written.read())

    @rule(changed=st.lists(st.tuples(TABLES, KEYS, st.integers(0, 3)), max_size=4), whole=st.booleans())
    def write_at_last(self, changed: list[tuple[str, str, int]], whole: bool) -> None:
        if self.late is not None:
            self._write(self.late, changed, whole)
            self.late = None

    def _write(self, run: _Run, changed: list[tuple[str, str, int]], whole: bool) -> None:
        self.taken += 1
        after = Snapshot(self.taken, True, *({**getattr(run.before, one)} for one in ("files", "references", "beside")))
        after.verdicts, after.rules = {**run.before.verdicts}, b"%d" % self.taken
        for table, key, number in changed:
            entries = getattr(after, table)
            if number == 0:
                entries.pop(key, None)
            else:
                entries[key] = _entry(table, number)
        changes = run.changes.then(run.before, after)
        if whole:
            self.written.whole, changes = after.dump(), Changes(after.taken)
        self.written.changes = changes.dump(after)
        self.known.append(after)

    @invariant()
    def what_is_read_is_what_some_run_left(self) -> None:
        found, changes = self.written.read()
        assert found in self.known
        assert changes.base == Snapshot.load(self.written.whole).taken


Runs.TestCase.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)
TestRuns = Runs.TestCase


def test_one_run_after_the_other_leaves_what_the_last_one_found() -> None:
    before = Snapshot(5, True, {"a": _entry("files", 1), "b": _entry("files", 1)}, {"Model/a": ()})
    after = Snapshot(
        6, True, {"a": _entry("files", 2), "c": _entry("files", 1)}, {}, {}, b"rules", {"Model/a": ((), ())}
    )
    changes = Changes(5).then(before, after)
    assert changes.put["files"].keys() == {"a", "c"}
    assert changes.gone["files"] == {"b"}
    read = Snapshot.load(before.dump())
    assert Changes.load(changes.dump(after), read) == changes
    assert read == after


def test_changes_of_another_snapshot_are_left_aside() -> None:
    other, mine = Snapshot(4, True), Snapshot(5, True, {"a": _entry("files", 1)})
    data = Changes(4).then(other, Snapshot(6, True)).dump(Snapshot(6, True))
    assert Changes.load(data, mine) == Changes(5)
    assert mine == Snapshot(5, True, {"a": _entry("files", 1)})


def test_few_changes_are_less_than_an_eighth() -> None:
    before = Snapshot(5, True, {str(number): _entry("files", 1) for number in range(80)})
    for changed, few in ((1, True), (9, True), (10, False), (80, False)):
        after = Snapshot(6, True, {**before.files, **{str(number): _entry("files", 2) for number in range(changed)}})
        assert Changes(5).then(before, after).are_few(after) is few


@pytest.mark.parametrize("data", [b"", b"changes", Snapshot(5, True).dump()])
def test_what_are_no_changes_is_damaged(data: bytes) -> None:
    with pytest.raises(Damaged):
        Changes.load(data, Snapshot(5))
