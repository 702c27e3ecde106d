"""Who a workflow's pods are to the API server, and what they may ask of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from plimsoll.compiler.rendering.objects import RenderedObject, plain_object
from plimsoll.compiler.rendering.owner import Owner


def workflow_account(context: Mapping[str, Any], owner: Owner, *, creates_workflows: bool) -> Iterator[RenderedObject]:
    """A ServiceAccount of the workflow's own, with a Role that holds what Argo's executor needs and no more."""
    stem = context["service_account"]
    given = {"distributed": None, **context, "creates_workflows": creates_workflows, "mounts_token": True}
    yield plain_object("ServiceAccount", stem, "serviceaccount", given, owner)
    yield plain_object("Role", stem, "role", given, owner)
    yield plain_object("RoleBinding", stem, "rolebinding", given, owner)
