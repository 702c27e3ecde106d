"""Schemas of custom kinds: closed, shared, and versioned by what a cluster runs."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from plimsoll.compiler.kinds.platform import Platform
from plimsoll.compiler.validation.argo_schema import KINDS as ARGO
from plimsoll.compiler.validation.crds import (
    ARGO_4_1_FILE,
    ARGO_KINDS,
    KINDS,
    LINKERD_FILE,
    LINKERD_KINDS,
    SCHEMA_FILE,
    crd_schema,
)
from plimsoll.compiler.validation.crds.derive import derive
from plimsoll.compiler.validation.schemas import check_schemas

BOX = {
    "type": "object",
    "required": ["size"],
    "properties": {
        "size": {"type": "integer", "minimum": 1, "description": "How large."},
        "port": {"x-kubernetes-int-or-string": True},
        "note": {"type": "string", "nullable": True, "enum": ["a", "b"]},
        "any": {
            "type": "object",
            "x-kubernetes-preserve-unknown-fields": True,
            "properties": {"a": {"type": "string"}},
        },
        "tags": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "oneOf": [{"required": ["port"]}, {"required": ["note"]}],
}
BOXES: dict[str, Any] = {
    "kind": "CustomResourceDefinition",
    "spec": {
        "group": "example.org",
        "names": {"kind": "Box"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "apiVersion": {"type": "string"},
                            "kind": {"type": "string"},
                            "metadata": {"type": "object"},
                            "spec": {"type": "object", "properties": {"left": BOX, "right": BOX}},
                            "status": {"type": "object"},
                        },
                    }
                },
            },
            {"name": "v0", "served": False},
        ],
    },
}


def faults(spec: Any) -> list[str]:
    schema = derive([BOXES])
    validator = Draft202012Validator({**schema, "$ref": "#/$defs/example.org~1v1~1Box"})
    box = {"apiVersion": "example.org/v1", "kind": "Box", "metadata": {"name": "one"}, "spec": spec}
    return sorted(error.validator for error in validator.iter_errors(box))


@pytest.mark.parametrize(
    ("spec", "wrong"),
    [
        ({"left": {"size": 1, "port": "http"}}, []),
        ({"left": {"size": 1, "port": 80, "any": {"b": 1}, "tags": {"c": "d"}}}, []),
        ({"left": {"size": 1, "note": None}}, []),
        ({"left": {"size": 0, "port": 80}}, ["minimum"]),
        ({"left": {"port": 80}}, ["required"]),
        ({"left": {"size": 1, "port": 80, "colour": "red"}}, ["additionalProperties"]),
        ({"left": {"size": 1, "port": 80, "note": "a"}}, ["oneOf"]),
        ({"right": {"size": 1, "port": [80]}}, ["type"]),
        ({"middle": {}}, ["additionalProperties"]),
    ],
)
def test_what_a_crd_says_is_held(spec: Any, wrong: list[str]) -> None:
    assert faults(spec) == wrong


def test_what_repeats_is_said_once_and_the_status_is_nobodys_to_write() -> None:
    schema = derive([BOXES])["$defs"]
    left, right = (schema["example.org/v1/Box"]["properties"]["spec"] for _ in range(2))
    assert left["properties"]["left"] == right["properties"]["right"] == {"$ref": "#/$defs/s0"}
    assert "status" not in schema["example.org/v1/Box"]["properties"]
    assert "description" not in str(schema)
    assert derive([BOXES], ["example.org/v1/Other"]) == {"$defs": {}}


def test_every_kind_has_a_sound_schema() -> None:
    for file, names in ((SCHEMA_FILE, KINDS), (ARGO_4_1_FILE, ARGO_KINDS), (LINKERD_FILE, LINKERD_KINDS)):
        schema = crd_schema(file)
        assert {name for name in schema["$defs"] if "/" in name} == set(names)
        Draft202012Validator.check_schema(schema)
    assert {name.rpartition("/")[2] for name in ARGO_KINDS} == set(ARGO)


def test_a_field_is_known_from_the_version_that_has_it() -> None:
    workflow = (
        "apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata: {name: one}\n"
        "spec:\n  entrypoint: main\n  templates:\n    - name: main\n      pendingTimeout: 10m\n"
        "      container: {image: one, command: [a]}\n"
    )
    files = {"workflow.yaml": workflow.encode()}
    [old] = check_schemas(files, Platform())
    assert (old.code, old.span.line) == ("PLM-VAL-002", 7)
    assert "pendingTimeout" in old.message
    assert check_schemas(files, Platform(argo="4.1")) == ()


@pytest.mark.parametrize("api", ["argoproj.io/v1alpha1/EventSource", *KINDS, *LINKERD_KINDS])
def test_a_custom_kind_takes_no_field_that_its_crd_does_not_know(api: str) -> None:
    version, _, kind = api.rpartition("/")
    text = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: one}}\nspec: {{}}\nspeck: {{}}\n"
    messages = [found.message for found in check_schemas({"one.yaml": text.encode()}, Platform())]
    assert any("speck" in message for message in messages), messages
