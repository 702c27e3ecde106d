"""Parameters, bound to what a caller gives."""

from collections.abc import Mapping

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner.manifest import Parameter, Template
from plimsoll.runtime.runner.substitution import substitute
from plimsoll.runtime.runner.workflow import LoadedWorkflow


def workflow_parameters(workflow: LoadedWorkflow, given: Mapping[str, str]) -> dict[str, str]:
    """The workflow's parameters: what is given, else what the manifest says.

    Raises:
        Refused: when one is unknown, missing, or not among the values it may have.
    """
    declared = workflow.spec.arguments.parameters
    where = workflow.where("spec.arguments.parameters")
    known = ", ".join(parameter.name for parameter in declared) or "none"
    for name in given:
        if name not in {parameter.name for parameter in declared}:
            raise Refused(f"the parameter {name}", where, "the workflow takes no such parameter", f"it takes: {known}")
    return {parameter.name: _bound(parameter, given.get(parameter.name), where) for parameter in declared}


def template_parameters(
    template: Template, given: Mapping[str, str], variables: Mapping[str, str], where: str
) -> dict[str, str]:
    """A template's input parameters: what the call gives, else what the template says.

    Raises:
        Refused: when a value isn't among those the parameter may have.
    """

    def value(parameter: Parameter) -> str | None:
        if parameter.name in given or parameter.fallback is None:
            return given.get(parameter.name)
        return substitute(parameter.fallback, variables, where)

    return {parameter.name: _bound(parameter, value(parameter), where) for parameter in template.inputs.parameters}


def _bound(parameter: Parameter, given: str | None, where: str) -> str:
    value = given if given is not None else parameter.fallback
    if value is None:
        raise Refused(f"the parameter {parameter.name}", where, "it has no value and none is given")
    if parameter.enum is not None and value not in parameter.enum:
        allowed = ", ".join(parameter.enum)
        raise Refused(f"the parameter {parameter.name}", where, f"`{value}` isn't one of {allowed}")
    return value
