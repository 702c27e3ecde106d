"""What an examination comes to, so that two can be compared as wholes."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.examine import examine
from plimsoll.compiler.resources import data_root

TODAY = date(2027, 3, 1)


@dataclass(frozen=True)
class Whole:
    """Everything that an examination finds; what it tells of its cache stands apart."""

    found: tuple[Diagnostic, ...]
    files: tuple[str, ...]
    rules: dict[str, Any]
    judged: bool
    applied: dict[str, int] | None
    waived: tuple[Diagnostic, ...] | None
    specs: dict[str, Any] | None


def examined(
    root: Path, *, today: date = TODAY, policies: Path | None = None, cached: bool = True, jobs: int = 1
) -> tuple[Whole, tuple[str, ...]]:
    """What is found below a folder, and what is told of the cache."""
    one = examine(root, policies or data_root("policies"), today, cached=cached, jobs=jobs)
    located = one.project.located() if one.project else ()
    said = {spec.key: (spec.unit, spec.values, spec.facts.written, spec.facts.placed) for spec in located}
    whole = Whole(
        one.found,
        one.files,
        {id_: rule.values for id_, rule in one.rules.items()},
        one.judged,
        dict(one.checked.applied) if one.checked else None,
        one.checked.waived if one.checked else None,
        said if one.project else None,
    )
    return whole, one.told


def anew(root: Path, **options: Any) -> Whole:
    """What is found below a folder without any cache."""
    return examined(root, cached=False, **options)[0]
