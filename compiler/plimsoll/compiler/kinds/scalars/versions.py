"""Semantic versions, and references to specs by name and version."""

from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from plimsoll.compiler.kinds.scalars.spelling import Spelling
from plimsoll.compiler.versions import Requirement

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
