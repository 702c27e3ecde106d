"""One rendered object: its file, its bytes, and how it came by its name."""

import contextlib
import hashlib
import marshal
from collections.abc import Iterator, Mapping
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import Any, NamedTuple

from plimsoll.compiler.diagnostics import Span
from plimsoll.compiler.rendering.environment import fill
from plimsoll.compiler.rendering.owner import Owner
from plimsoll.compiler.rendering.woven import Woven

_HASH_DIGITS = 10
_BRACES = b"{{"


class RenderedObject(NamedTuple):
    """A Kubernetes object as the bytes of its file."""

    kind: str
    stem: str
    """The name without a content hash."""
    name: str
    data: bytes
    owner: Owner
    """The name of the spec that asks for the object."""
    braced: tuple[str, ...] = ()
    """Texts that came from outside the template and that Argo would take for one of its own: they hold ``{{``."""
    prefix: str = ""
    """What its file's name begins with, where it is not applied with the others."""
    patches: tuple[Span, ...] = ()
    """The patches of its spec that changed it, in their order."""
    before: tuple[bytes, ...] = ()
    """What it was before each of them."""

    @property
    def file(self) -> str:
        """The file's name in a release."""
        return f"{self.prefix}{self.kind.lower()}-{self.stem}.yaml"


def content_hash(data: bytes) -> str:
    """The part of a name that changes whenever the content does."""
    return hashlib.sha256(data).hexdigest()[:_HASH_DIGITS]


def plain_object(kind: str, stem: str, template: str, context: Mapping[str, Any], owner: Owner) -> RenderedObject:
    """An object that keeps its name whatever it holds."""
    text = fill(template, {**context, "name": stem})
    return RenderedObject(kind, stem, stem, text.encode(), owner)


def workflow_object(kind: str, stem: str, template: str, context: Mapping[str, Any], owner: Owner) -> RenderedObject:
    """An object in which Argo replaces ``{{tags}}``; it keeps its name."""
    text = fill(template, {**context, "name": stem})
    return RenderedObject(kind, stem, stem, text.encode(), owner, braced(context))


def workflow_template(stem: str, template: str, context: Mapping[str, Any], owner: Owner) -> RenderedObject:
    """A WorkflowTemplate, whose name ends in the hash of its rendered spec: an edited one never meets a running one.

    It may say its own name: so a run knows, and what it leaves says, which template it was.
    """
    return hashed_object("WorkflowTemplate", stem, template, context, owner)


def hashed_object(kind: str, stem: str, template: str, context: Mapping[str, Any], owner: Owner) -> RenderedObject:
    """An object whose name ends in the hash of its rendered spec."""
    name, text = named_by_spec(stem, fill(template, {**context, "name": unnamed(stem)}), unnamed(stem))
    return RenderedObject(kind, stem, name, text.encode(), owner, braced(context))


def unnamed(stem: str) -> str:
    """What stands in place of an object's name until it has one, since its own spec may say it."""
    return f"{stem}-{'0' * _HASH_DIGITS}"


def named_by_spec(stem: str, text: str, name: str) -> tuple[str, str]:
    """The name of an object by the text of its file, in which it is called ``name``, and the text with that name.

    The name is the stem, and the hash of the spec as it is written where the object calls itself ``unnamed``.
    """
    if name != unnamed(stem):
        text = text.replace(name, unnamed(stem))
    _, spec = text.split("\nspec:\n", 1)
    found = f"{stem}-{content_hash(spec.encode())}"
    return found, text.replace(unnamed(stem), found)


def config_map(
    stem: str, data: Mapping[str, str], binary: Mapping[str, str], context: Mapping[str, Any], owner: Owner
) -> RenderedObject:
    """An immutable ConfigMap, whose name ends in the hash of its data; ``binary`` holds base64."""
    name = config_map_name(stem, data, binary)
    text = fill("configmap", {**context, "name": name, "data": data, "binary": binary})
    return RenderedObject("ConfigMap", stem, name, text.encode(), owner)


def config_map_name(stem: str, data: Mapping[str, str], binary: Mapping[str, str]) -> str:
    """The name of an immutable ConfigMap: the stem, and the hash of what it holds, as ``json.dumps`` writes it."""
    written = ", ".join("{" + ", ".join(_entries(part)) + "}" for part in (data, binary))
    return f"{stem}-{content_hash(f'[{written}]'.encode())}"


def _entries(part: Mapping[str, str]) -> Iterator[str]:
    return (f"{_ascii_json(key)}: {_as_json(part[key])}" for key in sorted(part))


def _as_json(text: str) -> str:
    """A text as Python's encoder writes it, and of a woven one each piece."""
    if type(text) is not Woven:
        return _ascii_json(text)
    return f'"{"".join([_ascii_json(piece)[1:-1] for piece in text.pieces])}"'


_ascii_json = lru_cache(maxsize=64)(encode_basestring_ascii)
"""A model's code is the same in all environments, which are rendered one after the other."""


def braced(context: Any) -> tuple[str, ...]:
    """The texts inside a value of mappings and sequences, keys included, that hold two opening braces in a row.

    There hardly ever are any, and plain values are written in one piece, as which they are looked through at once.
    """
    with contextlib.suppress(ValueError):  # It holds a value that is not plain.
        if _BRACES not in marshal.dumps(context):
            return ()
    found, waiting = set[str](), [context]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if "{{" in value:
                found.add(value)
        elif isinstance(value, dict):
            waiting += value
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
        elif isinstance(value, Mapping):
            waiting.append(dict(value))
    return tuple(sorted(found))
