"""JSON for machines: ASCII, well-formed Unicode, and one item a line where there may be many."""

import json
import re
from collections.abc import Mapping
from typing import Any


def json_text(value: Any, depth: int) -> str:
    """A value as JSON: indented down to ``depth`` levels, and each value below them on one line.

    Python's indenting encoder is ten times slower than the one that does not indent; 20,000 findings feel it.
    """
    return f"{_written(value, depth, '')}\n"


def _written(value: Any, depth: int, indent: str) -> str:
    if not value or not depth or not isinstance(value, (Mapping, list, tuple)):
        return _line(value)
    inner = f"{indent}  "
    if isinstance(value, Mapping):
        rows = [f"{inner}{_line(str(key))}: {_written(item, depth - 1, inner)}" for key, item in value.items()]
        return "\n".join(("{", ",\n".join(rows), f"{indent}}}"))
    rows = [f"{inner}{_written(item, depth - 1, inner)}" for item in value]
    return "\n".join(("[", ",\n".join(rows), f"{indent}]"))


def _line(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, allow_nan=False)
    return _paired(value) if "\\ud" in text else text


def _paired(value: Any) -> str:
    """JSON without half a surrogate pair, which strict readers refuse (RFC 8259, 8.2): U+FFFD takes its place."""
    raw = json.dumps(value, ensure_ascii=False, allow_nan=False)
    whole = raw.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return re.sub(r"[^\x00-\x7f]", lambda found: json.dumps(found[0])[1:-1], whole)
