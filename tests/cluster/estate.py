"""The estate of the catalogue's cases, as a real API server is asked about it, and the policies of its environments."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from admission import Place, install, place_of, project_of
from api import Api

from plimsoll.compiler.governance.cases import Case, Ground, ground_of
from plimsoll.compiler.governance.catalogue import load_catalogue
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.resources import data_root

MODES = ("deny", "warn")
"""How hard the rules are enforced, each in a namespace of its own."""

PLACEHOLDER = "admission-placeholder"
"""A namespace that nothing is sent to."""


@cache
def ground() -> Ground:
    """The catalogue with the estate that its cases change."""
    found = load_catalogue(data_root("policies")).value
    assert found is not None
    return ground_of(found)


@dataclass(frozen=True)
class Sent:
    """The estate as a case has it."""

    name: str
    case: Case

    def place(self, mode: str, environment: str, namespace: str) -> Place:
        """An environment of the estate as the case has it, in a namespace, with all rules in one mode."""
        return self.places(mode, {environment: namespace})[environment]

    def places(self, mode: str, namespaces: Mapping[str, str]) -> dict[str, Place]:
        """Some environments of the estate, each in a namespace of its own."""
        project = project_of(ground().patched(self.case), ground().root / "fixtures", mode, namespaces)
        return {one: place_of(ground().catalogue.rules, project, one) for one in namespaces}


ESTATE = Sent("the estate", Case(case="the estate"))


@cache
def environments() -> tuple[str, ...]:
    """The names of the estate's environments."""
    return tuple(key.partition("/")[2] for key in ground().values if key.startswith("Environment/"))


@cache
def rules() -> dict[str, tuple[Rule, tuple[str, ...]]]:
    """The rules that are exported, each with the kinds that it judges."""
    place = ESTATE.place("deny", environments()[0], PLACEHOLDER)
    return {one.rule.id: (one.rule, one.kinds) for one in place.exported}


@contextmanager
def held(api: Api, places: Mapping[tuple[str, str], Place]) -> Iterator[None]:
    """Have the API server hold the policies of some places, by name and mode, in namespaces that are called so."""
    for name, mode in places:
        metadata = {"name": f"{name}-{mode}"}
        api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}, manager="install")
    install(api, places.values())
    yield
    for place in places.values():
        for content in place.policies:
            api.remove(content)
