"""Where a project's memory lies: one SQLite file, which two runs may use at once."""

import contextlib
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

BUSY_SECONDS = 0.5
"""How long a run waits for another one's writing before it goes without."""

_TABLES = """
CREATE TABLE IF NOT EXISTS part (name TEXT PRIMARY KEY, body BLOB NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (path TEXT PRIMARY KEY, digest BLOB NOT NULL, body BLOB NOT NULL,
                                  checksum INTEGER NOT NULL) WITHOUT ROWID;
"""


class Damaged(Exception):
    """The file is not what was written; the message says where that showed."""


class Store:
    """The file of one project and one version of the compiler.

    Nothing here is worth more than the time to make it anew: a file that is damaged, busy or not to be written is
    done without.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._owner = 0

    def part(self, name: str) -> bytes | None:
        """A named part; none where there is no such file or part.

        Raises:
            Damaged: when the file can't be read, or the part is not what was written.
        """
        if not self._is_there():
            return None
        row = self._asked("SELECT body, checksum FROM part WHERE name = ?", name)
        return None if row is None else _sound(row[0], row[1], name)

    def facts(self, path: str, digest: bytes) -> bytes | None:
        """The packed facts of a file with a certain content; none where another content is remembered.

        Raises:
            Damaged: as ``part`` does.
        """
        if not self._is_there():
            return None
        row = self._asked("SELECT body, checksum FROM facts WHERE path = ? AND digest = ?", path, digest)
        return None if row is None else _sound(row[0], row[1], path)

    def keep(
        self, parts: Mapping[str, bytes], facts: Iterable[tuple[str, bytes, bytes]], gone: Iterable[str]
    ) -> str | None:
        """Write parts and facts (path, digest, body), and forget some paths, all at once or not at all.

        Returns why nothing was written, or None.
        """

        def write(connection: sqlite3.Connection) -> None:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany("DELETE FROM facts WHERE path = ?", ((path,) for path in gone))
                rows = ((path, digest, body, zlib.crc32(body)) for path, digest, body in facts)
                connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?)", rows)
                named = ((name, body, zlib.crc32(body)) for name, body in parts.items())
                connection.executemany("INSERT OR REPLACE INTO part VALUES (?, ?, ?)", named)

        try:
            self._with(write)
        except (Damaged, OSError) as error:
            return str(error)
        return None

    def forget(self) -> None:
        """Remove the file. A run that is reading it goes on with what it has open."""
        self.close()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
            Path(f"{self.path}-journal").unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file; it is opened again when it is needed, in another process as well."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _is_there(self) -> bool:
        return self._connection is not None or self.path.is_file()

    def _asked(self, query: str, *values: str | bytes) -> tuple[bytes, int] | None:
        found: tuple[bytes, int] | None = self._with(lambda connection: connection.execute(query, values).fetchone())
        return found

    def _with(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._owner != os.getpid():
            self._connection = None  # A fork must not use what its parent opened.
        try:
            if self._connection is None:
                self._owner = os.getpid()
                self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
                self._connection.execute("PRAGMA synchronous = OFF")
                self._connection.executescript(_TABLES)
            return work(self._connection)
        except sqlite3.Error as error:
            raise Damaged(f"{self.path}: {error}") from error


def _sound(body: bytes, checksum: int, name: str) -> bytes:
    if zlib.crc32(body) != checksum:
        raise Damaged(f"{name!r} is not what was written")
    return body
