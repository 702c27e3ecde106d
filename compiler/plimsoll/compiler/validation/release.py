"""All offline oracles over one release."""

from collections.abc import Mapping

from plimsoll.compiler.diagnostics import Diagnostic, in_order
from plimsoll.compiler.kinds.platform import Platform
from plimsoll.compiler.validation.references import check_references
from plimsoll.compiler.validation.schemas import check_schemas


def validate_release(files: Mapping[str, bytes], platform: Platform) -> tuple[Diagnostic, ...]:
    """What is wrong with the rendered files: references that lead nowhere, and fields that the platform does not know.

    Raises:
        ModuleNotFoundError: when the ``validate`` extra is not installed.
    """
    return in_order((*check_references(files), *check_schemas(files, platform)))
