"""``plimsoll policy test --mutate``: how many changes of the rules their cases notice."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Line, View

if TYPE_CHECKING:
    from plimsoll.compiler.diagnostics import Diagnostic
    from plimsoll.compiler.governance.catalogue import Catalogue
    from plimsoll.compiler.governance.mutation import Mutation


@dataclass(frozen=True)
class Score:
    """How the mutants of all rules fared."""

    rules: "tuple[Mutation, ...]"

    @property
    def tried(self) -> int:
        """How many changes a case could have noticed."""
        return sum(one.tried for one in self.rules)

    @property
    def noticed(self) -> int:
        """How many of them some case noticed."""
        return sum(one.noticed for one in self.rules)

    @property
    def percent(self) -> float:
        """How many of a hundred; rules in which nothing can be changed are as well tested as can be."""
        return 100.0 * self.noticed / self.tried if self.tried else 100.0

    @property
    def found(self) -> "tuple[Diagnostic, ...]":
        """The changes that no case noticed, at their places."""
        return tuple(one.diagnostic for rule in self.rules for one in rule.survivors)

    @property
    def data(self) -> dict[str, Any]:
        """The score, for machines."""
        rules = [
            {"rule": one.rule, "changes": one.tried, "noticed": one.noticed, "refused": one.refused}
            for one in self.rules
        ]
        return {"changes": self.tried, "noticed": self.noticed, "percent": round(self.percent, 2), "rules": rules}

    def line(self, least: float) -> Line:
        """The score in a sentence."""
        style = Style.GOOD if self.percent >= least else Style.ERROR
        refused = sum(one.refused for one in self.rules)
        return [
            f"{self.tried} changes of their expressions, {self.noticed} noticed by a case: ",
            Styled(f"{self.percent:.1f} %", style),
            f" (at least {least:g} % are asked for); {refused} more don't pass the type checker",
        ]


def score_of(catalogue: "Catalogue", only: Collection[str] | None, view: View) -> Score:
    """Mutate every rule, or some, whose cases hold."""
    from plimsoll.compiler.governance.mutation import mutate

    done: list[Mutation] = []
    for rule in catalogue.rules.values():
        if only is None or rule.id in only:
            done.append(one := mutate(rule, catalogue))
            mark = "ok" if not one.survivors else ""
            view.progress(f"{mark:<6} {rule.id:<8} {one.noticed} of {one.tried} changes noticed")
    return Score(tuple(done))
