"""What a rule costs beside other engines, and the whole catalogue on an estate: ``python -m benchmarks.policies``."""

import argparse
import gc
import json
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from statistics import median

from benchmarks.bench import execute, not_installed, parser, peers_for
from benchmarks.estate.write import write_estate
from benchmarks.inputs import rules
from benchmarks.measure.rounds import Failure, Say, Task, once
from benchmarks.peers.catalogue import ENGINES, Peer, evaluating
from benchmarks.peers.install import PyPI
from benchmarks.peers.work import working
from benchmarks.report.rows import Row, row, unmeasured
from benchmarks.verbs import sizes_of

SOURCES = 500
"""How many specs the twelve rules are held against."""

TITLE = f"an evaluation of a rule, {len(rules.RULES)} rules on {SOURCES} data sources"

SIZES = (1000, 10_000)

CATALOGUE_BAR = 5.0
"""Seconds of one process for all rules on 10,000 specs; the whole check, on two, has as many."""


def measure(args: argparse.Namespace, scratch: Path, say: Say) -> list[Row]:
    """Ours and the peers' engines on twelve rules; then all rules of the catalogue on estates."""
    peers = peers_for(args, ENGINES, say)
    tasks = [own(scratch), *working(peers, SOURCES, scratch)]
    rows = list(_engines(tasks, min(args.rounds, 5), say))
    for size in args.sizes:
        specs = scratch / f"{size} specs"
        write_estate(specs, size)
        rows += _catalogue(specs, size, say)
    return [*rows, *not_installed(peers)]


def own(scratch: Path) -> Task:
    """Our engine, made ready."""
    ours = Peer("plimsoll", PyPI("plimsoll", ""), evaluating(rules.OURS))
    (task,) = working({ours: Path(sys.executable)}, SOURCES, scratch)
    return task


def _engines(tasks: Sequence[Task], rounds: int, say: Say) -> Iterator[Row]:
    """One row: microseconds an evaluation, values read included. An engine that finds something else has no figure."""
    expected = rules.expected(SOURCES)
    figures: dict[str, list[float]] = {task.name: [] for task in tasks}
    failures: dict[str, Failure] = {}
    for _ in range(rounds):
        for task in (one for one in tasks if one.name not in failures):
            told = figure_of(task, expected)
            if isinstance(told, Failure):
                failures[task.name] = told
            else:
                figures[task.name].append(told)
                say(f"{task.name}: {told:.2f} µs an evaluation")
    medians = {name: median(values) for name, values in figures.items() if name not in failures}
    ours = medians.pop("plimsoll", None)
    yield row(TITLE, ours, "µs", **medians)
    yield from (unmeasured(TITLE, name, failure.why) for name, failure in failures.items())


def figure_of(task: Task, expected: list[int]) -> float | Failure:
    """Microseconds an evaluation in one run, or why it does not count."""
    ran = once(task)
    if isinstance(ran, Failure):
        return ran
    told = json.loads((task.cwd / rules.RESULT).read_text(encoding="utf-8"))
    if told["kept"] != expected:
        return Failure(f"of {SOURCES} sources it finds {told['kept']} to keep the rules, and not {expected}")
    return float(told["seconds"]) * 1e6 / (SOURCES * len(rules.RULES))


def _catalogue(specs: Path, size: int, say: Say) -> Iterator[Row]:
    """The time of one process for all rules on all objects, loading left out, and what a judgement costs."""
    from plimsoll.compiler.governance.catalogue import load_catalogue
    from plimsoll.compiler.governance.findings import Judge, compile_rules
    from plimsoll.compiler.governance.judge import evaluate_all
    from plimsoll.compiler.governance.subjects import Estate
    from plimsoll.compiler.loading.sources import find_sources
    from plimsoll.compiler.project.resolve import load_project
    from plimsoll.compiler.resources import data_root

    catalogue, sources = load_catalogue(data_root("policies")).value, find_sources(specs).value
    assert catalogue is not None
    assert sources is not None
    project = load_project(sources).value
    assert project is not None
    compile_rules(catalogue.rules.values())
    for unit in project.units:
        assert project.locate(unit).facts.values
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)  # As the command has it.
    started = time.perf_counter()
    verdicts = evaluate_all(Judge(catalogue.rules.values(), Estate(project, date.today())))
    seconds = time.perf_counter() - started
    judgements = sum(len(verdict.applied) for verdict in verdicts)
    say(f"{len(catalogue.rules)} rules on {size} specs: {seconds:.2f} s, {judgements} judgements")
    title = f"{len(catalogue.rules)} rules on {size:,} specs"
    yield row(f"{title}, one process", seconds, "s", bar=CATALOGUE_BAR if size == max(SIZES) else None)
    yield row(f"{title}, a rule that applied", seconds * 1e6 / judgements, "µs")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark from the command line."""
    options = parser("policies", __doc__)
    options.add_argument(
        "--sizes", type=sizes_of, default=SIZES, metavar="N,N", help="specs; default: all of the table"
    )
    return execute("policies", options.parse_args(arguments), measure)


if __name__ == "__main__":
    sys.exit(main())
