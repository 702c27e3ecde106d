"""Evaluate an expression part by part: what each part was worth, which parts were never asked, and which one decided.

The verdict is the engine's on the whole. Each part is then evaluated by itself, by the engine as well, in the order and
as far as the language has it: the second side of ``&&`` is not asked where the first is false. Inside a macro a part is
evaluated for one element at a time. Nothing here decides anything.
Source: the CEL language definition, https://github.com/google/cel-spec/blob/master/doc/langdef.md#evaluation.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from plimsoll.compiler.governance.engine import EvaluationFailed, program
from plimsoll.compiler.governance.syntax import Node, NotCel, one_line, parse
from plimsoll.compiler.hints import did_you_mean

MOST_PARTS = 2_000
"""How many parts are evaluated, those for each element of a macro included."""
MOST_SECONDS = 2.0
"""How long parts are evaluated: past that, they are told as not shown."""
MOST_DEEP = 60
"""How deep parts of parts are shown."""
MOST_ELEMENTS = 3
"""How many elements of a macro are shown, beside the one that decides."""

State = Literal["value", "error", "skipped", "unseen"]


@dataclass(frozen=True)
class Step:
    """A part of an expression, and what became of it."""

    text: str
    """As it is written, on one line."""
    state: State
    value: Any = None
    """What it is worth; of an error, why it has no value."""
    note: str = ""
    """What is to be said of it: why it was not asked, what decided."""
    steps: tuple["Step", ...] = ()
    """What it was made from."""


def unfold(text: str, variables: Any) -> Step:
    """Evaluate an expression and its parts. An expression that is too deep to be taken apart has no steps."""
    whole = _Trial(text, variables)
    try:
        node = parse(text)
    except NotCel as error:
        return replace(whole.worth(text, text), note=f"its parts are not shown: {error}")
    return whole.step(node, ())


@dataclass(frozen=True)
class _Bound:
    """A variable of a macro, and the element that it stands for: an expression of its own."""

    name: str
    element: str
    called: str
    """What people call the element."""


@dataclass
class _Trial:
    """One expression on its way; how much more of it is evaluated."""

    text: str
    variables: Any
    left: int = field(default_factory=lambda: MOST_PARTS)
    deep: int = 0
    end: float = field(default_factory=lambda: time.monotonic() + MOST_SECONDS)

    def said(self, node: Node) -> str:
        """A part as it is written."""
        return self.text[node.start : node.end]

    def worth(self, said: str, text: str) -> Step:
        """What an expression is worth, told as ``said``."""
        shown = one_line(said)
        self.left -= 1
        if self.left < 0 or time.monotonic() > self.end or self.deep > MOST_DEEP:
            return Step(shown, "unseen", note="not shown: there is too much of it")
        try:
            return Step(shown, "value", program(text).value(self.variables))
        except EvaluationFailed as failure:
            if text != said and "recursion" in str(failure):
                return Step(shown, "unseen", note="not shown: it is nested too deep to be evaluated alone")
            return Step(shown, "error", str(failure))

    def part(self, node: Node, bound: tuple[_Bound, ...]) -> Step:
        """What a part is worth by itself, where some variables are bound."""
        return self.worth(self.said(node), _within(self.said(node), bound))

    def step(self, node: Node, bound: tuple[_Bound, ...]) -> Step:
        """A part with all that it was made from."""
        own = self.part(node, bound)
        if own.state == "unseen":
            return own
        self.deep += 1
        note, steps = self._made_from(node, bound, own)
        self.deep -= 1
        return replace(own, note=note, steps=steps)

    def _made_from(self, node: Node, bound: tuple[_Bound, ...], own: Step) -> tuple[str, tuple[Step, ...]]:
        if node.is_macro:
            return self._macro(node, bound, own)
        if node.form == "binary" and node.word in ("&&", "||"):
            return "", tuple(_absorbed(step, own) for step in self._either(node, bound))
        if node.form == "choice":
            return "", tuple(self._choice(node, bound))
        if _is_path(node) or _is_has(node):
            return (_absent(self, node, bound) if own.state == "error" else ""), ()
        return "", tuple(self.step(part, bound) for part in node.parts if not _is_plain(part))

    def _either(self, node: Node, bound: tuple[_Bound, ...]) -> Iterator[Step]:
        """The sides of ``&&`` or ``||``; a chain of the same operator is told side by side."""
        decides, decided = node.word == "||", ""
        for side in _sides(node, node.word):
            if decided:
                yield Step(one_line(self.said(side)), "skipped", note=decided)
                continue
            step = self.step(side, bound)
            yield step
            if step.state == "value" and step.value is decides:
                decided = f"not asked: {'true' if decides else 'false'} was decided before"

    def _choice(self, node: Node, bound: tuple[_Bound, ...]) -> Iterator[Step]:
        condition = self.step(node.parts[0], bound)
        yield condition
        for part, when in zip(node.parts[1:], (True, False), strict=True):
            if condition.value is when and condition.state == "value":
                yield self.step(part, bound)
            else:
                yield Step(one_line(self.said(part)), "skipped", note="not asked: the condition is not for it")

    def _macro(self, node: Node, bound: tuple[_Bound, ...], own: Step) -> tuple[str, tuple[Step, ...]]:
        """What a macro ranges over, and the element that decides, or the first few."""
        over = self.step(node.parts[0], bound)
        elements = self._elements(node, over)
        decides = self._decides(node, bound, elements, own)
        chosen = range(min(MOST_ELEMENTS, len(elements))) if decides is None else (decides,)
        steps = [over, *(self._element(node, bound, elements[at], decided=at == decides) for at in chosen)]
        rest = len(elements) - len(chosen)
        return (f"of {len(elements)} elements, {len(chosen)} shown" if rest else ""), tuple(steps)

    def _elements(self, node: Node, over: Step) -> list[_Bound]:
        ranged, name = self.said(node.parts[0]), self.said(node.parts[1])
        if isinstance(over.value, list):
            # What was made from the keys of a map has no order that stays, so a text is named by itself.
            placed = ((one, f"({ranged}\n)[{at}]", _name(one, at)) for at, one in enumerate(over.value))
            return [_Bound(name, called if isinstance(one, str) else at, called) for one, at, called in placed]
        if not isinstance(over.value, dict):
            return []
        return [_Bound(name, _scalar(key), _scalar(key)) for key in sorted(over.value, key=_scalar)]

    def _element(self, node: Node, bound: tuple[_Bound, ...], element: _Bound, *, decided: bool) -> Step:
        """What a macro asks of one element; what it makes of it, where it asks and makes."""
        asked = self.step(node.parts[2], (*bound, element))
        label, note = f"{element.name}: {element.called}", "this decides" if decided else ""
        if len(node.parts) == 3 or asked.value is not True:
            return replace(asked, text=label, note="; ".join(filter(None, (note, asked.note))))
        made = self.step(node.parts[3], (*bound, element))
        return Step(label, made.state, made.value, note, (asked, made))

    def _decides(self, node: Node, bound: tuple[_Bound, ...], elements: list[_Bound], own: Step) -> int | None:
        """Which element decided: the first false one of ``all``, the first true one of ``exists``, the first error."""
        wanted = {"all": False, "exists": True, "exists_one": True}.get(node.word)
        if own.state != "error" and (wanted is None or own.value is not wanted):
            return None
        for at, element in enumerate(elements):
            step = self.worth(self.said(node.parts[2]), _within(self.said(node.parts[2]), (*bound, element)))
            if step.state == "unseen":
                return None
            if step.state == "error" if own.state == "error" else step.value is wanted:
                return at
        return None


def _within(text: str, bound: tuple[_Bound, ...]) -> str:
    """An expression in which variables stand for elements, by macros over one element each: the outermost first."""
    for one in reversed(bound):
        text = f"[{one.element}].map({one.name}, {text}\n)[0]"
    return text


def _sides(node: Node, word: str) -> list[Node]:
    """The sides of a chain of one operator, from left to right."""
    sides, due = list[Node](), [node]
    while due:
        one = due.pop()
        if one.form == "binary" and one.word == word:
            due += reversed(one.parts)
        else:
            sides.append(one)
    return sides


def _absorbed(step: Step, whole: Step) -> Step:
    """A side without a value does not matter where another one decides."""
    if step.state != "error" or whole.state == "error":
        return step
    return replace(step, note="; ".join(filter(None, (step.note, "another side decides all the same"))))


def _is_plain(node: Node) -> bool:
    """Whether a part says all there is to say of it: a literal, a list of some, a variable by itself."""
    return node.form in ("literal", "name") or (node.form in ("list", "map") and all(map(_is_plain, node.parts)))


def _is_path(node: Node) -> bool:
    """Whether a part is a name, or fields of one: nothing to take apart."""
    while node.form in ("select", "index"):
        if node.form == "index" and node.parts[1].form not in ("literal", "name"):
            return False
        node = node.parts[0]
    return node.form in ("name", "literal")


def _is_has(node: Node) -> bool:
    return node.form == "call" and node.word == "has" and not node.is_method and len(node.parts) == 1


def _absent(trial: _Trial, node: Node, bound: tuple[_Bound, ...]) -> str:
    """Where the way to a value ends: the longest part of it that has one, and what that has."""
    path = node.parts[0].parts[0] if _is_has(node) and node.parts[0].parts else node
    while path.parts:
        path, last = path.parts[0], path
        step = trial.part(path, bound)
        if step.state == "value":
            return _has(trial.said(path), step.value, last)
    return ""


def _has(said: str, value: Any, last: Node) -> str:
    """What is there in the place of what is not."""
    if not isinstance(value, dict):
        return f"{one_line(said)} is {type_name(value)}"
    name = last.word if last.form == "select" else ""
    hint = did_you_mean(name, [str(key) for key in value]) if name else ""
    return f"{one_line(said)} has {', '.join(sorted(map(str, value))) or 'nothing'}" + (
        f"; {hint}" if "mean" in hint else ""
    )


def type_name(value: Any) -> str:
    """What kind of value it is, in words."""
    names = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "a map"}
    return "nothing" if value is None else names.get(type(value), type(value).__name__)


def _name(one: Any, at: int) -> str:
    """What an element is called: its name where it is a spec or has one, itself where it is short, else its number."""
    named = one.get("metadata", one) if isinstance(one, dict) else None
    name = named.get("name") if isinstance(named, dict) else None
    if isinstance(name, str):
        return name
    return f"number {at + 1}" if isinstance(one, list | dict) else _scalar(one)


def _scalar(one: Any) -> str:
    """A scalar as an expression has it, such as every key of a map."""
    return json.dumps(one, ensure_ascii=False) if isinstance(one, str | bool | int | float) else str(one)
