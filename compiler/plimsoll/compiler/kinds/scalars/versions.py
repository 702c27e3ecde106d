"""Semantic versions, and references to specs by name and version."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from plimsoll.compiler.kinds.scalars.spelling import Spelling

_CORE = r"(0|[1-9][0-9]{0,5})"
_PRE = r"-[0-9A-Za-z]+(\.[0-9A-Za-z]+)*"

SemanticVersion = Annotated[
    str,
    Spelling(
        rf"^{_CORE}\.{_CORE}\.{_CORE}({_PRE})?$",
        64,
        "a version is MAJOR.MINOR.PATCH, as Semantic Versioning 2.0.0 has it",
        ("1.4.0", "2.0.0-rc.1"),
    ),
]


def precedence(version: str) -> tuple[Any, ...]:
    """A sort key of a version, by rule 11 of Semantic Versioning 2.0.0: ``1.0.0-rc.1`` before ``1.0.0``."""
    core, _, pre = version.partition("-")
    parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in pre.split(".")) if pre else ()
    return (*map(int, core.split(".")), not pre, parts)


@dataclass(frozen=True)
class Requirement:
    """What a reference asks of a version: at least this one, and compatible with it.

    ``1`` means 1.0.0 or later, below 2. ``1.2`` means 1.2.0 or later, below 2. Below 1.0.0 every minor version may
    break, by rule 4 of Semantic Versioning: ``0.3`` means 0.3.0 or later, below 0.4.
    """

    text: str

    @property
    def words(self) -> str:
        """The range in words, for a message."""
        return f"{'.'.join(map(str, self._least))} or later, below {'.'.join(map(str, self._bound))}"

    @property
    def _parts(self) -> tuple[int, ...]:
        return tuple(map(int, self.text.split(".")))

    @property
    def _least(self) -> tuple[int, ...]:
        return (*self._parts, 0, 0)[:3]

    @property
    def _bound(self) -> tuple[int, ...]:
        major, *rest = self._parts
        return (0, rest[0] + 1) if major == 0 and rest else (major + 1,)

    def allows(self, version: str) -> bool:
        """Whether a semantic version will do."""
        found = precedence(version)
        return precedence(".".join(map(str, self._least))) <= found and found[: len(self._bound)] < self._bound


class Reference(str):
    """The name of another spec, as text, and the version that is asked for with it.

    ``Reference("flights@1.2")`` equals ``"flights"``: what looks a spec up by name need not know of versions.
    """

    __slots__ = ("version",)

    version: Requirement | None

    def __new__(cls, written: str) -> "Reference":
        """Read ``name`` or ``name@version``."""
        name, _, version = written.partition("@")
        made = super().__new__(cls, name)
        made.version = Requirement(version) if version else None
        return made

    @property
    def written(self) -> str:
        """As it stands in the spec. Law: ``Reference(one.written)`` names the same, in the same version."""
        return f"{self}@{self.version.text}" if self.version else str(self)

    def __getnewargs__(self) -> tuple[str]:
        return (self.written,)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Text that is spelt as a reference; what is read already stays as it is."""
        spelling = _REFERENCE.__get_pydantic_core_schema__(str, handler)
        return core_schema.no_info_before_validator_function(
            _as_written,
            core_schema.no_info_after_validator_function(cls, spelling),
            serialization=core_schema.to_string_ser_schema(),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, handler: Any) -> dict[str, Any]:
        """As an editor is to see it."""
        return _REFERENCE.__get_pydantic_json_schema__(_REFERENCE.text_schema(), handler)


_REFERENCE = Spelling(
    rf"^[a-z]([-a-z0-9]{{0,38}}[a-z0-9])?(@{_CORE}(\.{_CORE}){{0,2}})?$",
    61,
    "a reference is the name of another spec, with @ and the least version where one is asked for",
    ("flights", "flights@1", "flights@1.2"),
)


def _as_written(value: object) -> object:
    return value.written if isinstance(value, Reference) else value
