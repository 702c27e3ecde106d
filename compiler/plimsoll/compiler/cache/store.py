"""Where a project's memory lies: one SQLite file, which two runs may use at once."""

import contextlib
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

BUSY_SECONDS = 2.0
"""How long a run waits for another one's writing before it goes without: less than it takes to do all anew."""

_TABLES = """
CREATE TABLE IF NOT EXISTS part (name TEXT PRIMARY KEY, body BLOB NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (path TEXT PRIMARY KEY, digest BLOB NOT NULL, body BLOB NOT NULL,
                                  checksum INTEGER NOT NULL) WITHOUT ROWID;
"""

_NOT_ITS_FAULT = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
}
"""The errors that say nothing about what the file holds."""


class Unusable(Exception):
    """The file can't be used now, such as for want of permission; the message says why."""


class Damaged(Unusable):
    """The file is not what was written; the message says where that showed."""


class Store:
    """The file of one project and one version of the compiler.

    Nothing here is worth more than the time to make it anew: a file that is damaged, busy or not to be written is
    done without. Every row bears a checksum of its key, its value and the file's name, so that neither a flipped bit
    nor a file from elsewhere passes for what was written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._owner = 0

    def part(self, name: str) -> bytes | None:
        """A named part; none where there is no such file or part.

        Raises:
            Unusable: when the file can't be opened or is busy.
            Damaged: when the file can't be read, or the part is not what was written.
        """
        row = self._asked("SELECT body, checksum FROM part WHERE name = ?", name)
        return None if row is None else self._sound(row, name.encode())

    def facts(self, path: str, digest: bytes) -> bytes | None:
        """The packed facts of a file with a certain content; none where another content is remembered.

        Raises:
            Unusable, Damaged: as ``part`` does.
        """
        row = self._asked("SELECT body, checksum FROM facts WHERE path = ? AND digest = ?", path, digest)
        return None if row is None else self._sound(row, path.encode(), digest)

    def keep(self, parts: Mapping[str, bytes], facts: Iterable[tuple[str, bytes, bytes]], gone: Iterable[str]) -> None:
        """Write parts and facts (path, digest, body), and forget some paths, all at once or not at all.

        Raises:
            Unusable, Damaged: as ``part`` does; then nothing was written.
        """
        rows = ((path, digest, body, self._checksum(path.encode(), digest, body)) for path, digest, body in facts)
        named = ((name, body, self._checksum(name.encode(), body)) for name, body in parts.items())

        def write(connection: sqlite3.Connection) -> None:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany("DELETE FROM facts WHERE path = ?", ((path,) for path in gone))
                connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?)", rows)
                connection.executemany("INSERT OR REPLACE INTO part VALUES (?, ?, ?)", named)

        self._with(write)

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

    def _asked(self, query: str, *values: str | bytes) -> tuple[object, object] | None:
        if self._connection is None and not self._is_there():
            return None
        found: tuple[object, object] | None
        found = self._with(lambda connection: connection.execute(query, values).fetchone())
        return found

    def _is_there(self) -> bool:
        try:
            return self.path.is_file()
        except OSError as error:
            raise Unusable(f"{self.path}: {error.strerror}") from error

    def _with(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._owner != os.getpid():
            self._connection = None  # A fork must not use what its parent opened.
        try:
            if self._connection is None:
                self._connection = self._opened()
            return work(self._connection)
        except OSError as error:
            raise Unusable(f"{self.path.parent}: {error.strerror}") from error
        except UnicodeDecodeError as error:  # Of the message about a damaged part.
            raise Damaged(f"{self.path}: {error}") from error
        except sqlite3.Error as error:
            primary = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
            raise (Unusable if primary in _NOT_ITS_FAULT else Damaged)(f"{self.path}: {error}") from error

    def _opened(self) -> sqlite3.Connection:
        """The file, ready to be read and written; nothing of a change is seen by others before all of it is there."""
        self._owner = os.getpid()
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = OFF")  # What a power cut tears is found by checksums.
            connection.execute("PRAGMA cache_spill = OFF")  # So that others are shut out only while it is written.
            connection.executescript(_TABLES)
        except BaseException:
            connection.close()
            raise
        return connection

    def _checksum(self, *parts: bytes) -> int:
        found = zlib.crc32(self.path.name.encode(errors="surrogateescape"))
        for part in parts:
            found = zlib.crc32(part, zlib.crc32(len(part).to_bytes(8), found))
        return found

    def _sound(self, row: tuple[object, object], *key: bytes) -> bytes:
        body, checksum = row
        if not isinstance(body, bytes) or checksum != self._checksum(*key, body):
            raise Damaged(f"{self.path}: {key[0].decode()!r} is not what was written")
        return body
