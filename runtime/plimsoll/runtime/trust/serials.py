"""The serials of releases: each environment's rises with every release, so that an old one can't pass for the newest.

One ledger is used twice. Who signs issues the next serial from the instance's ledger (``EmbeddedInstance.serials``).
Who applies keeps one of their own (``plimsoll verify --accepted``), in a folder that the signer can't write, and
accepts nothing below its last entry.
"""

import re
from contextlib import AbstractContextManager
from pathlib import Path

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.trust.files import exclusive, write_whole

_ENVIRONMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}")


class SerialLedger:
    """A folder with one file for each environment that holds its last serial, in decimal digits."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def last(self, environment: str) -> int:
        """The last serial of an environment; 0 when it had none.

        Raises:
            Refused: when the ledger's file is damaged: a lost serial must never look like the first.
        """
        file = self._file(environment)
        if not file.exists():
            return 0
        text = file.read_text(encoding="ascii", errors="replace").strip()
        if not re.fullmatch(r"[0-9]{1,18}", text):
            why = "it holds no serial"
            raise Refused("serial ledger", str(file), why, "write the last release's serial into it")
        return int(text)

    def issue(self, environment: str) -> int:
        """The next serial, taken for good: two callers, in whatever processes, never get the same one."""
        with self._locked():
            serial = self.last(environment) + 1
            self._write(environment, serial)
        return serial

    def accept(self, environment: str, serial: int) -> None:
        """Note that a release was accepted.

        Raises:
            Refused: when a later one was accepted before.
        """
        with self._locked():
            last = self.last(environment)
            if serial < last:
                raise rollback(environment, serial, last, str(self._file(environment)))
            self._write(environment, serial)

    def _locked(self) -> AbstractContextManager[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        return exclusive(self._folder / "lock")

    def _file(self, environment: str) -> Path:
        if not _ENVIRONMENT.fullmatch(environment):
            raise Refused("environment", repr(environment), "its name can't be that of a file")
        return self._folder / f"{environment}.serial"

    def _write(self, environment: str, serial: int) -> None:
        write_whole(self._file(environment), f"{serial}\n".encode())


def rollback(environment: str, serial: int, last: int, where: str) -> Refused:
    """The refusal of a release that is older than one that was accepted."""
    why = f"its serial for '{environment}' is {serial}, and {last} was accepted before"
    return Refused("release", where, why, "to go back, revert the commit and release that")
