"""The rendered objects before and after, and what of them makes Kubernetes act."""

from collections.abc import Iterator, Mapping
from typing import Any

from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.planning.plan import RenderedChange
from plimsoll.compiler.rendering.release import Release
from plimsoll.contract.servers import pod_template, server_file

Releases = Mapping[str, Release]
"""Releases by environment."""


def compare_rendered(before: Releases, after: Releases) -> tuple[RenderedChange, ...]:
    """Every object whose file is added, changed or removed."""
    return tuple(_changes(before, after))


def _changes(before: Releases, after: Releases) -> Iterator[RenderedChange]:
    for environment in sorted({*before, *after}):
        old, new = _files(before, environment), _files(after, environment)
        for name in sorted({*old, *new}):
            if name not in old:
                yield RenderedChange(environment, name, "added")
            elif name not in new:
                yield RenderedChange(environment, name, "removed")
            elif old[name] != new[name]:
                same = _acting(name, old[name]) == _acting(name, new[name])
                yield RenderedChange(environment, name, "changed", described_only=same)


def _files(releases: Releases, environment: str) -> Mapping[str, bytes]:
    return releases[environment].files if environment in releases else {}


def pods_of(releases: Releases, environment: str, deployment: str) -> Any:
    """The pod template that a deployment's servers are rendered with; its pods are replaced when it changes."""
    files = _files(releases, environment)
    name = server_file(files, deployment)
    return pod_template(_value(name, files[name])) if name is not None else None


def _acting(name: str, data: bytes) -> dict[str, Any]:
    """A rendered object without its annotations."""
    value = _value(name, data)
    metadata = {key: item for key, item in value["metadata"].items() if key != "annotations"}
    return {**value, "metadata": metadata}


def _value(name: str, data: bytes) -> dict[str, Any]:
    (document,) = parse(SourceFile(name, data.decode())).value or ()
    return document.value
