"""A tried expression as a tree for people, and as data for machines."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from plimsoll.cli.policy.judged import Condition, Tried
from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Line
from plimsoll.compiler.governance.trial import Step

_LONG = 72
"""How many characters of a part or a value are shown in a line."""
_MOST = 4_000
"""How many characters of a value go into a report for machines."""
_LOOK = {"holds": Style.GOOD, "broken": Style.ERROR, "no answer": Style.ERROR, "does not apply": Style.DIM}


def trials_lines(tried: Iterable[Tried], called: str, *, is_rule: bool) -> Iterator[Line]:
    """Every object in every place; what came about in the same way is shown once."""
    groups: dict[str, list[Tried]] = {}
    for one in tried:
        alike = {**trial_data(one), "environment": None}
        groups.setdefault(json.dumps(alike), []).append(one)
    for group in groups.values():
        places = ", ".join(one.asked.environment for one in group if one.asked.environment)
        yield from _lines(group[0], f"{group[0].asked.rendered or called}{f' in {places}' if places else ''}", is_rule)


def _lines(tried: Tried, called: str, is_rule: bool) -> Iterator[Line]:
    """The verdict, and how it came about."""
    yield [Styled(called, Style.STRONG), ": ", _verdict(tried, is_rule=is_rule)]
    if tried.when is not None:
        yield [Styled("applies when", Style.STRONG)]
        yield from _tree(tried.when, "", "")
    for one in tried.conditions:
        if is_rule:
            yield [Styled("must hold", Style.STRONG)]
        yield from _tree(one.step, "", "")
        if one.message:
            yield [Styled(f"  at {one.blame}: ", Style.STRONG), one.message]
    yield ""


def _verdict(tried: Tried, *, is_rule: bool) -> Styled:
    if is_rule:
        return Styled(tried.verdict, _LOOK[tried.verdict])
    step = tried.conditions[0].step
    if step.state == "value":
        good = None if not isinstance(step.value, bool) else Style.GOOD if step.value else Style.ERROR
        return Styled(_short(step.value), good or Style.NOTE)
    return Styled("no answer", Style.ERROR)


def _tree(step: Step, first: str, rest: str) -> Iterator[Line]:
    """A part, and below it what it was made from."""
    yield [Styled(first, Style.FRAME), *_worth(step), Styled(f"  ({step.note})" if step.note else "", Style.DIM)]
    for number, part in enumerate(step.steps, 1):
        last = number == len(step.steps)
        yield from _tree(part, rest + ("└ " if last else "├ "), rest + ("  " if last else "│ "))


def _worth(step: Step) -> list[str | Styled]:
    text = _cut(step.text)
    match step.state:
        case "value":
            look = {True: Style.GOOD, False: Style.ERROR}.get(step.value) if isinstance(step.value, bool) else None
            return [text, Styled(" = ", Style.DIM), Styled(_short(step.value), look or Style.NOTE)]
        case "error":
            return [text, Styled(" = no answer: ", Style.ERROR), _cut(str(step.value))]
        case _:
            return [Styled(text, Style.DIM)]


def _short(value: Any) -> str:
    """A value in a few words: of what is long, how long it is and how it begins."""
    if isinstance(value, dict):
        about = value.get("metadata")
        if isinstance(about, dict) and "name" in about:
            return _cut(f"{value.get('kind', '')}/{about['name']}")
        return _cut(f"{{{', '.join(sorted(map(str, value)))}}}")
    if isinstance(value, list):
        told = f"[{', '.join(map(_short, value[:5]))}{', …' if len(value) > 5 else ''}]"
        return _cut(told) if len(value) <= 5 else f"{len(value)} of them: {_cut(told)}"
    return _cut(json.dumps(_plain(value), ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"


def trial_data(tried: Tried) -> dict[str, Any]:
    """The same for machines."""
    return {
        "environment": tried.asked.environment,
        "rendered": tried.asked.rendered,
        "verdict": tried.verdict,
        "when": _step(tried.when) if tried.when else None,
        "conditions": [_condition(one) for one in tried.conditions],
    }


def _condition(one: Condition) -> dict[str, Any]:
    return {**_step(one.step), "message": one.message or None, "blame": one.blame or None}


def _step(step: Step) -> dict[str, Any]:
    return {
        "expression": step.text,
        "state": step.state,
        "value": _bounded(step.value) if step.state == "value" else None,
        "error": step.value if step.state == "error" else None,
        "note": step.note or None,
        "steps": [_step(one) for one in step.steps],
    }


def _bounded(value: Any) -> Any:
    """A value as JSON has it; of one that is too long, its beginning as text."""
    text = json.dumps(_plain(value), ensure_ascii=False)
    return _plain(value) if len(text) <= _MOST else f"{text[:_MOST]}…"


def _plain(value: Any) -> Any:
    """A value in the order of its keys, with words in place of what JSON has not: times, bytes, infinity."""
    if isinstance(value, dict):
        return {str(key): _plain(value[key]) for key in sorted(value, key=str)}  # The engine's maps have no order.
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    if isinstance(value, bytes | bytearray):
        return value.decode(errors="replace")
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
