"""Whether each environment has a namespace of its own."""

from collections.abc import Iterator

from plimsoll.compiler.diagnostics import Diagnostic, Label
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.references.findings import error


def shared_namespaces(project: Project) -> Iterator[Diagnostic]:
    """Environments with the namespace of another one on the same cluster; the first by name has it."""
    first: dict[tuple[str, str], str] = {}
    for name, place in project.environments.items():
        cluster, namespace = place.said["cluster"], place.said["namespace"]
        owner = first.setdefault((cluster, namespace), name)
        if owner != name:
            message = (
                f"{owner} has the namespace {namespace} of {cluster} too: each would overwrite the other's objects"
            )
            label = Label(project.environments[owner].span("spec", "namespace"), "here as well")
            help_ = "give each environment a namespace of its own, or name the cluster that it is on"
            yield error("PLM-REF-022", place, ("spec", "namespace"), message, label, help_=help_)
