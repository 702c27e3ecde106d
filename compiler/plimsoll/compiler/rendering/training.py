"""The objects that train one model in one environment."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from plimsoll.compiler.kinds import Model
from plimsoll.compiler.kinds.deployment import Pin
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.rendering import context as contexts
from plimsoll.compiler.rendering.accounts import workflow_account
from plimsoll.compiler.rendering.code import Code, read_code
from plimsoll.compiler.rendering.distributed import distributed, training_runtime
from plimsoll.compiler.rendering.inputs import model_inputs
from plimsoll.compiler.rendering.objects import (
    RenderedObject,
    config_map,
    plain_object,
    workflow_object,
    workflow_template,
)
from plimsoll.compiler.rendering.owner import Owner, named
from plimsoll.compiler.rendering.requests import request_text, training_request
from plimsoll.compiler.rendering.triggers import render_triggers
from plimsoll.compiler.rendering.written import readable_json
from plimsoll.contract.places import REQUEST_FILE

_OTHER_STEPS = 4 * 3600
"""Seconds that a training workflow may spend on all but its training step."""


def render_training(
    project: Project, model: Located[Model], environment: str, champion: Pin | None
) -> Iterator[RenderedObject]:
    """Request, code, workflow, schedule and account; a new version must stand up to ``champion``, where there is one.

    Raises:
        Unreadable: when SQL or code can't be read.
    """
    name, owner = model.spec.metadata.name, named(model)
    base, spec = contexts.of_model(project, model.spec, environment), model.spec.spec
    stem = f"{name}-train"
    asked = training_request(project, model.spec, environment)
    files = {**_settled(project, name), REQUEST_FILE: request_text(project, name, asked)}
    request = config_map(stem, files, {}, base, owner)
    found = _code(project, name)
    code = config_map(f"{name}-code", found.data, found.binary, base, _code_place(model))
    yield request
    yield code
    context = {
        **contexts.as_workflow(base, stem, f"Train {name}"),
        **contexts.shares(spec.training.resources),
        **contexts.builds(project, model.spec),
        "request": request.name,
        "guarded": asked.guard is not None,
        "code": code.name,
        "code_paths": found.paths,
        "deadline": spec.training.timeout * (spec.training.retries + 1) + _OTHER_STEPS,
        "training": _program(model.spec),
        "champion": champion.digest if champion and spec.evaluation.challenge else None,
        "measures": sorted({gate.metric for gate in spec.evaluation.gates}),
        "distributed": distributed(model.spec),
    }
    if context["distributed"]:
        runtime = training_runtime(stem, context, owner)
        yield runtime
        context["runtime"] = runtime.name
        selector = {contexts.WORKFLOW_LABEL: stem, "app.kubernetes.io/component": "trainer"}
        walled = {**context, "selector": selector}
        yield plain_object("NetworkPolicy", stem, "networkpolicy-trainers", walled, owner)
    workflow = workflow_template(stem, "workflowtemplate-train", context, owner)
    yield workflow
    if spec.schedule is not None:
        schedule = {"schedule": spec.schedule.model_dump(), "workflow_template": workflow.name}
        yield workflow_object("CronWorkflow", stem, "cronworkflow", {**context, **schedule}, owner)
    yield from workflow_account(context, owner, creates_workflows=False)
    yield from render_triggers(project, model, environment, workflow.name)


@lru_cache(maxsize=16)
def _code(project: Project, name: str) -> Code:
    """A model's code is the same in all environments."""
    model = project.models[name]
    return read_code(project.beside(model, model.spec.spec.training.code), _code_place(model))


def _code_place(model: Located[Model]) -> Owner:
    return Owner(model, ("spec", "training", "code"))


@lru_cache(maxsize=16)
def _settled(project: Project, name: str) -> dict[str, str]:
    """The files of a request that are the same in all environments of a model."""
    model = project.models[name].spec
    inputs = model_inputs(project, model)
    columns = [{"name": name, "type": column.type} for name, column in inputs.columns.items()]
    classes = {"classes": inputs.examples.classes} if inputs.examples.classes else {}
    return {
        "inputs.json": readable_json({"inputs": columns, "label": inputs.examples.label, **classes}),
        "parameters.json": readable_json(model.spec.training.parameters),
    }


def _program(model: Model) -> dict[str, Any]:
    training = model.spec.training
    return {
        "image": training.image,
        "command": training.command,
        "timeout": training.timeout,
        "retries": training.retries,
    }
