"""Argo's ``{{expressions}}``: where they stand, and which of them mean something there."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Route
from plimsoll.compiler.rendering.leaves import leaves
from plimsoll.compiler.validation.manifests import UNRESOLVED, Manifest

Known = frozenset[str]

_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_ALWAYS = frozenset(
    {
        "workflow.name",
        "workflow.namespace",
        "workflow.uid",
        "workflow.serviceAccountName",
        "workflow.creationTimestamp",
        "workflow.creationTimestamp.RFC3339",
    }
)
_AT_THE_END = frozenset({"workflow.status", "workflow.failures", "workflow.duration"})


def workflow_variables(spec: Mapping[str, Any], *, at_the_end: bool) -> Known:
    """What any template may refer to; an exit handler knows how the workflow ended, too (Argo, ``variables.md``)."""
    parameters = {f"workflow.parameters.{p['name']}" for p in spec.get("arguments", {}).get("parameters", ())}
    return _ALWAYS | parameters | (_AT_THE_END if at_the_end else frozenset())


def tags(text: str) -> tuple[str, ...]:
    """The expressions in a text, without their braces."""
    return tuple(found.strip() for found in _TAG.findall(text))


def unresolved(one: Manifest, value: Any, known: Known, route: Route) -> Iterator[Diagnostic]:
    """A finding for every expression in a value that is not known there."""
    for below, text in leaves(value):
        for tag in tags(text) if isinstance(text, str) else ():
            if tag not in known:
                yield one.finding(UNRESOLVED, f"nothing is known here as {{{{{tag}}}}}", *route, *below)
