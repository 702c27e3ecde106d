"""A template that creates a Workflow: the run it asks for is recorded, for the caller to start when this one has ended.

Argo's controller starts such a run beside the one that created it, and neither waits for the other. One machine runs
them one after the other.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner.check_names import refuse_unknown
from plimsoll.runtime.runner.manifest import Inputs, Manifest, Template
from plimsoll.runtime.runner.record import SubmittedRun
from plimsoll.runtime.runner.result import Call, Result
from plimsoll.runtime.runner.substitution import substitute, tags
from plimsoll.runtime.runner.workflow import LoadedWorkflow


class _Reference(Manifest):
    name: str


class _Spec(Manifest):
    workflow_template_ref: _Reference
    arguments: Inputs = Inputs()


class _Workflow(Manifest):
    kind: str = Field(pattern="^Workflow$")
    spec: _Spec


def check_resource(workflow: LoadedWorkflow, template: Template, known: frozenset[str]) -> None:
    """Refuse a resource template that creates anything but a Workflow from a WorkflowTemplate.

    Raises:
        Refused: naming what is wrong and where.
    """
    where = workflow.where("templates", template.name, "resource.manifest")
    created = _parse(template, where)
    for parameter in created.spec.arguments.parameters:
        refuse_unknown(tags(parameter.value or ""), known, f"{where}.{parameter.name}")


def submit(workflow: LoadedWorkflow, call: Call) -> Result:
    """The run that a call asks for, its parameters filled in.

    Raises:
        Refused: when a reference has no value.
    """
    where = workflow.where("templates", call.template.name, "resource.manifest")
    created = _parse(call.template, where)
    values: Mapping[str, str] = {
        **call.variables,
        **{f"inputs.parameters.{name}": value for name, value in call.parameters.items()},
    }
    given = {p.name: substitute(p.value or "", values, where) for p in created.spec.arguments.parameters}
    run = SubmittedRun(workflow=created.spec.workflow_template_ref.name, parameters=given)
    return Result("Succeeded", message=f"asked for a run of {run.workflow}", submitted=run)


def _parse(template: Template, where: str) -> _Workflow:
    assert template.resource is not None
    try:
        content: Any = YAML(typ="safe").load(template.resource.manifest)
        if isinstance(content, dict) and content.get("kind") == "TrainJob":
            why = "training on several machines is Kubeflow Trainer's; this machine cannot stand for them"
            raise Refused("the resource", where, why, "run the workflow on Argo, or leave training.distributed out")
        if template.resource.action != "create":
            raise Refused("the resource", where, "the embedded runner applies nothing", "create it instead")
        return _Workflow.model_validate(content)
    except (YAMLError, ValidationError) as error:
        mend = "create a Workflow that refers to a WorkflowTemplate, or run the workflow on Argo"
        raise Refused("the resource", where, f"the embedded runner creates only Workflows: {error}", mend) from error
