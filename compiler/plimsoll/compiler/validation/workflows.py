"""Whether a workflow holds together: templates, tasks, parameters, artifacts, volumes, and every ``{{expression}}``."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from plimsoll.compiler.diagnostics import Diagnostic, Route
from plimsoll.compiler.validation.dags import check_dag
from plimsoll.compiler.validation.expressions import Known, unresolved, workflow_variables
from plimsoll.compiler.validation.manifests import MISSING, UNKNOWN, UNREADABLE, Manifest, Manifests
from plimsoll.compiler.validation.volumes import check_account, check_mounts, check_volumes

DISPLAY_NAME = "workflows.argoproj.io/display-name"
_SHOWN = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-.]{0,61}[a-zA-Z0-9]")
"""What a node may be called (``workflow/controller/operator.go``, displayNameRegex). The linter does not look."""


def check_workflow_template(one: Manifest, manifests: Manifests) -> Iterator[Diagnostic]:
    """Everything that a WorkflowTemplate names."""
    spec: Mapping[str, Any] = one.value["spec"]
    templates = {template["name"]: template for template in spec["templates"]}
    yield from check_account(one, manifests, spec, ("spec",))
    yield from check_volumes(one, manifests, spec.get("volumes", ()), ("spec", "volumes"))
    for route, name in _entries(spec):
        if name not in templates:
            yield one.finding(MISSING, f"there is no template {name!r}", *route)
    volumes = {volume["name"] for volume in spec.get("volumes", ())}
    for index, template in enumerate(spec["templates"]):
        route = ("spec", "templates", index)
        known = workflow_variables(spec, at_the_end=template["name"] in _at_the_end(spec, templates))
        yield from _display_name(one, template, route)
        if "dag" in template:
            yield from check_dag(one, template, templates, known, route)
        else:
            yield from _leaf(one, template, known, route)
        if "container" in template:
            yield from check_mounts(one, template["container"], volumes, (*route, "container"))
        if "resource" in template:
            yield from _resource(one, manifests, template["resource"], (*route, "resource"))


def _display_name(one: Manifest, template: Mapping[str, Any], route: Route) -> Iterator[Diagnostic]:
    name = template.get("annotations", {}).get(DISPLAY_NAME)
    if name is not None and not _SHOWN.fullmatch(re.sub(r"\{\{[^{}]*\}\}", "x", name)):
        message = f"Argo fails a node that is called {name!r}: letters, digits, dashes and dots, 2 to 63 of them"
        yield one.finding(UNKNOWN, message, *route, "annotations", DISPLAY_NAME)


def _entries(spec: Mapping[str, Any]) -> Iterator[tuple[Route, str]]:
    yield ("spec", "entrypoint"), spec["entrypoint"]
    for name, hook in spec.get("hooks", {}).items():
        yield ("spec", "hooks", name, "template"), hook["template"]


def _hooks(spec: Mapping[str, Any]) -> set[str]:
    return {hook["template"] for hook in spec.get("hooks", {}).values()}


def _at_the_end(spec: Mapping[str, Any], templates: Mapping[str, Any]) -> set[str]:
    """The templates that run once the workflow has ended: the hooks', and those that their tasks call."""
    hooks = _hooks(spec)
    called = {task["template"] for name in hooks for task in templates.get(name, {}).get("dag", {}).get("tasks", ())}
    return hooks | called


def _leaf(one: Manifest, template: Mapping[str, Any], variables: Known, route: Route) -> Iterator[Diagnostic]:
    known = variables | {f"inputs.parameters.{p['name']}" for p in template.get("inputs", {}).get("parameters", ())}
    known |= {"pod.name"}
    for key, value in template.items():
        yield from unresolved(one, value, known | _measured(template) if key == "metrics" else known, (*route, key))


def _measured(template: Mapping[str, Any]) -> Known:
    """What a template's own metrics may refer to besides: how it ended, and what it left (Argo, ``variables.md``)."""
    left = template.get("outputs", {}).get("parameters", ())
    return frozenset({"status", "duration", *(f"outputs.parameters.{p['name']}" for p in left)})


def _resource(one: Manifest, manifests: Manifests, resource: Mapping[str, Any], route: Route) -> Iterator[Diagnostic]:
    """The object that a workflow creates; its manifest is YAML within YAML."""
    created = read_created(resource)
    if created is None:
        yield one.finding(UNREADABLE, "the manifest is not an object with a kind and a spec", *route, "manifest")
    elif created["kind"] == "Workflow":
        yield from check_workflow_call(one, manifests, created["spec"], (*route, "manifest"))
    elif created["kind"] == "TrainJob":
        runtime = created["spec"].get("runtimeRef") or {}
        kind, name = runtime.get("kind", "ClusterTrainingRuntime"), str(runtime.get("name", ""))
        if not manifests.has(kind, name):
            message = f"the release has no {kind} {name!r}"
            yield one.finding(MISSING, message, *route, "manifest")


def read_created(resource: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The object in a resource template's manifest, or None when it is something else."""
    try:
        value = YAML(typ="safe").load(str(resource.get("manifest", "")))
    except (YAMLError, TypeError):  # A tag of Argo's that is not quoted is a mapping whose key is a mapping.
        return None
    return value if isinstance(value, dict) and {"kind", "spec"} <= value.keys() else None


def check_workflow_call(
    one: Manifest, manifests: Manifests, spec: Mapping[str, Any], route: Route
) -> Iterator[Diagnostic]:
    """A ``workflowTemplateRef`` leads to a template of the release, which takes the parameters that it is given."""
    if "workflowTemplateRef" not in spec:
        return
    name = spec["workflowTemplateRef"].get("name")
    called = manifests.by_name.get(("WorkflowTemplate", name))
    if called is None:
        message = f"the release has no WorkflowTemplate {name!r}"
        yield one.finding(MISSING, message, *route, "workflowTemplateRef", "name")
        return
    taken = {p["name"] for p in called.value["spec"].get("arguments", {}).get("parameters", ())}
    for parameter in spec.get("arguments", {}).get("parameters", ()):
        if parameter["name"] not in taken:
            message = f"{name} takes no parameter {parameter['name']!r}"
            yield one.finding(MISSING, message, *route, "arguments", "parameters")
