"""An estate's own specs, for check-jsonschema and yamllint, with one schema that holds each kind to its own."""

import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks.estate.make import estate

SCHEMAS = Path(__file__).parents[2] / "specs" / "schema"


def files(count: int) -> Iterator[tuple[str, str]]:
    """The specs that stand alone in a file: check-jsonschema reads one object a file."""
    for file in estate(count, seed=7):
        if file.path.endswith(".yaml") and "\n---\n" not in file.text:
            yield file.path, file.text


def schema() -> str:
    """A JSON Schema that holds an object to the published schema of its kind."""
    kinds = {path.stem: json.loads(path.read_text())["title"] for path in sorted(SCHEMAS.glob("*.json"))}
    rules = [
        {"if": {"properties": {"kind": {"const": kind}}}, "then": {"$ref": (SCHEMAS / f"{stem}.json").as_uri()}}
        for stem, kind in kinds.items()
    ]
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": rules})
