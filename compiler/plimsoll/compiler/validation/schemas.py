"""Whether Kubernetes and Argo know every field of a release, by their schemas; needs the ``validate`` extra."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files as package_files
from typing import TYPE_CHECKING, Any

from plimsoll.compiler.diagnostics import Diagnostic, in_order
from plimsoll.compiler.validation.argo_schema import KINDS, argo_schema
from plimsoll.compiler.validation.manifests import UNKNOWN, Manifest, read_manifests
from plimsoll.compiler.validation.workflows import read_created

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

KUBERNETES = "1.34"
"""The oldest Kubernetes that is supported; a newer API server takes what this one takes."""


def check_schemas(files: Mapping[str, bytes]) -> tuple[Diagnostic, ...]:
    """Hold every rendered object against the strict schema of its kind.

    Raises:
        ModuleNotFoundError: when the ``validate`` extra is not installed.
    """
    manifests, unreadable = read_manifests(files)
    found = list(unreadable)
    for one in manifests.objects:
        found += _object(one)
    return in_order(found)


def _object(one: Manifest) -> Iterator[Diagnostic]:
    api, kind = str(one.value["apiVersion"]), one.kind
    if api == "argoproj.io/v1alpha1" and kind in KINDS:
        yield from _against(one, _argo(kind), one.value, ())
        yield from _created(one)
        return
    validator = _kubernetes(api, kind)
    if validator is None:
        yield one.finding(UNKNOWN, f"Kubernetes {KUBERNETES} knows no {kind} of {api}", "kind")
    else:
        yield from _against(one, validator, one.value, ())


def _created(one: Manifest) -> Iterator[Diagnostic]:
    for index, template in enumerate(one.value["spec"].get("templates", ())):
        created = read_created(template["resource"]) if "resource" in template else None
        if created is not None:
            route = ("spec", "templates", index, "resource", "manifest")
            yield from _against(one, _argo("Workflow"), created, route)


def _against(one: Manifest, validator: "Validator", value: Any, route: tuple[str | int, ...]) -> Iterator[Diagnostic]:
    for error in validator.iter_errors(value):
        deepest = _deepest(error)
        yield one.finding(UNKNOWN, deepest.message[:300], *route, *deepest.absolute_path)


def _deepest(error: "ValidationError") -> "ValidationError":
    """Of the branches of a union that all failed, the error that got furthest into the value."""
    while error.context:
        error = max(error.context, key=lambda e: len(e.absolute_path))
    return error


@cache
def _argo(kind: str) -> "Validator":
    from jsonschema import Draft202012Validator

    return Draft202012Validator({**argo_schema(), "$ref": f"#/$defs/{kind}"})


@cache
def _kubernetes(api_version: str, kind: str) -> "Validator | None":
    """The validator for a kind, from the schemas that kubernetes-validate ships; None where there is none.

    The package's own ``validate`` reads 1.5 MB of definitions for each object.
    """
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    group, _, version = api_version.rpartition("/")
    name = "-".join(part for part in (kind.lower(), group.split(".")[0], version) if part)
    schema = _schemas() / f"{name}.json"
    if not schema.is_file():
        return None
    registry: Registry[Any] = Resource.from_contents(_definitions()) @ Registry()
    return Draft202012Validator(json.loads(schema.read_text()), registry=registry)


def _schemas() -> Any:
    return package_files("kubernetes_validate") / "kubernetes-json-schema" / f"v{KUBERNETES}.0-local-strict"


@cache
def _definitions() -> Any:
    return json.loads((_schemas() / "_definitions.json").read_text())
