"""Every code that is not a governance rule's, with what it means and how to mend it: ``plimsoll explain CODE``."""

from plimsoll.compiler.codes.base import BASE
from plimsoll.compiler.codes.code import Code
from plimsoll.compiler.codes.data import DATA
from plimsoll.compiler.codes.editing import IGNORES, MIGRATION
from plimsoll.compiler.codes.fixtures import FIXTURES
from plimsoll.compiler.codes.governance import GOVERNANCE
from plimsoll.compiler.codes.patching import PATCHING
from plimsoll.compiler.codes.reading import SOURCES, TYPES, YAML
from plimsoll.compiler.codes.references import REFERENCES
from plimsoll.compiler.codes.rendering import RENDERING, VALIDATION

CODES: dict[str, Code] = {
    one.code: one
    for part in (
        SOURCES,
        YAML,
        TYPES,
        REFERENCES,
        GOVERNANCE,
        BASE,
        FIXTURES,
        IGNORES,
        MIGRATION,
        RENDERING,
        PATCHING,
        VALIDATION,
        DATA,
    )
    for one in part
}
"""All of them, in the order of the stages. A test holds that each is used, and that none is missing."""

RETIRED = {"PLM-REN-006": "PLM-YML-008"}
"""Codes that are no longer used, with those that took their places. A number is never given again."""

__all__ = ["CODES", "RETIRED", "Code"]
