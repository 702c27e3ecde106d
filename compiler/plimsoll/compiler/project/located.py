"""A spec in its project. What is not asked for is not made: neither types, nor places, nor values."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from plimsoll.compiler.diagnostics import Span
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.project.unit import Facts, Unit

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Resource
    from plimsoll.compiler.loading.documents import Document

R = TypeVar("R", bound="Resource")


class Located(Generic[R]):
    """A typed spec together with the document it was read from."""

    def __init__(self, unit: Unit, facts: Callable[[Unit], Facts], source: Callable[[str], SourceFile]) -> None:
        self.unit = unit
        self.kind, self.name, self.key = unit.kind, unit.name, unit.key
        self._facts, self._source = facts, source

    @cached_property
    def facts(self) -> Facts:
        """What the spec says, as plain data."""
        return self._facts(self.unit)

    @cached_property
    def document(self) -> "Document":
        """The document, which knows the place of every value."""
        from plimsoll.compiler.loading.documents import Document

        return Document(self._source(self.unit.path), self.facts.written, self.unit.position)

    @cached_property
    def spec(self) -> R:
        """The spec as its kind's model."""
        from plimsoll.compiler.kinds import KINDS

        spec: R = KINDS[self.kind].model_validate(self.facts.written, by_alias=True, by_name=False)  # type: ignore[assignment]
        return spec

    @property
    def values(self) -> dict[str, Any]:
        """The spec as rules see it."""
        return self.facts.values

    @property
    def said(self) -> dict[str, Any]:
        """What its ``spec`` says, as rules see it: enough to check it by, without a model of its kind being made."""
        said: dict[str, Any] = self.facts.values["spec"]
        return said

    def span(self, *route: str | int) -> Span:
        """Where a value of the spec stands."""
        return self.document.span(route)


class Table(Mapping[str, Located[R]]):
    """The specs of one kind by name, in the order of their names."""

    def __init__(self, units: Mapping[str, Unit], locate: Callable[[Unit], Located[R]]) -> None:
        self._units, self._locate = dict(sorted(units.items())), locate
        self._made: dict[str, Located[R]] = {}

    def __getitem__(self, name: str) -> Located[R]:
        if name not in self._made:
            self._made[name] = self._locate(self._units[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._units)

    def __len__(self) -> int:
        return len(self._units)

    def __contains__(self, name: object) -> bool:
        return name in self._units
