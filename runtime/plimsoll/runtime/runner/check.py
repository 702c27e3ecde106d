"""Every reference in a workflow, followed before anything runs."""

import re
from collections.abc import Iterable, Iterator

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner.check_container import check_container
from plimsoll.runtime.runner.check_dag import check_dag
from plimsoll.runtime.runner.check_names import check_call, known_references, refuse_unknown
from plimsoll.runtime.runner.conditions import parse_retry
from plimsoll.runtime.runner.durations import seconds
from plimsoll.runtime.runner.globals import EXIT_ONLY, known_variables
from plimsoll.runtime.runner.manifest import Inputs, Template
from plimsoll.runtime.runner.submit import check_resource
from plimsoll.runtime.runner.substitution import tags
from plimsoll.runtime.runner.workflow import LoadedWorkflow

_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_]*[A-Za-z0-9])?")
"""Names become folders and references; this is Argo's workflowFieldNameFmt, with `_` (which parameters may hold)."""


def check_references(workflow: LoadedWorkflow) -> None:
    """Refuse a workflow in which something refers to what isn't there, or in a circle.

    Raises:
        Refused: naming the first such place.
    """
    _check_unique(workflow, (template.name for template in workflow.spec.templates), "templates")
    for hook in _entries(workflow):
        if hook not in workflow.templates:
            raise Refused(f"the template {hook}", workflow.where("spec"), "it doesn't exist")
    for template in workflow.spec.templates:
        _check_names(workflow, template)
    reached = _reachable(workflow, workflow.spec.entrypoint)
    variables = known_variables(workflow)
    for template in workflow.spec.templates:
        known = variables if template.name in reached else variables | EXIT_ONLY
        _check_template(workflow, template, known)
    _check_calls(workflow, variables | EXIT_ONLY)


def _entries(workflow: LoadedWorkflow) -> Iterator[str]:
    yield workflow.spec.entrypoint
    if workflow.spec.exit_handler:
        yield workflow.spec.exit_handler.template


def _check_unique(workflow: LoadedWorkflow, names: Iterable[str], *route: str) -> None:
    seen: set[str] = set()
    for name in names:
        if not _NAME.fullmatch(name):
            raise Refused(
                f"the name `{name}`", workflow.where(*route), "only letters, digits, `-` and `_` may be in it"
            )
        if name in seen:
            raise Refused(f"the name {name}", workflow.where(*route), "it is given twice")
        seen.add(name)


def _check_names(workflow: LoadedWorkflow, template: Template) -> None:
    route = ("templates", template.name)
    _check_unique(workflow, (p.name for p in template.inputs.parameters), *route, "inputs.parameters")
    _check_unique(workflow, (a.name for a in template.inputs.artifacts), *route, "inputs.artifacts")
    _check_unique(workflow, (p.name for p in template.outputs.parameters), *route, "outputs.parameters")
    _check_unique(workflow, (a.name for a in template.outputs.artifacts), *route, "outputs.artifacts")
    for task in template.dag.tasks if template.dag else ():
        if task.template is not None and task.template not in workflow.templates:
            raise Refused(f"the template {task.template}", workflow.where(*route, task.name), "it doesn't exist")
    _check_unique(workflow, (t.name for t in (template.dag.tasks if template.dag else ())), *route, "dag.tasks")


def _reachable(workflow: LoadedWorkflow, start: str, above: tuple[str, ...] = ()) -> frozenset[str]:
    """The templates that a template calls, directly or not, and itself; refuses one that comes to call itself."""
    if start in above:
        circle = " → ".join((*above[above.index(start) :], start))
        raise Refused(f"the template {start}", workflow.where("templates", start), f"it calls itself: {circle}")
    dag = workflow.templates[start].dag
    called = dict.fromkeys(task.template for task in (dag.tasks if dag else ()) if task.template)
    return frozenset({start}).union(*(_reachable(workflow, name, (*above, start)) for name in called))


def _check_template(workflow: LoadedWorkflow, template: Template, variables: frozenset[str]) -> None:
    for parameter in template.inputs.parameters:
        where = workflow.where("templates", template.name, "inputs.parameters", parameter.name)
        refuse_unknown(tags(parameter.fallback or ""), variables, where)
    _check_retry(workflow, template)
    known = known_references(template, variables)
    if template.dag is not None:
        _reachable(workflow, template.name)
        check_dag(workflow, template, known)
    elif template.container is not None:
        check_container(workflow, template, known)
    elif template.resource is not None:
        check_resource(workflow, template, known)
    elif not template.model_extra:
        raise Refused(f"the template {template.name}", workflow.where("templates", template.name), "it has no body")


def _check_retry(workflow: LoadedWorkflow, template: Template) -> None:
    strategy = template.retry_strategy
    if strategy is None:
        return
    where = workflow.where("templates", template.name, "retryStrategy")
    if strategy.expression is not None:
        parse_retry(strategy.expression, f"{where}.expression")
    if strategy.backoff is not None:
        if strategy.backoff.duration is None:
            raise Refused("the backoff", f"{where}.backoff", "it has no duration")
        for text in (strategy.backoff.duration, strategy.backoff.cap, strategy.backoff.max_duration):
            seconds(text or "0", f"{where}.backoff")


def _check_calls(workflow: LoadedWorkflow, known: frozenset[str]) -> None:
    arguments = Inputs(parameters=workflow.spec.arguments.parameters)
    entry = workflow.templates[workflow.spec.entrypoint]
    check_call(arguments, entry, workflow.where("spec.arguments"), exact=False)
    hook = workflow.spec.exit_handler
    if hook is not None:
        where = workflow.where("spec.hooks.exit")
        for argument in hook.arguments.parameters:
            refuse_unknown(tags(argument.value or ""), known, f"{where}.{argument.name}")
        check_call(hook.arguments, workflow.templates[hook.template], where)
