"""What was seen of data, as lines for people and as data for machines."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Line

if TYPE_CHECKING:
    from plimsoll.cli.data.checking import Checked
    from plimsoll.compiler.kinds import Model
    from plimsoll.compiler.project.located import Located
    from plimsoll.contract.inspection import ExamplesSeen

_DAY = timedelta(days=1)


def told(one: "Checked") -> Iterator[Line]:
    """What a source holds."""
    seen = one.seen
    name: Line = [Styled(one.one.name, Style.STRONG), f"  {seen.path}"]
    if seen.refused is not None:
        yield [*name, ": ", Styled("cannot be read", Style.ERROR)]
        return
    span = f", {seen.first:%Y-%m-%d} to {seen.last:%Y-%m-%d}" if seen.first and seen.last else ""
    order = "" if seen.ordered else ", not in order of time, which need not be"
    yield [*name, f": {seen.rows:,} rows{span}{order}"]
    declared = len(one.one.said["columns"])
    yield f"  {declared - len(seen.faults)} of {declared} columns are as declared"
    if seen.nulls:
        yield f"  empty: {', '.join(f'{name} in {rows:,}' for name, rows in seen.nulls.items())}"
    for model, examples in one.examples:
        yield f"  {model.key}: {_examples(model, examples)}"
    if one.waiting:
        waiting = ", ".join(model.key for model in one.waiting)
        yield f"  the examples of {waiting} are looked at once the columns are as declared"


def _examples(model: "Located[Model]", seen: "ExamplesSeen") -> str:
    if seen.refused is not None:
        return "its examples cannot be made"
    labels = seen.labels
    words = f"{seen.rows:,} examples, {labels.rows:,} with a label"
    if labels.rows and not labels.others:
        shares = {name: count / labels.rows for name, count in labels.counts.items() if name != "0"}
        words += f", of which {', '.join(f'{share:.1%} are {name}' for name, share in shares.items())}"
    first, last = cut_offs(model, seen)
    if first and last and first <= last:
        words += f"; whole windows for as-of={first} to {last}"
    return words


def cut_offs(model: "Located[Model]", seen: "ExamplesSeen") -> tuple[str | None, str | None]:
    """The first and the last day as of which a training has whole windows of labelled examples."""
    from plimsoll.compiler.fitting.examples import first_cut_off, last_cut_off

    moments = first_cut_off(model, seen), last_cut_off(model, seen)
    return (_next_day(moments[0]), _next_day(moments[1]))


def _next_day(moment: datetime | None) -> str | None:
    """The first midnight at or after a moment."""
    if moment is None:
        return None
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return f"{midnight + _DAY * math.ceil((moment - midnight) / _DAY):%Y-%m-%d}"


def as_data(one: "Checked") -> dict[str, Any]:
    """The same as data; a source that cannot be read has no counts."""
    seen = one.seen
    if seen.refused is not None:
        return {"source": seen.source, "path": seen.path, "readable": False}
    return {
        "source": seen.source,
        "path": seen.path,
        "readable": True,
        "rows": seen.rows,
        "first": seen.first.isoformat() if seen.first else None,
        "last": seen.last.isoformat() if seen.last else None,
        "ordered": seen.ordered,
        "faulty": [fault.column for fault in seen.faults],
        "undeclared": dict(seen.undeclared),
        "empty": dict(seen.nulls),
        "examples": [_examples_data(model, examples) for model, examples in one.examples],
    }


def _examples_data(model: "Located[Model]", seen: "ExamplesSeen") -> dict[str, Any]:
    first, last = cut_offs(model, seen)
    return {
        "model": seen.model,
        "rows": seen.rows,
        "labelled": seen.labels.rows,
        "labels": dict(seen.labels.counts),
        "otherLabels": seen.labels.others,
        "asOf": {"first": first, "last": last} if first and last and first <= last else None,
        "expectations": [
            {
                "column": result.column,
                "rule": result.rule,
                "expected": result.expected,
                "rows": result.rows,
                "failures": result.failures,
                "passed": result.passed,
            }
            for result in seen.results
        ],
    }
