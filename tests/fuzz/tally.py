"""How many inputs got how far, in a file that outlives the process that counts."""

import mmap
import struct
from pathlib import Path

from front_end import Stage

_FORMAT = struct.Struct(f"<{len(Stage)}Q")


class Tally:
    """A count for each stage. The file is made when it is not there."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_FORMAT.size))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _FORMAT.size)
        self._counts = list(_FORMAT.unpack_from(self._memory))

    def count(self, stage: Stage) -> None:
        """Add an input that got as far as a stage."""
        self._counts[stage] += 1
        struct.pack_into("<Q", self._memory, 8 * stage, self._counts[stage])

    @property
    def counts(self) -> dict[Stage, int]:
        """The inputs by the last stage that they reached, as the file has them now."""
        return dict(zip(Stage, _FORMAT.unpack_from(self._memory), strict=True))

    @property
    def total(self) -> int:
        """All inputs."""
        return sum(self.counts.values())
