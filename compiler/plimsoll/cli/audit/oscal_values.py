"""The values that an OSCAL document is made of."""

import re
from collections.abc import Iterable
from typing import Any

NAMESPACE = "https://plimsoll.dev/ns/oscal"
"""The namespace of our properties."""

Values = dict[str, Any]


def token(text: str) -> str:
    """A text as one of OSCAL's tokens, which begin with a letter or an underscore."""
    return text if re.match(r"[a-z_]", text) else f"_{text}"


def line(text: str) -> str:
    """A text on one line, without space around it, as OSCAL's strings are."""
    return " ".join(text.split())


def props(*pairs: tuple[str, str]) -> list[Values]:
    """Properties in our namespace, without those that have no value."""
    return [{"name": name, "ns": NAMESPACE, "value": line(value)} for name, value in pairs if value.strip()]


def listed(name: str, values: Iterable[Values]) -> Values:
    """A list under its name; OSCAL knows no empty ones."""
    found = list(values)
    return {name: found} if found else {}
