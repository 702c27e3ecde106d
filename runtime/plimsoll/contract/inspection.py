"""What looking at data found out, as the runtime tells it and the compiler holds it against the specs.

Counts are of rows, moments are in UTC. Nothing here holds a row: what is told of the data is one example of a fault.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from plimsoll.contract.refusal import Refused

Rule = Literal["schema", "missing", "finite", "range", "allowed"]


@dataclass(frozen=True)
class ExpectationResult:
    """One rule held against one column.

    ``rows`` were looked at and ``failures`` of them break the rule; for ``missing`` a share of them may, for the other
    rules none. ``expected`` says the rule in words; ``example`` is the first value that breaks it.
    """

    column: str
    rule: Rule
    expected: str
    rows: int
    failures: int
    example: str | None
    passed: bool

    @property
    def share(self) -> float:
        """Failures as a share of the rows, 0 to 1; 0 where there are no rows."""
        return self.failures / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class ColumnFault:
    """A declared column that a file does not have as it is declared, in whole or in some row."""

    column: str
    why: str
    mend: str = ""
    example: str = ""
    """A value that is at fault; told only where nobody may be meant by it."""
    line: int = 0
    """The line of the file with the first value that is none of the type; 0 where the whole column is at fault."""


@dataclass(frozen=True)
class SourceSeen:
    """A data source's file, as far as it could be read.

    A column with a fault is left out of what was counted. Without a sound timestamp, no time is known.
    """

    source: str
    path: str
    refused: Refused | None = None
    """Why nothing of it can be read."""
    faults: tuple[ColumnFault, ...] = ()
    undeclared: Mapping[str, str] = field(default_factory=dict)
    """The columns of the file that the spec does not have, with their types there."""
    rows: int = 0
    nulls: Mapping[str, int] = field(default_factory=dict)
    """The rows without a value, by column; NaN is none. Columns without such rows are left out."""
    first: datetime | None = None
    last: datetime | None = None
    ordered: bool = True
    """Whether no row is earlier than the one before it."""
    ahead: int = 0
    """Rows of a time that has not come."""
    ancient: int = 0
    """Rows of 1970 and before, as they come of numbers in the wrong unit."""


@dataclass(frozen=True)
class Repeated:
    """A column that should tell rows apart: how many of its values stand in more than one row, and one of them."""

    values: int = 0
    example: str = ""
    times: int = 0


@dataclass(frozen=True)
class Labels:
    """The labels of examples: rows that have one, how many are 0, 1 or of each class, and how many nothing of these."""

    rows: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    others: int = 0
    other: str = ""
    """One of the others, for whoever may be told values; empty for numbers."""
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True)
class ExamplesSeen:
    """The examples of a model: the rows of its source that pass its filter."""

    model: str
    refused: Refused | None = None
    part: Literal["inputs", "filter", "label"] = "label"
    """What of them is refused."""
    rows: int = 0
    nulls: Mapping[str, int] = field(default_factory=dict)
    """The rows without a value, for the id and the keys; columns without such rows are left out."""
    repeated: Repeated = Repeated()
    results: tuple[ExpectationResult, ...] = ()
    labels: Labels = Labels()
    values: Mapping[str, int] = field(default_factory=dict)
    """How many values a column has that a batch is cut by; none is counted beyond ``requests.MOST_PARTS`` + 1."""
