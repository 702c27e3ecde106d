"""One command on one estate: cold, warm and after a change, the peers beside the cold runs, and memory."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure.rounds import Failure, Say, Task, Timing, in_turns, once
from benchmarks.ours import in_states
from benchmarks.peers.work import Programs, working
from benchmarks.report.rows import Row, row, timed, unmeasured

Bars = Mapping[tuple[str, int, str], float]
"""By verb, specs, and the state or the memory."""


class Asked(NamedTuple):
    """What is to be measured."""

    verb: str
    size: int
    specs: Path
    rounds: int


def of_verb(asked: Asked, peers: Programs, bars: Bars, say: Say) -> Iterator[Row]:
    """The rows of one command on one estate."""
    verb, size, specs, rounds = asked
    with tempfile.TemporaryDirectory(dir=specs.parent) as name:
        place = Path(name)
        states = in_states(verb, specs, place)
        beside = working(peers, size, place)
        once(states["warm"])
        times = in_turns([*states.values(), *beside], say, rounds)
        own = {state: times.pop(task.name) for state, task in states.items()}
        for state, timing in own.items():
            peers_times = times if state == "cold" else {}
            yield from timed(title_of(verb, size, state), timing, peers_times, bars.get((verb, size, state)))
        finished = [task for task in beside if isinstance(times[task.name], Timing)]
        tasks, bar = [states["cold"], *finished], bars.get((verb, size, "memory"))
        yield from _memory(title_of(verb, size, "memory"), tasks, say, bar)


def title_of(verb: str, size: int, what: str) -> str:
    """What a row is called."""
    return f"{verb}, {size:,} spec{'s' if size > 1 else ''}, {what}"


def sizes_of(text: str) -> tuple[int, ...]:
    """Numbers of specs from a command line, from the smallest on."""
    return tuple(sorted({int(word) for word in text.split(",")}))


def _memory(title: str, tasks: Sequence[Task], say: Say, bar: float | None) -> Iterator[Row]:
    """The peak memory of the first task, ours, and of the peers; each is run once more, watched."""
    peaks: dict[str, float | None] = {}
    for task in tasks:
        ran = once(task, memory=True)
        if isinstance(ran, Failure):
            yield unmeasured(title, task.name, ran.why)
        else:
            say(f"{task.name}: {ran.peak_mib or 0:.0f} MiB")
            peaks[task.name] = ran.peak_mib
    yield row(title, peaks.pop(tasks[0].name, None), "MiB", bar=bar, **peaks)
