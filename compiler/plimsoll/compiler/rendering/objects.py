"""One rendered object: its file, its bytes, and how it came by its name."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plimsoll.compiler.diagnostics import Span
from plimsoll.compiler.rendering.environment import fill

_HASH_DIGITS = 10


@dataclass(frozen=True)
class RenderedObject:
    """A Kubernetes object as the bytes of its file."""

    kind: str
    stem: str
    """The name without a content hash."""
    name: str
    data: bytes
    owner: Span
    """The name of the spec that asks for the object."""
    braced: tuple[str, ...] = ()
    """Texts that came from outside the template and that Argo would take for one of its own: they hold ``{{``."""

    @property
    def file(self) -> str:
        """The file's name in a release."""
        return f"{self.kind.lower()}-{self.stem}.yaml"


def content_hash(data: bytes) -> str:
    """The part of a name that changes whenever the content does."""
    return hashlib.sha256(data).hexdigest()[:_HASH_DIGITS]


def readable_json(value: Any) -> str:
    """A JSON value as text for people: indented, in its own order, for that of a model's columns matters."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def plain_object(kind: str, stem: str, template: str, context: Mapping[str, Any], owner: Span) -> RenderedObject:
    """An object that keeps its name whatever it holds."""
    text = fill(template, {**context, "name": stem})
    return RenderedObject(kind, stem, stem, text.encode(), owner)


def workflow_object(kind: str, stem: str, template: str, context: Mapping[str, Any], owner: Span) -> RenderedObject:
    """An object in which Argo replaces ``{{tags}}``; it keeps its name."""
    text = fill(template, {**context, "name": stem})
    return RenderedObject(kind, stem, stem, text.encode(), owner, _braced(context))


def workflow_template(stem: str, template: str, context: Mapping[str, Any], owner: Span) -> RenderedObject:
    """A WorkflowTemplate, whose name ends in the hash of its rendered spec: an edited one never meets a running one."""
    text = fill(template, {**context, "name": stem})
    head, spec = text.split("\nspec:\n", 1)
    name = f"{stem}-{content_hash(spec.encode())}"
    head = head.replace(f'\n  name: "{stem}"\n', f'\n  name: "{name}"\n', 1)
    data = f"{head}\nspec:\n{spec}".encode()
    return RenderedObject("WorkflowTemplate", stem, name, data, owner, _braced(context))


def config_map(
    stem: str, data: Mapping[str, str], binary: Mapping[str, str], context: Mapping[str, Any], owner: Span
) -> RenderedObject:
    """An immutable ConfigMap, whose name ends in the hash of its data; ``binary`` holds base64."""
    name = f"{stem}-{content_hash(json.dumps([data, binary], sort_keys=True).encode())}"
    text = fill("configmap", {**context, "name": name, "data": data, "binary": binary})
    return RenderedObject("ConfigMap", stem, name, text.encode(), owner)


def _braced(context: Any) -> tuple[str, ...]:
    return tuple(sorted({text for text in texts(context) if "{{" in text}))


def texts(value: Any) -> Iterator[str]:
    """Every text inside a value of mappings and sequences, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts(key)
            yield from texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item)
