"""What may not be rendered, said with the place in the spec that asks for it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from plimsoll.compiler.diagnostics import Diagnostic, Route, Severity
from plimsoll.compiler.rendering.leaves import leaves
from plimsoll.compiler.rendering.objects import RenderedObject
from plimsoll.compiler.rendering.scope import ScopedSpec

MAX_BYTES = 900_000
"""The largest object that is rendered; etcd takes 1 MiB, and the API server adds fields of its own."""


def check_values(specs: Iterable[ScopedSpec]) -> Iterator[Diagnostic]:
    """Values that are sound one by one and can't work together: a rollout that can never move."""
    for spec in specs:
        rollout = ((spec.values["spec"].get("online") or {}).get("rollout")) or {}
        if rollout.get("maxSurge") == 0 and rollout.get("maxUnavailable") == 0:
            message = "with neither a surge nor an absence allowed, no pod can ever be replaced"
            span = spec.places.span("spec", "online", "rollout")
            hint = "let maxSurge or maxUnavailable be 1 or more"
            yield Diagnostic("PLM-REN-007", Severity.ERROR, message, span, help=hint, subject=spec.key)


def check_objects(objects: Iterable[RenderedObject], specs: Iterable[ScopedSpec]) -> Iterator[Diagnostic]:
    """Objects of one name, objects that are too large, and texts of specs that Argo would read as its own."""
    ordered = tuple(objects)
    yield from _same_names(ordered)
    for one in ordered:
        if len(one.data) > MAX_BYTES:
            message = (
                f"the {one.kind} {one.name} would be {len(one.data):,} bytes long; at most {MAX_BYTES:,} are stored"
            )
            hint = "put data and weights into the image or the data store, not into the spec or beside the code"
            yield Diagnostic("PLM-REN-002", Severity.ERROR, message, one.owner, help=hint)
    yield from _braces(ordered, tuple(specs))


def _same_names(objects: Iterable[RenderedObject]) -> Iterator[Diagnostic]:
    by_file: defaultdict[str, list[RenderedObject]] = defaultdict(list)
    for one in objects:
        by_file[one.file].append(one)
    for file, same in by_file.items():
        for other in same[1:]:
            message = f"two objects would be {same[0].kind}/{same[0].stem}, in {file}"
            yield Diagnostic("PLM-REN-003", Severity.ERROR, message, other.owner, help="rename one of the specs")


def _braces(objects: Iterable[RenderedObject], specs: tuple[ScopedSpec, ...]) -> Iterator[Diagnostic]:
    """Argo replaces ``{{…}}`` wherever it stands in a workflow, so a spec's text must not bring one there."""
    message = "`{{` in a text that reaches an Argo workflow: Argo would replace what follows it"
    hint = "write it without two opening braces in a row"
    for one in objects:
        for text in one.braced:
            found = [(spec, route) for spec in specs for route in _bringers(spec, text)]
            for spec, route in found:
                span = spec.places.span(*route)
                yield Diagnostic("PLM-REN-001", Severity.ERROR, message, span, help=hint, subject=spec.key)
            if not found:
                yield Diagnostic("PLM-REN-001", Severity.ERROR, f"{text!r}: {message}", one.owner, help=hint)


def _bringers(spec: ScopedSpec, text: str) -> Iterator[Route]:
    for route, value in leaves(spec.values):
        if isinstance(value, str) and "{{" in value and value in text:
            yield route
