"""Flows that rules cannot tell apart, of which one is asked for all: sources, labels and sinks by number."""

import contextlib
from typing import Any

from plimsoll.compiler.flow.labels import Label
from plimsoll.compiler.flow.sinks import SINKS
from plimsoll.compiler.governance.engine import EvaluationFailed, program
from plimsoll.compiler.governance.evaluating import BROKEN, all_at_once, as_number
from plimsoll.compiler.governance.reading import kinds_of, reading_of
from plimsoll.compiler.governance.rules import Rule

Told = tuple[tuple[str, ...], tuple[Rule, ...]]
"""The ids of the rules that apply, and those that are broken or have no answer."""


class Alike:
    """The rules that can apply to one kind of sink, and what they have told of flows that they cannot tell apart.

    Thousands of sources and sinks are alike, but for what no rule reads of them.
    """

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self.reading = reading_of(rules)
        sink = self.reading.sink
        self.named = bool(sink is None or sink & {"name", "owner"} or self.reading.flow or self.reading.context)
        self.reads_source = self.reading.source is None or "source" in self.reading.source or bool(self.reading.flow)
        self.at_once = all_at_once(rules)
        self.told: dict[tuple[Any, ...], Told] = {}
        self.labels: dict[Label, int] = {}
        self.sinks: dict[tuple[Any, ...], int] = {}
        self._numbers: dict[Any, int] = {}

    def numbers(self, shared: Any) -> list[int]:
        """For each rule 0 where it does not apply, 1 where all of it holds, else more."""
        if self.at_once is not None:
            with contextlib.suppress(EvaluationFailed):
                told: list[int] = self.at_once.value(shared)
                return told
        return [_alone(rule, shared) for rule in self.rules]

    def number(self, told_apart: Any) -> int:
        """A number that is the same for what is the same."""
        return self._numbers.setdefault(told_apart, len(self._numbers))

    def of_label(self, label: Label) -> int:
        """A number that is the same for labels which the rules cannot tell apart; it is kept in ``labels``."""
        values = label.values
        if self.reading.label is not None and not self.reading.flow:
            values = {name: values.get(name) for name in sorted(self.reading.label)}
        known = self.labels[label] = self.number(repr(values))
        return known


def alike(rules: tuple[Rule, ...]) -> dict[str, Alike]:
    """The rules that can apply to each kind of sink; kinds with the same rules share what these have told."""
    of_kinds = {rule.id: kinds_of(rule, SINKS) for rule in rules}
    asked = {kind: tuple(rule for rule in rules if kind in of_kinds[rule.id]) for kind in SINKS}
    shared = {tuple(rule.id for rule in some): Alike(some) for some in set(asked.values()) if some}
    return {kind: shared[tuple(rule.id for rule in some)] for kind, some in asked.items() if some}


def _alone(rule: Rule, shared: Any) -> int:
    """What one rule tells where all at once had no value."""
    try:
        return int(program(f"[{as_number(rule)}]").value(shared)[0])
    except EvaluationFailed:
        return BROKEN
