"""Which references a template may make, and which arguments a call may pass."""

from collections.abc import Iterable

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner.manifest import Inputs, Template


def known_references(template: Template, variables: frozenset[str]) -> frozenset[str]:
    """What any template may refer to: the workflow's variables and its own inputs."""
    return variables | {f"inputs.parameters.{parameter.name}" for parameter in template.inputs.parameters}


def refuse_unknown(tags: Iterable[str], known: frozenset[str], where: str) -> None:
    """Refuse the first tag that isn't among the known ones.

    Raises:
        Refused: naming the tag and the place.
    """
    for tag in tags:
        if tag.startswith("="):
            raise Refused(f"the expression tag {{{{{tag}}}}}", where, "expression tags aren't known to this engine")
        if tag not in known:
            raise Refused(f"the reference {{{{{tag}}}}}", where, "nothing of that name is known here")


def check_call(arguments: Inputs, template: Template, where: str, *, exact: bool = True) -> None:
    """Refuse a call that leaves out what the template needs or, where ``exact``, passes what it doesn't take.

    Raises:
        Refused: naming the parameter or artifact.
    """
    given = {parameter.name for parameter in arguments.parameters}
    taken = {parameter.name for parameter in template.inputs.parameters}
    needed = {parameter.name for parameter in template.inputs.parameters if parameter.fallback is None}
    _compare("parameter", given, taken, needed, template.name, where, exact=exact)
    given = {artifact.name for artifact in arguments.artifacts}
    taken = {artifact.name for artifact in template.inputs.artifacts}
    needed = {artifact.name for artifact in template.inputs.artifacts if not artifact.optional}
    _compare("artifact", given, taken, needed, template.name, where, exact=exact)


def _compare(
    kind: str, given: set[str], taken: set[str], needed: set[str], template: str, where: str, *, exact: bool
) -> None:
    for name in sorted(given - taken) if exact else ():
        raise Refused(f"the {kind} {name}", where, f"the template {template} takes no such {kind}")
    for name in sorted(needed - given):
        raise Refused(f"the {kind} {name}", where, f"the template {template} needs it and the call gives none")
