"""The bars that a model must pass, and whether a change lowers them."""

from collections.abc import Iterator
from dataclasses import dataclass

from plimsoll.compiler.kinds import Model
from plimsoll.compiler.kinds.gates import Gate


@dataclass(frozen=True)
class Bar:
    """Bounds of a number; None where it is free."""

    least: float | None = None
    most: float | None = None

    def __str__(self) -> str:
        bounds = (("at least", self.least), ("at most", self.most))
        return " and ".join(f"{word} {value:g}" for word, value in bounds if value is not None) or "no bar"

    def and_also(self, other: "Bar") -> "Bar":
        """Both bars at once: the stricter bound of each."""
        least = [bound for bound in (self.least, other.least) if bound is not None]
        most = [bound for bound in (self.most, other.most) if bound is not None]
        return Bar(max(least, default=None), min(most, default=None))

    def lets_in_more_than(self, other: "Bar") -> bool:
        """Whether some number passes this bar and not the other."""
        lower = other.least is not None and (self.least is None or self.least < other.least)
        higher = other.most is not None and (self.most is None or self.most > other.most)
        return lower or higher


NO_BAR = Bar()


def bars_of(model: Model) -> dict[str, Bar]:
    """Every bar of a model's evaluation, by what it bounds. One that rises or appears is never a loosening."""
    found: dict[str, Bar] = {}
    for name, bar in _bars(model):
        found[name] = bar.and_also(found.get(name, NO_BAR))
    return found


def _bars(model: Model) -> Iterator[tuple[str, Bar]]:
    evaluation = model.spec.evaluation
    for gate in evaluation.gates:
        yield gate.metric, _bar(gate)
    for part in evaluation.slices:
        yield f"rows of {part.by} that a slice may have unjudged", Bar(most=part.min_rows - 1)
        for gate in part.gates:
            yield f"{gate.metric} in every {part.by}", _bar(gate)
    if evaluation.challenge:
        yield f"loss of {evaluation.challenge.metric} against what serves", Bar(most=evaluation.challenge.tolerance)


def _bar(gate: Gate) -> Bar:
    return Bar(gate.minimum, gate.maximum)
