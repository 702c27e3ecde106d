"""Diagnostics and verdicts as plain values and back, so that to read what is remembered runs nothing."""

from dataclasses import fields
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Edit, Fix, Label, Severity, Span
from plimsoll.compiler.governance.verdict import Finding, Verdict

_TYPES = (Diagnostic, Edit, Fix, Label, Span, Finding)
_NAMES = {kind: (kind.__name__, tuple(field.name for field in fields(kind))) for kind in _TYPES}
_KINDS: dict[str, Any] = {kind.__name__: kind for kind in _TYPES}
_PLAIN = (str, int, float, bool, type(None))
_DATA = ...
"""What a finding's own parts begin with, once they are plain: nothing that a finding can hold."""


def plain(value: Any) -> Any:
    """A finding, and all that it is made of, as tuples, text and numbers.

    Law: ``back(plain(value)) == value``.
    """
    if type(value) in _NAMES:
        name, names = _NAMES[type(value)]
        return (_DATA, name, *(plain(getattr(value, field)) for field in names))
    if isinstance(value, Severity):
        return (_DATA, "Severity", str(value))
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)
    if type(value) in _PLAIN:
        return value
    if isinstance(value, str):
        return str.__str__(value)  # Of a subclass, which nothing but Python could read again.
    raise TypeError(f"{type(value).__name__} is not part of a finding")


def back(value: Any) -> Any:
    """What ``plain`` made plain."""
    if not isinstance(value, tuple):
        return value
    if not value or value[0] is not _DATA:
        return tuple(back(item) for item in value)
    name, *given = value[1:]
    if name == "Severity":
        return Severity(given[0])
    return _KINDS[name](*map(back, given))


def plain_verdict(verdict: Verdict) -> tuple[tuple[str, ...], Any]:
    """A verdict as plain values."""
    return verdict.applied, plain(verdict.findings)


def back_verdict(value: tuple[tuple[str, ...], Any]) -> Verdict:
    """What ``plain_verdict`` made plain."""
    return Verdict(value[0], back(value[1]) if value[1] else ())
