"""The schemas that editors get: bounded, described, and of one mind with the compiler."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from plimsoll.cli.generate.schemas import kind_schema_value
from plimsoll.compiler.kinds import KINDS
from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile, find_sources
from plimsoll.compiler.project.reading import read
from plimsoll.compiler.resources import data_root

CHECKOUT = data_root("policies").parent
SCHEMAS = {name: kind_schema_value(KINDS[name]) for name in KINDS}


def nodes(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema inside a schema, with its path."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from nodes(item, f"{path}/{index}")
    elif isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            if key in ("properties", "patternProperties", "$defs"):
                for name, inner in value.items():
                    yield from nodes(inner, f"{path}/{key}/{name}")
            elif key not in ("default", "examples", "enum", "required", "type"):
                yield from nodes(value, f"{path}/{key}")


def unbounded(node: dict[str, Any]) -> list[str]:
    """What a schema should bound and does not."""
    if "enum" in node or "const" in node or not isinstance(node.get("type"), str | list):
        return []
    kinds = [node["type"]] if isinstance(node["type"], str) else node["type"]
    bounds = {"string": ["maxLength"], "integer": ["minimum", "maximum"], "number": ["minimum", "maximum"]}
    bounds |= {"array": ["maxItems"], "object": [] if "properties" in node else ["maxProperties"]}
    return [bound for kind in kinds for bound in bounds.get(kind, []) if bound not in node]


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_is_a_schema(kind: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[kind])
    assert SCHEMAS[kind]["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_field_is_bounded(kind: str) -> None:
    assert {path: found for path, node in nodes(SCHEMAS[kind]) if (found := unbounded(node))} == {}


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_field_says_what_it_is(kind: str) -> None:
    silent = [
        f"{path}/{name}"
        for path, node in nodes(SCHEMAS[kind])
        for name, shown in node.get("properties", {}).items()
        if not shown.get("description")
    ]
    assert silent == []


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_mapping_refuses_keys_that_it_does_not_know(kind: str) -> None:
    loose = [
        path
        for path, node in nodes(SCHEMAS[kind])
        if node.get("type") == "object" and node.get("additionalProperties") is not False
    ]
    assert loose == []


def committed() -> list[dict[str, Any]]:
    """Every spec of the reference project, of the golden cases and of the rules' estate."""
    folders = [CHECKOUT / "specs", *(CHECKOUT / "tests" / "golden").glob("*/specs"), CHECKOUT / "policies" / "fixtures"]
    found = [source for folder in folders for source in (find_sources(folder).value or missing(folder)).files]
    return [document.value for source in found for document in parse(source).value or ()]


def missing(folder: Path) -> Any:
    raise AssertionError(f"{folder} holds no specs")


def routes(value: Any, route: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*route, key)
        yield from routes(item, (*route, key))


SPECS = committed()
WORDS = ["", "name", "7d", "0s", "1.5h", "2", "500m", "file", "canary", "AE", "Asia/Dubai", "0 3 * * *", "x" * 300]
VALUES = (
    st.sampled_from([*WORDS, [], {}, [{}], ["a"], {"a": "b"}, {"strategy": "shadow", "hold": "1d"}])
    | st.none()
    | st.booleans()
    | st.integers(-10, 10**6)
    | st.floats(-1e6, 1e6)
)


@st.composite
def mutated(draw_one: st.DrawFn) -> dict[str, Any]:
    """A committed spec, in which some values were changed, taken away or put in."""

    def draw(strategy: st.SearchStrategy[Any]) -> Any:
        return copy.deepcopy(draw_one(strategy))

    spec = draw(st.sampled_from(SPECS))
    for _ in range(draw(st.integers(0, 3))):
        *parents, last = draw(st.sampled_from([route for route in routes(spec) if route not in (("kind",),)]))
        holder: Any = spec
        for part in parents:
            holder = holder[part]
        what = draw(st.sampled_from(["change", "remove", "add"]))
        if what == "change":
            holder[last] = draw(VALUES)
        elif what == "remove":
            del holder[last]
        elif isinstance(holder, dict):
            holder[draw(st.sampled_from(["min", "licence", "version", "features", "surplus", "strategy"]))] = draw(
                VALUES
            )
    return spec


@settings(max_examples=250, deadline=None)
@given(mutated())
def test_what_the_compiler_reads_the_schema_allows(spec: dict[str, Any]) -> None:
    if read(SourceFile("spec.yaml", json.dumps(spec))).diagnostics == ():
        errors = Draft202012Validator(SCHEMAS[spec["kind"]]).iter_errors(spec)
        assert [f"{error.json_path}: {error.message}" for error in errors] == []


def test_an_overlay_is_checked_as_the_deployment_is() -> None:
    spec = next(spec for spec in SPECS if spec["metadata"]["name"] == "flight-delay-online")
    wrong = copy.deepcopy(spec)
    wrong["spec"]["environments"] |= {
        "local": {"online": {"scaling": {"min": "two"}}, "model": "another"},
        "staging": {"monitoring": {"performance": None, "windw": "7d"}},
        "production": {"online": {"rollout": {"strategy": "blue-green", "maxSurge": None, "preview": "1h"}}},
    }
    places = {error.json_path for error in Draft202012Validator(SCHEMAS["Deployment"]).iter_errors(wrong)}
    assert {place.split(".")[3] for place in places} == {"local", "staging"}
