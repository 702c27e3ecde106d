"""Whether a model names the classes that its task asks for."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from plimsoll.compiler.diagnostics import Diagnostic, Label, Route
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.references.findings import error

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Model

_SEVERAL = "multiclass-classification"
_LABEL: Route = ("spec", "examples", "label")
_CLASSES: Route = (*_LABEL, "classes")
_FEWEST = 3
"""Two classes are a binary classification."""


def check(one: Located["Model"]) -> Iterator[Diagnostic]:
    """The classes of a model: named where there are several, each once, and nowhere else."""
    task, classes = one.said["task"], one.said["examples"]["label"].get("classes")
    if task == _SEVERAL and classes is not None:
        yield from _distinct(one, classes)
    elif task == _SEVERAL:
        help_ = "write every class once, in the order of the answers: classes: [early, on-time, late]"
        yield error("PLM-REF-023", one, _LABEL, "no class of the label is named", _task(one), help_=help_)
    elif classes is not None:
        help_ = f"take them away, or write task: {_SEVERAL}"
        yield error("PLM-REF-023", one, _CLASSES, f"the label of a {task} has no classes", _task(one), help_=help_)


def _task(one: Located["Model"]) -> Label:
    return Label(one.span("spec", "task"), f"a {one.said['task']}")


def _distinct(one: Located["Model"], classes: tuple[str, ...]) -> Iterator[Diagnostic]:
    first: dict[str, int] = {}
    for position, name in enumerate(classes):
        if first.setdefault(name, position) != position:
            label = Label(one.span(*_CLASSES, first[name]), "first named here")
            route = (*_CLASSES, position)
            yield error("PLM-REF-023", one, route, f"the class {name!r} is named already", label, help_="take it away")
    if len(first) < _FEWEST:
        message = f"several classes are three at the least, and {len(first)} {'is' if len(first) == 1 else 'are'} named"
        help_ = "for two, write task: binary-classification, and a condition as the label's expression"
        yield error("PLM-REF-023", one, _CLASSES, message, _task(one), help_=help_)
