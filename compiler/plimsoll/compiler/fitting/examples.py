"""Whether the examples of a model are such that it can be trained on them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from plimsoll.compiler.diagnostics import Diagnostic, Route
from plimsoll.compiler.kinds import Deployment, Model
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.references.findings import error, warning
from plimsoll.contract.inspection import ExamplesSeen, ExpectationResult, Labels
from plimsoll.contract.requests import MOST_PARTS

_OF_VALUES = ("Conversion Error", "Invalid Input Error", "Out of Range Error")
"""What DuckDB's messages begin with where they quote a value."""
_EXAMPLES: Route = ("spec", "examples")


def examples_findings(one: Located[Model], seen: ExamplesSeen, *, telling: bool) -> Iterator[Diagnostic]:
    """All that the examples of a model break of its spec; with ``telling``, values are shown as examples."""
    if seen.refused is not None:
        route = {"inputs": ("inputs",), "filter": ("filter",), "label": ("label", "expression")}[seen.part]
        why = seen.refused.why
        if not telling and why.startswith(_OF_VALUES):
            why = "it fails on a value, which is not told since it may be a person's"
        message = f"{seen.refused.what}: {seen.refused.where}: {why}"
        yield error("PLM-DAT-007", one, (*_EXAMPLES, *route), message, help_=seen.refused.mend)
        return
    yield from _named(one, seen, telling)
    for result in seen.results:
        if not result.passed:
            yield _unexpected(one, result, telling)
    yield from _labels(one, seen, telling)
    yield from _windows(one, seen)


def parts_findings(one: Located[Deployment], by: str, values: int) -> Iterator[Diagnostic]:
    """Whether a batch may be cut by the values of a column."""
    if values > MOST_PARTS:
        message = f"{by!r} has more than {MOST_PARTS} values in the data: a window with so many is refused"
        help_ = "cut by a column of fewer values, or into a count of parts"
        yield warning("PLM-DAT-009", one, ("spec", "batch", "partitions", "by"), message, help_=help_)


def first_cut_off(one: Located[Model], seen: ExamplesSeen) -> datetime | None:
    """The first moment as of which a training has whole windows; None where there is no labelled example."""
    window, label = one.said["window"], one.said["examples"]["label"]
    whole = timedelta(days=window["training"] + window["evaluation"], seconds=label["knownAfter"])
    return _after(seen.labels.first, whole)


def last_cut_off(one: Located[Model], seen: ExamplesSeen) -> datetime | None:
    """The moment at which every label is known; None where there is no labelled example."""
    delay = timedelta(seconds=one.said["examples"]["label"]["knownAfter"])
    return _after(seen.labels.last, delay)


def _after(moment: datetime | None, by: timedelta) -> datetime | None:
    """A moment and some time more; None past the end of time, where 9999-12-31 stands for never."""
    end = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)
    return moment + by if moment is not None and moment <= end - by else None


def _named(one: Located[Model], seen: ExamplesSeen, telling: bool) -> Iterator[Diagnostic]:
    """The columns that an example is told apart by and joined by."""
    examples = one.said["examples"]
    if empty := seen.nulls.get(examples["id"]):
        message = f"the id {examples['id']!r} is empty in {empty:,} of {seen.rows:,} examples"
        yield error("PLM-DAT-004", one, (*_EXAMPLES, "id"), message, help_="fill it in, or leave them out by a filter")
    for index, key in enumerate(examples["keys"]):
        if empty := seen.nulls.get(key):
            message = f"the key {key!r} is empty in {empty:,} of {seen.rows:,} examples, which have no features then"
            yield warning("PLM-DAT-004", one, (*_EXAMPLES, "keys", index), message, help_="fill it in")
    if seen.repeated.values:
        most = f"{seen.repeated.example!r}" if telling else "one"
        message = (
            f"{_times(seen.repeated.values, 'value')} of the id {examples['id']!r}, each in more than one example:"
            f" {most} in {seen.repeated.times:,}"
        )
        help_ = "keep one row of each, or name the column that tells rows apart"
        yield error("PLM-DAT-005", one, (*_EXAMPLES, "id"), message, help_=help_)


def _times(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _unexpected(one: Located[Model], result: ExpectationResult, telling: bool) -> Diagnostic:
    within: Route = {
        "schema": ("type",),
        "missing": ("expect", "maxMissing"),
        "finite": (),
        "range": ("expect",),
        "allowed": ("expect", "allowed"),
    }[result.rule]
    such = f", such as {result.example}" if telling else ""
    broken = f"{result.failures:,} of {result.rows:,} values are"
    expected = {"finite": "finite"}.get(result.rule, result.expected)
    message = f"{result.column!r} is expected to be {expected}; {broken} not{such}"
    if result.rule == "missing":
        message = f"{result.column!r} is expected to have {expected}; {broken} ({result.share:.2%})"
    help_ = "mend the data, or change what is expected"
    return error("PLM-DAT-006", one, (*_EXAMPLES, "inputs", result.column, *within), message, help_=help_)


def _labels(one: Located[Model], seen: ExamplesSeen, telling: bool) -> Iterator[Diagnostic]:
    route: Route = (*_EXAMPLES, "label", "expression")
    labels = seen.labels
    if not seen.rows:
        if one.said["examples"].get("filter") is not None:
            yield error("PLM-DAT-007", one, (*_EXAMPLES, "filter"), "no row passes the filter", help_="let some pass")
        return
    if not labels.rows:
        message = f"not one of {seen.rows:,} examples has a label"
        yield error("PLM-DAT-007", one, route, message, help_="make it of columns that are filled in by now")
    elif one.said["task"] == "binary-classification":
        if labels.others:
            message = f"the label is to be 0 or 1; {labels.others:,} of {labels.rows:,} are another number"
            help_ = "write a condition, such as minutes > 15, or say task: regression"
            yield error("PLM-DAT-007", one, route, message, help_=help_)
        elif not all(labels.counts.values()):
            message = f"all {labels.rows:,} labels are {1 if labels.counts['1'] else 0}: there is nothing to tell apart"
            yield error("PLM-DAT-007", one, route, message, help_="move the bar that the condition sets")
    elif one.said["task"] == "multiclass-classification":
        yield from _classes(one, labels, telling)


def _classes(one: Located[Model], labels: Labels, telling: bool) -> Iterator[Diagnostic]:
    """Whether each label is one of the classes, and each class has an example."""
    route: Route = (*_EXAMPLES, "label", "classes")
    if labels.others:
        such = f", such as {labels.other!r}" if telling else ""
        message = f"{labels.others:,} of {labels.rows:,} labels are none of the classes{such}"
        help_ = (
            "add what is missing to the classes, mend the label's expression, or leave such examples out by a filter"
        )
        yield error("PLM-DAT-007", one, route, message, help_=help_)
    if absent := [name for name, count in labels.counts.items() if not count]:
        message = f"no example is of {', '.join(map(repr, absent))}"
        yield error("PLM-DAT-007", one, route, message, help_="bring examples of it, or take the class out of the spec")


def _windows(one: Located[Model], seen: ExamplesSeen) -> Iterator[Diagnostic]:
    """Whether the labelled examples are of as many days as a training asks for."""
    if seen.labels.first is None or seen.labels.last is None:
        return
    window = one.said["window"]
    asked, there = window["training"] + window["evaluation"], (seen.labels.last - seen.labels.first).days + 1
    if there < asked:
        message = (
            f"the windows ask for {asked} days, and the labelled examples are of {there}:"
            f" {seen.labels.first:%Y-%m-%d} to {seen.labels.last:%Y-%m-%d}"
        )
        yield warning("PLM-DAT-008", one, ("spec", "window"), message, help_="ask for fewer days, or bring more data")
