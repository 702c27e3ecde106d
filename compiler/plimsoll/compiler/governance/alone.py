"""One rule about rendered objects, which is asked once for all objects and environments that are alike to it.

Some rules hold a long pattern against many texts, which takes milliseconds; what they read is the same in nearly all
objects, while other rules read what differs in each.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from plimsoll.compiler.governance.engine import EvaluationFailed, bounded_memory, program
from plimsoll.compiler.governance.evaluating import BROKEN, as_number
from plimsoll.compiler.governance.reads import Reads
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.shape import Shape, Shapes


@dataclass(frozen=True)
class Alone:
    """A rule, and what it had to say of what it was asked about."""

    rule: Rule
    _known: dict[tuple[str, Shape], bool] = field(default_factory=dict)
    _reading: dict[str, str] = field(default_factory=dict)
    """What is read of the context by environment."""

    @cached_property
    def _shapes(self) -> Shapes:
        return Shapes([self.rule])

    @cached_property
    def _reads(self) -> Reads:
        return Reads([self.rule])

    def alike(self, shape: Shape, environment: str, context: dict[str, Any]) -> tuple[str, Shape]:
        """What the rule can tell of an object in an environment, given its shape to rules of which this is one."""
        if environment not in self._reading:
            self._reading[environment] = self._reads.of(context)
        return self._reading[environment], self._shapes.again(shape)

    def may_break(self, alike: tuple[str, Shape], shared: Callable[[], Any]) -> bool:
        """Whether the rule is broken, or has no value; ``shared`` gives the variables of one judgement of them."""
        if alike not in self._known:
            with bounded_memory():
                try:
                    number = program(as_number(self.rule)).value(shared())
                except EvaluationFailed:
                    number = BROKEN
            self._known[alike] = number == BROKEN
        return self._known[alike]
