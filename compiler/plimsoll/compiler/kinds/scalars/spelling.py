"""Text of one spelling, whose error says what is expected and shows one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


@dataclass(frozen=True)
class Spelling:
    """An annotation of ``str``: a pattern, in words and by example.

    Laws: every example has the spelling; a schema for editors says the same as the compiler.
    """

    pattern: str
    """A regular expression that means the same to Rust, to Python and to ECMAScript."""
    longest: int
    """The most characters."""
    says: str
    """What it is, as the beginning of a sentence that the first example ends: ``a digest is …``; no braces."""
    examples: tuple[str, ...]
    check: Callable[[str], str] | None = None
    """What a pattern cannot say; raises ``ValueError`` with a message that stands by itself."""
    choices: Callable[[], tuple[str, ...]] | None = None
    """All values, where an editor is to offer them."""

    @property
    def message(self) -> str:
        """What is expected, with an example."""
        return f"{self.says}, such as {self.examples[0]}"

    def text_schema(self) -> CoreSchema:
        """The pattern and the length, with pydantic's words for what is wrong."""
        return core_schema.str_schema(pattern=self.pattern, max_length=self.longest, strict=True)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """One error of our own words, whatever is wrong; the pattern is matched by pydantic's own engine."""
        made: CoreSchema = core_schema.custom_error_schema(
            self.text_schema(), custom_error_type="spelling", custom_error_message=self.message
        )
        return core_schema.no_info_after_validator_function(self._checked, made) if self.check else made

    def _checked(self, value: str) -> str:
        """The value, past the check; its message names the value already, which ``explained`` says."""
        try:
            return self.check(value) if self.check else value
        except ValueError as error:
            raise PydanticCustomError("explained", "{why}", {"why": str(error)}) from None

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The same for editors: the words, the examples, and all values where there are few."""
        made = handler(schema)
        made.update(description=f"{self.says[0].upper()}{self.says[1:]}.", examples=list(self.examples))
        if self.choices:
            made["enum"] = list(self.choices())
        return made


@dataclass(frozen=True)
class Said:
    """An annotation of a type whose own errors, such as one for each choice of a union, would say too much."""

    message: str
    """What is expected, with an example; no braces."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """One error of our own words."""
        return core_schema.custom_error_schema(
            handler(source), custom_error_type="spelling", custom_error_message=self.message
        )


def nearest(word: str, known: tuple[str, ...]) -> str:
    """The known word that is most like another one; empty when none is near."""
    import difflib

    folded = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[near[0]] if near else ""
