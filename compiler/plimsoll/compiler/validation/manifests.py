"""The objects of a release as they were rendered, with the lines that they came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from plimsoll.compiler.diagnostics import Diagnostic, Severity, Span
from plimsoll.compiler.loading.documents import Document, parse
from plimsoll.compiler.loading.sources import SourceFile

UNREADABLE = "PLM-VAL-001"
"""A file that holds no Kubernetes object, or an object that is not shaped like its kind."""

UNKNOWN = "PLM-VAL-002"
"""A field, a value or a kind that the schemas do not know."""

MISSING = "PLM-VAL-003"
"""A name that leads to nothing."""

UNRESOLVED = "PLM-VAL-004"
"""An ``{{expression}}`` that has no value where it stands."""

_MOST_READ = 256
"""How many files are remembered: a patched release is read as it was and as it is, and differs in a few of them."""


@dataclass(frozen=True)
class Manifest:
    """A rendered object and the file it stands in."""

    file: str
    text: str
    value: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The object's kind."""
        return str(self.value["kind"])

    @property
    def name(self) -> str:
        """The object's name."""
        return str(self.value["metadata"]["name"])

    def finding(self, code: str, message: str, *route: str | int) -> Diagnostic:
        """A finding at the place of a value.

        Places are looked up again for each finding: to keep those of every object costs far more than its values do.
        """
        document = _document(self.file, self.text)
        span = document.span(route) if document else Span(self.file, 1, 1, 1)
        return Diagnostic(code, Severity.ERROR, message, span, subject=f"{self.kind}/{self.name}")


@dataclass(frozen=True)
class Manifests:
    """All objects of a release."""

    objects: tuple[Manifest, ...]

    @cached_property
    def by_name(self) -> Mapping[tuple[str, str], Manifest]:
        """The objects by kind and name."""
        return {(one.kind, one.name): one for one in self.objects}

    @cached_property
    def by_kind(self) -> Mapping[str, tuple[Manifest, ...]]:
        """The objects of each kind that there is."""
        kinds = {one.kind for one in self.objects}
        return {kind: tuple(one for one in self.objects if one.kind == kind) for kind in kinds}

    def has(self, kind: str, name: str) -> bool:
        """Whether there is such an object."""
        return (kind, name) in self.by_name


def read_manifests(files: Mapping[str, bytes]) -> tuple[Manifests, tuple[Diagnostic, ...]]:
    """Every file that holds one Kubernetes object, and a finding for every file that does not."""
    objects: list[Manifest] = []
    found: list[Diagnostic] = []
    for name in sorted(files):
        read = _read(name, files[name])
        if isinstance(read, Manifest):
            objects.append(read)
        else:
            found.append(read)
    return Manifests(tuple(objects)), tuple(found)


@lru_cache(maxsize=_MOST_READ)
def _read(name: str, data: bytes) -> Manifest | Diagnostic:
    start = Span(name, 1, 1, 1)
    try:
        text = data.decode()
        document = _document(name, text)
        value = document.value if document else YAML(typ="safe").load(text)
    except (UnicodeDecodeError, YAMLError) as error:
        return Diagnostic(UNREADABLE, Severity.ERROR, f"not YAML: {error}", start)
    metadata = value.get("metadata") if isinstance(value, dict) else None
    named = isinstance(metadata, dict) and isinstance(metadata.get("name"), str)
    if not named or not isinstance(value.get("kind"), str) or not isinstance(value.get("apiVersion"), str):
        return Diagnostic(UNREADABLE, Severity.ERROR, "not a Kubernetes object with a kind and a name", start)
    return Manifest(name, text, value)


def _document(name: str, text: str) -> Document | None:
    """The one document of a file; None for one that holds too much foreign text to be read with positions."""
    parsed = parse(SourceFile(name, text))
    return parsed.value[0] if parsed.ok and parsed.value and len(parsed.value) == 1 else None
