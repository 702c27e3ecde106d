"""JSON for people to read."""

import json
import re
from typing import Any

from pydantic_core import to_json, to_jsonable_python

_EXPONENT = re.compile(r"e-?[0-9]+,?$", re.MULTILINE)
"""How a line ends whose number has an exponent, which pydantic writes otherwise than Python; a text ends in a quote."""

_RARE = ("0.0000", "NaN", "Infinity")
"""What stands in a text whose numbers pydantic may have written otherwise: small ones without an exponent, or none."""


def readable_json(value: Any) -> str:
    """A JSON value, or a model of pydantic's, as text for people: indented, and in its own order, which may matter.

    Law: it is the text that ``json.dumps`` gives, which takes thirty times as long with an indent.
    """
    text = to_json(value, indent=2, by_alias=False, inf_nan_mode="constants").decode()
    if any(rare in text for rare in _RARE) or _EXPONENT.search(text):
        text = json.dumps(to_jsonable_python(value, by_alias=False), indent=2, ensure_ascii=False, allow_nan=False)
    return f"{text}\n"


def inner_json(value: Any) -> str:
    """A JSON value as it stands in the text of a mapping that holds it."""
    return readable_json(value)[:-1].replace("\n", "\n  ")
