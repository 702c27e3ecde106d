"""A file → the same file in a newer version of the spec language, or what keeps it from being converted."""

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Severity
from plimsoll.compiler.kinds import KINDS
from plimsoll.compiler.loading.documents import Document, parse
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.migration.changes import Unfit
from plimsoll.compiler.migration.round_trip import rewrite
from plimsoll.compiler.migration.split import split
from plimsoll.compiler.migration.versions import CURRENT, OLDER, Step, steps_between
from plimsoll.compiler.suppression.comments import layout


def migrate_source(source: SourceFile, newer: str = CURRENT) -> Outcome[str]:
    """The text of a file with every spec of an older version converted; its own text where there is none.

    There is no text where anything stands in the way: a file is converted whole or not at all. What comes out is read
    again and held against the conversion of the values alone, and no comment is lost.

    Law: migrating what comes out changes nothing more.
    """
    if not any(version in source.text for version in OLDER):
        return Outcome(source.text)
    parsed = parse(source)
    if parsed.value is None or any(one.blocks for one in parsed.diagnostics):
        return Outcome(None, parsed.diagnostics)
    parts = split(source.text)
    if len(parsed.value) != sum(part.is_document for part in parts):
        return Outcome(None, (_not_whole(parsed.value[0], "one of the file's documents is an empty text"),))
    found: list[Diagnostic] = []
    documents = iter(parsed.value)
    texts: list[str] = []
    for part in parts:
        outcome = _migrate(next(documents), part.text, newer) if part.is_document else Outcome(part.text)
        found += outcome.diagnostics
        texts.append(outcome.value or "")
    return Outcome(None if found else "".join(texts), tuple(found))


def converted(spec: dict[str, Any], steps: tuple[Step, ...]) -> Iterator[Unfit]:
    """Convert a spec's values in place, and name what cannot be. ``spec`` may be ruamel's mapping."""
    kind = spec.get("kind")
    for step in steps:
        for change in step.changes().get(str(kind), ()):
            yield from change.apply(spec)
        spec["apiVersion"] = step.newer


def _migrate(document: Document, text: str, newer: str) -> Outcome[str]:
    """A document's text in the newer version."""
    steps = steps_between(document.value.get("apiVersion"), newer)
    if not steps:
        return Outcome(text)
    if document.value.get("kind") not in KINDS:
        return Outcome(None, (_unfit(document, Unfit(("kind",), "this is not a kind of spec")),))
    wanted = deepcopy(document.value)
    unfit = tuple(converted(wanted, steps))
    if unfit:
        return Outcome(None, tuple(_unfit(document, one) for one in unfit))
    try:
        new = rewrite(text, lambda value: _exhaust(converted(value, steps)))
    except (YAMLError, RecursionError, ValueError) as error:
        why = error.problem if isinstance(error, MarkedYAMLError) else str(error).splitlines()[0]
        return Outcome(None, (_not_whole(document, f"ruamel.yaml says: {why}"),))
    lost = _lost(text, new, wanted)
    return Outcome(None, (_not_whole(document, lost),)) if lost else Outcome(new)


def _exhaust(unfit: Iterator[Unfit]) -> None:
    """Carry out a conversion that plain values are fit for.

    Raises:
        ValueError: when ruamel takes a value for something else than libyaml's text, such as a date.
    """
    for one in unfit:
        raise ValueError(f"{'.'.join(map(str, one.route))}: {one.why}; quote it")


def _lost(before: str, after: str, wanted: dict[str, Any]) -> str:
    """What a rewritten text lost; empty when it says what it should, with the comments that it had."""
    documents = parse(SourceFile("", after)).value or ()
    if [one.value for one in documents] != [wanted]:
        return "its values would not be those that they should be"
    if _comments(before) != _comments(after):
        return "a comment would be lost"
    return ""


def _comments(text: str) -> Counter[str]:
    return Counter(one.text.rstrip() for one in layout(text).comments)


def _unfit(document: Document, unfit: Unfit) -> Diagnostic:
    where = ".".join(map(str, unfit.route))
    message = f"{where} cannot be converted: {unfit.why}"
    hint = "mend it, and migrate again; the file was left as it is"
    return Diagnostic("PLM-MIG-001", Severity.ERROR, message, document.span(unfit.route), help=hint)


def _not_whole(document: Document, why: str) -> Diagnostic:
    message = f"the spec cannot be rewritten in place: {why}"
    hint = "write it anew by hand; the file was left as it is"
    return Diagnostic("PLM-MIG-002", Severity.ERROR, message, document.span(("apiVersion",)), help=hint)
