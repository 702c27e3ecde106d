"""One row a figure: ours, the peers', and the bar that ours is held to."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measure.rounds import Failure, Timing

RESULTS = Path(__file__).parents[1] / "results"


@dataclass(frozen=True)
class Row:
    """A figure. Less is better, and a bar holds where ours is at most that.

    Without a figure of ours and of any peer it is a row that says, in its metric, why something was not measured.
    """

    metric: str
    ours: float | None
    peers: Mapping[str, float | None]
    unit: str
    bar: float | None
    holds: bool | None

    @property
    def measured(self) -> bool:
        """Whether it has a figure."""
        return self.ours is not None or any(one is not None for one in self.peers.values())


def row(metric: str, ours: float | None, unit: str, *, bar: float | None = None, **peers: float | None) -> Row:
    """A row, held to its bar. Figures keep four digits: more would be noise."""
    figures = {name: _digits(value) for name, value in peers.items()}
    holds = None if ours is None or bar is None else ours <= bar
    return Row(metric, _digits(ours), figures, unit, bar, holds)


def timed(
    metric: str,
    ours: Timing | Failure | None,
    peers: Mapping[str, Timing | Failure],
    bar: float | None = None,
) -> list[Row]:
    """A row of median seconds, and a row for each command that has no figure, saying why."""
    medians = {name: one.median for name, one in peers.items() if isinstance(one, Timing)}
    mine = ours.median if isinstance(ours, Timing) else None
    rows = [row(metric, mine, "s", bar=bar, **medians)] if mine is not None or medians else []
    if isinstance(ours, Failure):
        rows.append(unmeasured(metric, "plimsoll", ours.why))
    rows += [unmeasured(metric, name, one.why) for name, one in peers.items() if isinstance(one, Failure)]
    return rows


def unmeasured(metric: str, name: str, why: str) -> Row:
    """A row that says why a command, ours or a peer's, has no figure."""
    peers = {} if name == "plimsoll" else {name: None}
    return Row(f"{metric}: {name} not measured, {why}", None, peers, "", None, None)


def write_json(name: str, rows: Sequence[Row], folder: Path = RESULTS) -> Path:
    """Write the rows as ``<name>.json`` and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    lines = ",\n".join(f"  {json.dumps(asdict(one), ensure_ascii=False)}" for one in rows)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    return path


def _digits(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
