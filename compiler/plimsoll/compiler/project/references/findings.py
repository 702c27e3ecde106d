"""What the checks of references have to say in the same words."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Label, Route, Severity
from plimsoll.compiler.hints import did_you_mean
from plimsoll.compiler.project.located import Located


def error(code: str, one: Located[Any], route: Route, message: str, *labels: Label, help_: str = "") -> Diagnostic:
    """A finding at a route of a spec that stops the way on."""
    span = one.span(*route)
    return Diagnostic(code, Severity.ERROR, message, span, labels=labels, help=help_, subject=one.key)


def warning(code: str, one: Located[Any], route: Route, message: str, *labels: Label, help_: str = "") -> Diagnostic:
    """A finding at a route of a spec that somebody may know better about."""
    span = one.span(*route)
    return Diagnostic(code, Severity.WARNING, message, span, labels=labels, help=help_, subject=one.key)


def unknown(one: Located[Any], route: Route, what: str, name: str, known: Iterable[str], note: str = "") -> Diagnostic:
    """A name that leads nowhere, with the nearest one that leads somewhere."""
    from plimsoll.compiler.editing.offers import spell

    words = tuple(known)
    found = error("PLM-REF-002", one, route, f"there is no {what} {name!r}", help_=did_you_mean(name, words))
    return replace(found, note=note, fix=spell(one.document.source, found.span, name, words))


def unknown_key(one: Located[Any], route: Route, what: str, known: Iterable[str], note: str = "") -> Diagnostic:
    """The same of a name that is the key at a route."""
    from plimsoll.compiler.editing.offers import spell

    words, name, span = tuple(known), str(route[-1]), one.document.key_span(route)
    found = replace(unknown(one, route, what, name, words, note), span=span)
    return replace(found, fix=spell(one.document.source, span, name, words))


def duration(seconds: int) -> str:
    """A duration in its largest unit without a rest, as a spec has it."""
    for unit, size in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
