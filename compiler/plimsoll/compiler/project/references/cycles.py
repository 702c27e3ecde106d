"""Whether feature sets are made from themselves."""

from collections.abc import Iterator

from plimsoll.compiler.diagnostics import Diagnostic, Label
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.references.findings import error


def cycles(project: Project) -> Iterator[Diagnostic]:
    """Feature sets that are made, by way of others, from themselves; each cycle once, from its first name.

    Depth first, without recursion: a chain of feature sets may be longer than Python's stack.
    """
    done: set[str] = set()
    for start in project.feature_sets:
        path: list[str] = []
        ahead = [iter([start])]
        while ahead:
            name = next(ahead[-1], None)
            if name is None:
                ahead.pop()
                if path:
                    done.add(path.pop())
            elif name in path:
                yield _cycle(project, path[path.index(name) :])
            elif name not in done:
                path.append(name)
                ahead.append(_made_from(project, name))


def _made_from(project: Project, name: str) -> Iterator[str]:
    """The feature sets that one names; a name that is a data source's as well counts, since it may be meant."""
    edges = project.graph.units["FeatureSet", name].edges
    return (target for kinds, target in edges if "FeatureSet" in kinds and target in project.feature_sets)


def _cycle(project: Project, members: list[str]) -> Diagnostic:
    labels = [Label(project.feature_sets[name].span("spec", "sources"), "by way of this") for name in members[1:]]
    message = f"{' → '.join([*members, members[0]])}: a feature set cannot be made from itself"
    return error("PLM-REF-004", project.feature_sets[members[0]], ("spec", "sources"), message, *labels)
