"""A gate that keeps what it says of each rendered object, the good with the bad."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from typing import NamedTuple

from plimsoll.compiler.governance.gate import Gate, Rendition
from plimsoll.compiler.governance.verdict import Finding


class Record(NamedTuple):
    """What the rules have to say about one rendered object."""

    applied: tuple[str, ...]
    """The ids of the rules that applied."""
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Recorder(Gate):
    """The gate of a checked project, with the records of what it has judged, in that order."""

    records: list[Record] = field(default_factory=list)

    @classmethod
    def of(cls, gate: Gate) -> "Recorder":
        """A recorder with the rules of a gate."""
        return cls(**{each.name: getattr(gate, each.name) for each in fields(Gate)})

    def findings(self, environment: str, renditions: Iterable[Rendition]) -> Iterator[Finding]:
        """The findings, as the gate has them."""
        for one in renditions:
            found = tuple(super().findings(environment, (one,)))
            applied = dict.fromkeys((*self.applied(environment, one), *(finding.rule for finding in found)))
            self.records.append(Record(tuple(applied), found))
            yield from found
