"""Patches: what a spec changes about the objects that are rendered for it."""

from typing import Annotated, Any, Literal

from pydantic import Field

from plimsoll.compiler.kinds.common import Part
from plimsoll.compiler.kinds.scalars.spelling import Spelling

ObjectKind = Annotated[
    str,
    Spelling(
        r"^[A-Z][A-Za-z0-9]{0,62}$",
        63,
        "an object's kind has letters and digits and begins with a capital",
        ("Deployment", "WorkflowTemplate"),
    ),
]

ObjectName = Annotated[
    str,
    Spelling(
        r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$",
        253,
        "an object's name has lower-case letters, digits, dashes and dots",
        ("flight-delay-online",),
    ),
]

FieldName = Annotated[
    str,
    Spelling(
        r"^[$]?[A-Za-z][A-Za-z0-9/]*$",
        100,
        "a field of an object has letters and digits",
        ("spec", "metadata"),
    ),
]

Pointer = Annotated[
    str,
    Spelling(
        r"^(/([^~/]|~[01])*)+$",
        1000,
        "a path has a slash before each key or position (RFC 6901)",
        ("/spec/template/spec/priorityClassName", "/spec/templates/0/metadata"),
    ),
]


class Target(Part):
    """The objects that a patch changes: those of this spec alone."""

    kind: ObjectKind
    """Their kind."""
    name: ObjectName | None = None
    """Their name without the hash that it may end in; left out, all of the kind."""


class Operation(Part):
    """One operation of a JSON patch (RFC 6902)."""

    op: Literal["add", "remove", "replace", "move", "copy", "test"]
    """What is done."""
    path: Pointer
    """Where."""
    from_: Pointer | None = Field(default=None, alias="from")
    """Whence; for ``move`` and ``copy``."""
    value: Any = None
    """What; for ``add``, ``replace`` and ``test``. Kubernetes keeps no null, so null is no value here."""


class Patch(Part):
    """A change of rendered objects; give ``merge`` or ``json``."""

    target: Target
    """Which objects."""
    merge: Annotated[dict[FieldName, Any], Field(min_length=1, max_length=100)] | None = None
    """Laid over the object as ``kubectl patch`` does: strategic for Kubernetes' own kinds, a JSON merge for others."""
    operations: Annotated[tuple[Operation, ...], Field(min_length=1, max_length=100)] | None = Field(
        default=None, alias="json"
    )
    """The operations of a JSON patch, one after another."""


Patches = Annotated[tuple[Patch, ...], Field(min_length=1, max_length=100)]
"""Patches in the order in which they are applied."""
