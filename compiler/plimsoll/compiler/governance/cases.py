"""The cases of rules: what each patches, and the estates that come of it.

``pass.yaml`` and ``fail.yaml`` beside a policy hold ``cases``. A case names what it shows, patches objects of
``fixtures/estate.yaml`` by ``Kind/name`` and dotted route (null removes), and, where it breaks the rule, lists every
finding that the rule then has: the object, the route that is blamed, and the message. With ``each``, one route gets one
value after another, and the case is run with each of them; ``also`` has an object once more under another name; with
``applies: false`` the rule has to apply to nothing. Each condition of a rule is broken alone in some case, or else it
could say anything.

A folder of rules that has no estate of its own patches the one that comes with Plimsoll, which need not keep its rules.
"""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.governance.catalogue import SHOWN, Catalogue
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.subjects import Estate
from plimsoll.compiler.kinds.common import Part
from plimsoll.compiler.kinds.scalars import Day
from plimsoll.compiler.loading.documents import Document, parse
from plimsoll.compiler.loading.sources import SourceFile, Sources, read_source
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.resources import data_root

ESTATE = "fixtures/estate.yaml"
"""Where the estate lies below a folder of rules."""

DAY = date(2027, 3, 1)
"""The day on which a case is judged that names no other."""

EACH = "{each}"
"""What stands for the value of ``each`` in an expected message."""

Which = Literal["pass", "fail"]
WHICH: dict[Which, str] = {"pass": "passing", "fail": "failing"}

Values = dict[str, dict[str, Any]]
"""The objects of an estate by ``Kind/name``, as YAML has them."""


class Unreadable(ValueError):
    """A fixture that can't be run; the message says why."""


class Expected(Part):
    """A finding that a case must have."""

    object: str
    at: str
    message: str


class Case(Part):
    """A case of a rule."""

    case: Annotated[str, Field(min_length=3)]
    today: Day = DAY
    """The day on which it is judged."""
    refused: bool = False
    """Whether its objects would be refused before the rule is asked, which has to find them all the same."""
    applies: bool = True
    """Whether the rule applies to anything."""
    also: dict[str, str] = Field(default_factory=dict)
    """Further objects, each as another one of its kind is before it is patched."""
    patch: dict[str, dict[str, Any]] = Field(default_factory=dict)
    each: dict[str, dict[str, Annotated[tuple[Any, ...], Field(min_length=1)]]] = Field(default_factory=dict)
    expect: tuple[Expected, ...] = ()

    @model_validator(mode="after")
    def _one_route(self) -> "Case":
        if self.each and [len(routes) for routes in self.each.values()] != [1]:
            raise ValueError("each holds one route of one object")
        return self

    def spread(self) -> Iterator["Case"]:
        """The case itself, or one for each of the values of ``each``."""
        if not self.each:
            yield self
            return
        ((key, routes),) = self.each.items()
        ((route, values),) = routes.items()
        for value in values:
            patch = {**self.patch, key: {**self.patch.get(key, {}), route: value}}
            told = {one: one.message.replace(EACH, str(value)) for one in self.expect}
            expect = tuple(one.model_copy(update={"message": message}) for one, message in told.items())
            yield self.model_copy(update={"patch": patch, "each": {}, "expect": expect})


class _Cases(Part):
    cases: Annotated[tuple[Case, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Ground:
    """What the cases of a folder of rules stand on."""

    catalogue: Catalogue
    root: Path
    """The folder whose estate is patched."""
    values: Values

    def estate(self, case: Case | None = None) -> Estate:
        """The estate as a case has it.

        Raises:
            Unreadable: when the case patches what isn't there, or what comes of it is no sound project.
        """
        values, today = (self.values, DAY) if case is None else (_patched(self.values, case), case.today)
        return _estate(values, self.root, today)

    def patched(self, case: Case) -> Values:
        """The objects of the estate as a case has them.

        Raises:
            Unreadable: when the case patches what isn't there.
        """
        return _patched(self.values, case)


def ground_of(catalogue: Catalogue) -> Ground:
    """The estate that lies beside the rules, or else the one that comes with Plimsoll.

    Raises:
        Unreadable: when it can't be read.
    """
    own = (catalogue.root / ESTATE).is_file()
    root, prefix = (catalogue.root, catalogue.shown) if own else (data_root("policies"), SHOWN)
    read = [document.value for document in _read(root / ESTATE, f"{prefix}/{ESTATE}", root)]
    return Ground(catalogue, root, {f"{value['kind']}/{value['metadata']['name']}": value for value in read})


def fixture_of(rule: Rule, which: Which, catalogue: Catalogue) -> tuple[Path, str]:
    """Where a fixture lies, and how its path is shown."""
    shown = Path(rule.policy.document.source.path).with_name(f"{which}.yaml").as_posix()
    return catalogue.root / shown.removeprefix(f"{catalogue.shown}/"), shown


def read_cases(rule: Rule, which: Which, catalogue: Catalogue) -> tuple[Document, tuple[Case, ...]]:
    """The document of a fixture, and its cases.

    Raises:
        Unreadable: when it can't be read.
    """
    path, shown = fixture_of(rule, which, catalogue)
    documents = _read(path, shown, catalogue.root)
    if not documents:
        raise Unreadable("holds no cases")
    try:
        return documents[0], _Cases.model_validate(documents[0].value).cases
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise Unreadable("; ".join(faults)) from None


def cases_of(rule: Rule, catalogue: Catalogue) -> dict[str, list[str]]:
    """What the cases of a rule show: those that pass and those that fail. A fixture that can't be read has none."""
    told: dict[str, list[str]] = {}
    for which in WHICH:
        try:
            told[which] = [case.case for case in read_cases(rule, which, catalogue)[1]]
        except Unreadable:
            told[which] = []
    return told


def told(diagnostics: tuple[Diagnostic, ...]) -> str:
    """Findings in a line."""
    return "; ".join(f"{d.subject or d.span.path}: {d.message}" for d in diagnostics)


def _read(path: Path, shown: str, root: Path) -> tuple[Document, ...]:
    source = read_source(path, shown, root)
    parsed = parse(source.value) if source.value else None
    if parsed is None or parsed.value is None:
        raise Unreadable(told((*source.diagnostics, *(parsed.diagnostics if parsed else ()))))
    return tuple(parsed.value)


def _estate(values: Values, root: Path, today: date) -> Estate:
    """A project of some values; JSON is YAML, so that the whole way from text to project is walked."""
    files = tuple(
        SourceFile(f"{key.replace('/', '-')}.yaml", json.dumps(value, ensure_ascii=False))
        for key, value in values.items()
    )
    project = load_project(Sources(root / "fixtures", files))
    if project.value is None:
        raise Unreadable(f"isn't a sound project: {told(project.diagnostics)}")
    return Estate(project.value, today)


def _patched(values: Values, case: Case) -> Values:
    """The values with a case's patches; the values themselves stay as they are."""
    patched = copy.deepcopy(values)
    for key, like in case.also.items():
        if like not in values or key.partition("/")[0] != like.partition("/")[0]:
            raise Unreadable(f"the estate has no {like} that could be {key} as well")
        patched[key] = copy.deepcopy(values[like])
        patched[key]["metadata"]["name"] = key.partition("/")[2]
    for key, patch in case.patch.items():
        if key not in patched:
            raise Unreadable(f"the estate has no {key}")
        for route, value in patch.items():
            _set(patched[key], route.split("."), copy.deepcopy(value))
    return patched


def _set(value: Any, route: list[str], new: Any) -> None:
    *parents, last = route
    for part in parents:
        value = value[int(part)] if isinstance(value, list) else value.setdefault(part, {})
    if new is None and isinstance(value, dict):
        value.pop(last, None)
    else:
        value[int(last) if isinstance(value, list) else last] = new
