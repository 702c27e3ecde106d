"""Whether a data source's file is as its spec declares it."""

from collections.abc import Iterator
from dataclasses import replace

from plimsoll.compiler.diagnostics import Diagnostic, Severity
from plimsoll.compiler.hints import nearest
from plimsoll.compiler.kinds import DataSource
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.references.findings import error, warning
from plimsoll.contract.inspection import SourceSeen

_NAMED = 8
"""How many undeclared columns are named."""


def source_findings(one: Located[DataSource], seen: SourceSeen, root: str) -> Iterator[Diagnostic]:
    """All that a data source's file, below the data root, breaks of its spec."""
    if seen.refused is not None:
        message, help_ = f"{seen.refused.where}: {seen.refused.why}", seen.refused.mend
        found = error("PLM-DAT-001", one, ("spec", "location", "path"), message, help_=help_)
        yield replace(found, note=f"it is looked for at {root}/{seen.path}")
        return
    for fault in seen.faults:
        near = nearest(fault.column, seen.undeclared)
        meant = f"did you mean {near!r}, which the file has?" if near else ""
        help_ = fault.mend or meant or "declare what the file has, or write the file as it is declared"
        code = "PLM-DAT-010" if fault.line else "PLM-DAT-002"
        such = f": it holds {fault.example}" if fault.example and may_be_told(one) else ""
        yield error(code, one, ("spec", "columns", fault.column), f"{seen.path}: {fault.why}{such}", help_=help_)
    if seen.undeclared:
        yield _undeclared(one, seen)
    if not seen.rows and len(seen.faults) < len(one.said["columns"]):
        message = f"{seen.path} has no row"
        yield error("PLM-DAT-001", one, ("spec", "location", "path"), message, help_="write rows into it")
    yield from _times(one, seen)


def may_be_told(one: Located[DataSource]) -> bool:
    """Whether a value of a source may be shown: findings go into logs, where a person's data must not be."""
    return bool(one.said["personalData"] == "none")


def _undeclared(one: Located[DataSource], seen: SourceSeen) -> Diagnostic:
    told = [f"{name} ({kind})" for name, kind in seen.undeclared.items()]
    more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    message = f"{seen.path} has columns that are not declared: {', '.join(told[:_NAMED])}{more}"
    help_ = "declare what is of use, and leave the rest out of the file: nobody said whether it is about people"
    span = one.span("spec", "columns")
    return Diagnostic("PLM-DAT-003", Severity.NOTE, message, span, help=help_, subject=one.key)


def _times(one: Located[DataSource], seen: SourceSeen) -> Iterator[Diagnostic]:
    route, name = ("spec", "timestamp"), one.said["timestamp"]
    if untimed := seen.nulls.get(name):
        message = f"{name!r} is empty in {_of(untimed, seen.rows)}: they are in no window"
        yield error("PLM-DAT-004", one, route, message, help_="fill it in, or leave these rows out of the file")
    if seen.ahead and seen.last:
        message = f"{_of(seen.ahead, seen.rows)} are of a time that has not come, the last of {seen.last:%Y-%m-%d}"
        help_ = "name the column that says when a row was known, or mend its values"
        yield warning("PLM-DAT-008", one, route, message, help_=help_)
    if seen.ancient and seen.first:
        message = f"{_of(seen.ancient, seen.rows)} are of 1970 or before, the first of {seen.first:%Y-%m-%d}"
        help_ = "numbers that count seconds or milliseconds may have been taken for microseconds"
        yield warning("PLM-DAT-008", one, route, message, help_=help_)


def _of(some: int, rows: int) -> str:
    return f"{some:,} of {rows:,} rows"
