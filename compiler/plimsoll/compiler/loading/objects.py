"""Objects that we rendered ourselves, read back."""

from typing import Any

from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile

_LIMIT = "PLM-YML-002"
"""What is found of a text beyond the limits of specs, which an object may be: code is up to 900 kB of it."""


def read_object(data: bytes) -> dict[str, Any]:
    """The values of a rendered object.

    Raises:
        ValueError: when the bytes are not one object; a bug of a template.
    """
    text = data.decode()
    parsed = parse(SourceFile("rendered", text))
    if parsed.value is not None and len(parsed.value) == 1:
        return parsed.value[0].value
    found = _whole(text) if any(one.code == _LIMIT for one in parsed.diagnostics) else None
    if isinstance(found, dict):
        return found
    raise ValueError(f"not one object: {[one.message for one in parsed.diagnostics]}")


def _whole(text: str) -> Any:
    """What a text of our own says, however much it is."""
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(text)
