"""The laws and standards that rules name: where they bind, and which of their articles are looked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from plimsoll.compiler.audit.articles import articles
from plimsoll.contract.refusal import Unavailable, first_fault

FILE = "frameworks.yaml"
"""Its place below the catalogue."""

_EEA = "AT BE BG CY CZ DE DK EE ES EU FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
"""Where the law of the European Union binds that has relevance for the European Economic Area."""


class _Framework(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    aliases: tuple[str, ...] = ()
    jurisdiction: str | None = None
    outside: tuple[str, ...] = ()
    articles: str


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    frameworks: tuple[_Framework, ...]


@dataclass(frozen=True)
class Known:
    """A law or a standard of which the articles are known."""

    name: str
    title: str
    jurisdiction: str | None
    outside: frozenset[str]
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Frameworks:
    """All of them, by every name that a rule may give them."""

    by_name: Mapping[str, Known]

    @property
    def known(self) -> tuple[Known, ...]:
        """Each once, in the order of the file."""
        return tuple(dict.fromkeys(self.by_name.values()))

    def name(self, given: str) -> str:
        """The name under which a framework is told, for any of its names."""
        known = self.by_name.get(given)
        return known.name if known else given

    def title(self, name: str) -> str:
        """The full title; the name itself where no more is known."""
        known = self.by_name.get(name)
        return known.title if known else name

    def binds(self, name: str, jurisdiction: str | None, places: Iterable[str]) -> bool:
        """Whether a framework binds in one of some places, by the jurisdiction that a rule or else the file gives it.

        A country's law binds in its free zones too, unless the file says that it does not.
        """
        known = self.by_name.get(name)
        law = jurisdiction or (known.jurisdiction if known else None)
        outside = known.outside if known else frozenset[str]()
        return law is None or any(place not in outside and _under(law, place) for place in places)


def _under(law: str, place: str) -> bool:
    if law == "EU":
        return place in _EEA.split()
    return place == law or place.startswith(f"{law}-")


def load_frameworks(catalogue: Path) -> Frameworks:
    """Read the file beside the catalogue's rules; where there is none, no framework is known.

    Raises:
        Unavailable: when the file is not what it should be.
    """
    path = catalogue / FILE
    if not path.is_file():
        return Frameworks({})
    try:
        read = _File.model_validate(YAML(typ="safe").load(path.read_text(encoding="utf-8")))
    except (ValidationError, YAMLError) as error:
        why = first_fault(error) if isinstance(error, ValidationError) else str(error)
        raise Unavailable(path.as_posix(), why, "restore the file, or install Plimsoll anew") from error
    known: dict[str, Known] = {}
    for one in read.frameworks:
        made = Known(one.name, one.title, one.jurisdiction, frozenset(one.outside), articles(one.articles))
        known |= dict.fromkeys((one.name, *one.aliases), made)
    return Frameworks(known)
