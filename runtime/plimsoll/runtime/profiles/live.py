"""The profiles of what a server serves, one file a day, in constant memory."""

import fcntl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

from plimsoll.runtime.profiles import values
from plimsoll.runtime.profiles.sketches import Profile, profile

_LOCK = ".lock"


def day_file(folder: Path, day: date) -> Path:
    """Where the profile of a day lies: ``YYYY-MM-DD.bin``."""
    return folder / f"{day.isoformat()}.bin"


class LiveProfiler:
    """Collects served rows and keeps a profile for each day on disk; any number of threads may add.

    Rows are held until ``buffer_rows`` of them have come, or until ``flush``; then they are profiled, merged with the
    day's file and written atomically. So a crash loses at most ``buffer_rows`` rows, and a restart after ``close``
    none. Several profilers, in one process or in several, may share a folder: a lock file makes them take turns.

    Law: after ``close`` the files hold every row that was added, whoever added it.
    """

    def __init__(self, folder: Path, columns: values.Columns, *, buffer_rows: int = 4096) -> None:
        self._folder = folder
        self._columns = dict(columns)
        self._buffer_rows = buffer_rows
        self._guard = threading.Lock()
        self._writing = threading.Lock()
        self._rows: dict[date, _Buffer] = {}
        self._waiting: dict[date, Profile] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "LiveProfiler":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def add(self, day: date, table: values.Table) -> None:
        """Add rows served on a day; columns that are not named are left out.

        Args:
            day: the day of the prediction, UTC.
            table: a ``pyarrow.Table``, a ``pandas.DataFrame``, or a mapping from names to sequences of one length.

        Raises:
            Refused: when the buffer is full and the day's file is damaged; the rows are kept for the next flush.
        """
        if values.row_count(table) >= self._buffer_rows:
            self._keep({day: profile(table, self._columns)})
            return
        with self._guard:
            self._rows.setdefault(day, _Buffer()).add(table, self._columns)
            full = sum(buffer.rows for buffer in self._rows.values()) >= self._buffer_rows
        if full:
            self.flush()

    def flush(self) -> None:
        """Merge all that was added into the files of its days.

        Raises:
            Refused: when a day's file is damaged; the rows are kept for the next flush.
            OSError: when the folder can't be written to; the rows are kept likewise.
        """
        with self._guard:
            rows, self._rows = self._rows, {}
        self._keep({day: profile(buffer.columns, self._columns, rows=buffer.rows) for day, buffer in rows.items()})

    def close(self) -> None:
        """Flush; nothing is lost when the folder is opened again."""
        self.flush()

    def _keep(self, fresh: Mapping[date, Profile]) -> None:
        with self._writing:
            for day, found in fresh.items():
                self._waiting[day] = self._waiting.get(day, Profile.empty()).merge(found)
            with _turn(self._folder):
                for day in sorted(self._waiting):
                    self._append(day)

    def _append(self, day: date) -> None:
        path = day_file(self._folder, day)
        stored = Profile.read(path) if path.exists() else Profile.empty()
        stored.merge(self._waiting[day]).write(path)
        del self._waiting[day]


class _Buffer:
    """Rows of one day as lists of values."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns: dict[str, list[Any]] = {}

    def add(self, table: values.Table, columns: values.Columns) -> None:
        self.rows += values.row_count(table)
        for name in columns:
            found = values.column_of(table, name)
            if found is not None:
                self.columns.setdefault(name, []).extend(values.as_list(found))


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Wait for, and hold, the folder's lock among processes."""
    with (folder / _LOCK).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)
