"""Whether a model reads a column under a name that stands for something else in what its steps leave."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from plimsoll.compiler.diagnostics import Diagnostic, Route
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.references.findings import error

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Model

_PROFILED = "prediction"
"""Under it the answer is profiled beside the inputs; of several classes it is handed on under it as well."""

_SCORE = "score"
"""Under it a single answer is handed on, beside an example's id, timestamp and label."""

_KNOWN_AT = "known_at"
"""Under it stands the moment at which a label is known, beside the id and the label."""


def check(one: Located["Model"]) -> Iterator[Diagnostic]:
    """Columns that would stand twice in a table."""
    examples = one.said["examples"]
    answer = _SCORE if examples["label"].get("classes") is None else _PROFILED
    places: tuple[tuple[Route, str, tuple[str, ...]], ...] = (
        (("id",), examples["id"], (answer, _KNOWN_AT)),
        (("timestamp",), examples["timestamp"], (answer,)),
        (("label", "name"), examples["label"]["name"], (answer, _KNOWN_AT)),
    )
    for route, name, beside in places:
        if name in beside:
            yield _taken(one, ("spec", "examples", *route), name)
    if _PROFILED in examples["inputs"]:
        yield _taken(one, ("spec", "examples", "inputs", _PROFILED), _PROFILED)
    for index, used in enumerate(one.said["features"]):
        if _PROFILED in used["use"]:
            yield _taken(one, ("spec", "features", index, "use", used["use"].index(_PROFILED)), _PROFILED)


def _taken(one: Located["Model"], route: Route, name: str) -> Diagnostic:
    means = "the moment at which a label is known" if name == _KNOWN_AT else "what the model answers"
    message = f"{name!r} is the name of {means}, which would stand beside it"
    return error("PLM-REF-026", one, route, message, help_="call the column something else in its source")
