"""Whether Kubernetes and Argo know every field of a release, by their schemas; needs the ``validate`` extra."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.compiler.diagnostics import Diagnostic, in_order
from plimsoll.compiler.kinds.platform import Platform
from plimsoll.compiler.validation.argo_schema import EVENT_KINDS, argo_schema
from plimsoll.compiler.validation.crds import (
    ARGO_4_1_FILE,
    ARGO_KINDS,
    KINDS,
    LINKERD_FILE,
    LINKERD_KINDS,
    SCHEMA_FILE,
    crd_schema,
)
from plimsoll.compiler.validation.manifests import UNKNOWN, Manifest, read_manifests
from plimsoll.compiler.validation.sensors import created_by
from plimsoll.compiler.validation.workflows import read_created

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator


def check_schemas(files: Mapping[str, bytes], platform: Platform) -> tuple[Diagnostic, ...]:
    """Hold every rendered object against the strict schema of its kind in the versions of a platform.

    Raises:
        ModuleNotFoundError: when the ``validate`` extra is not installed.
    """
    manifests, unreadable = read_manifests(files)
    found = list(unreadable)
    for one in manifests.objects:
        found += _object(one, platform)
    return in_order(found)


def _object(one: Manifest, platform: Platform) -> Iterator[Diagnostic]:
    api = str(one.value["apiVersion"])
    validator = _validator(api, one.kind, platform)
    if validator is None:
        yield one.finding(
            UNKNOWN, f"nothing known to Kubernetes {platform.kubernetes} is a {one.kind} of {api}", "kind"
        )
    else:
        yield from _against(one, validator, one.value, ())
        yield from _created(one, platform)


def _created(one: Manifest, platform: Platform) -> Iterator[Diagnostic]:
    """The objects that steps of a workflow create."""
    if one.kind == "Sensor":
        yield from _triggered(one, platform)
    templates = one.value["spec"].get("templates", ()) if one.kind == "WorkflowTemplate" else ()
    for index, template in enumerate(templates):
        created = read_created(template["resource"]) if "resource" in template else None
        if created is None:
            continue
        route = ("spec", "templates", index, "resource", "manifest")
        api, kind = str(created.get("apiVersion")), str(created.get("kind"))
        validator = _validator(api, kind, platform)
        if validator is None:
            yield one.finding(UNKNOWN, f"nothing known is a {kind} of {api}", *route)
        else:
            yield from _against(one, validator, _named(created), route)


def _triggered(one: Manifest, platform: Platform) -> Iterator[Diagnostic]:
    """The workflows that a sensor creates."""
    validator = _validator("argoproj.io/v1alpha1", "Workflow", platform)
    assert validator is not None
    for index, trigger in enumerate(one.value["spec"]["triggers"]):
        route = ("spec", "triggers", index, "template", "k8s", "source", "resource")
        yield from _against(one, validator, _named(created_by(trigger)), route)


def _named(created: Mapping[str, Any]) -> Mapping[str, Any]:
    """An object that the API server gives a name, as it is once it has one."""
    metadata = created.get("metadata") or {}
    return {**created, "metadata": {"name": metadata.get("generateName"), **metadata}}


def _validator(api: str, kind: str, platform: Platform) -> "Validator | None":
    name = f"{api}/{kind}"
    if name in ARGO_KINDS and platform.argo == "4.1":
        return _custom(name, ARGO_4_1_FILE)
    if name in ARGO_KINDS or name in EVENT_KINDS:
        return _argo(kind)
    if name in LINKERD_KINDS:
        return _custom(name, LINKERD_FILE)
    return _custom(name, SCHEMA_FILE) if name in KINDS else _kubernetes(api, kind, platform.kubernetes)


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
def _custom(name: str, file: Path) -> "Validator":
    from jsonschema import Draft202012Validator

    return Draft202012Validator({**crd_schema(file), "$ref": f"#/$defs/{name.replace('/', '~1')}"})


@cache
def _kubernetes(api_version: str, kind: str, minor: str) -> "Validator | None":
    """The validator for a kind, from the schemas that kubernetes-validate ships; None where there is none.

    The package's own ``validate`` reads 1.5 MB of definitions for each object.
    """
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    group, _, version = api_version.rpartition("/")
    name = "-".join(part for part in (kind.lower(), group.split(".")[0], version) if part)
    schema = _schemas(minor) / f"{name}.json"
    if not schema.is_file():
        return None
    registry: Registry[Any] = Resource.from_contents(_definitions(minor)) @ Registry()
    return Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")), registry=registry)


def _schemas(minor: str) -> Any:
    return package_files("kubernetes_validate") / "kubernetes-json-schema" / f"v{minor}.0-local-strict"


@cache
def _definitions(minor: str) -> Any:
    return json.loads((_schemas(minor) / "_definitions.json").read_text(encoding="utf-8"))
