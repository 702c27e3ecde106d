"""Objects that we rendered ourselves, read back."""

from typing import Any

from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile


def read_object(data: bytes) -> dict[str, Any]:
    """The values of a rendered object.

    Raises:
        ValueError: when the bytes are not one object; a bug of a template.
    """
    parsed = parse(SourceFile("rendered", data.decode()))
    if parsed.value is None or len(parsed.value) != 1:
        raise ValueError(f"not one object: {[one.message for one in parsed.diagnostics]}")
    return parsed.value[0].value
