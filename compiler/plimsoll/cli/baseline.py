"""A baseline: what was known when an old repository took up rules, so that only what is new fails.

It covers what rules find, and warnings. It never covers what keeps rules from being asked, such as a file that can't be
read or a type that does not fit, nor a rule without an answer, nor what is wrong with rules, bindings and waivers
themselves: behind each of these anything could hide. A finding that weighs more than it did is new.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from plimsoll.cli.views.identity import fingerprints
from plimsoll.cli.views.json_text import json_text
from plimsoll.cli.views.order import by_place, stands
from plimsoll.cli.views.places import Places
from plimsoll.cli.views.view import Findings
from plimsoll.compiler.diagnostics import Diagnostic, Severity
from plimsoll.contract.refusal import Refused, Unavailable

MOST_BYTES = 100_000_000
"""How large a baseline may be that is read."""

_HEAVIEST = ("warning", "error")
_NEVER = ("PLM-GOV-", "PLM-BAS-")
"""What is wrong with rules, bindings and waivers; PLM-GOV-010 is a rule without an answer."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, validate_by_name=True)


class Known(_Part):
    """A finding that was there when it was taken into the baseline."""

    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    severity: Literal["warning", "error"]
    code: str
    path: str
    subject: str
    message: str
    since: date


class Baseline(_Part):
    """What is known, and how much of what was known is mended."""

    api_version: Literal["plimsoll.dev/v1"] = "plimsoll.dev/v1"
    kind: Literal["Baseline"] = "Baseline"
    since: date
    """When it was written first."""
    mended: Annotated[int, Field(ge=0)] = 0
    """How many findings have been dropped from it since."""
    known: tuple[Known, ...]


@dataclass(frozen=True)
class Compared:
    """Findings held against a baseline."""

    baseline: Baseline
    diagnostics: tuple[Diagnostic, ...]
    """All findings; those that are known say since when."""
    still: tuple[Known, ...]
    new: tuple[Known, ...]
    """Findings that a baseline could hold, and this one does not."""

    @property
    def gone(self) -> int:
        """How many are known and no longer found."""
        return len(self.baseline.known) - len(self.still)

    @property
    def mended(self) -> int:
        """How many were mended since the baseline began."""
        return self.baseline.mended + self.gone

    @property
    def sentence(self) -> str:
        """How far the burn-down is."""
        return f"{len(self.still):,} known, {self.mended:,} mended since {self.baseline.since}"

    def written_again(self, *, add: bool) -> Baseline:
        """The baseline without what is gone, and with what is new where that is wanted."""
        known = (*self.still, *(self.new if add else ()))
        return self.baseline.model_copy(update={"known": known, "mended": self.mended})


def coverable(one: Diagnostic, rules: Collection[str]) -> bool:
    """Whether a baseline may hold a finding: one that stands, of a rule or only a warning."""
    if not stands(one) or one.severity is Severity.NOTE or one.code.startswith(_NEVER):
        return False
    return one.severity is Severity.WARNING or one.code in rules


def compare(baseline: Baseline, findings: Findings, today: date) -> Compared:
    """Hold findings against a baseline."""
    known = {one.fingerprint: one for one in baseline.known}
    told, still, new = list[Diagnostic](), list[Known](), list[Known]()
    places, rules = Places(), frozenset(findings.rules)
    covered = [one for one in by_place(findings.diagnostics) if coverable(one, rules)]
    for one, mark in fingerprints(covered, findings, places):
        had = known.get(mark)
        if had is not None and _HEAVIEST.index(str(one.severity)) <= _HEAVIEST.index(had.severity):
            still.append(had)
            told.append(replace(one, known=had.since.isoformat()))
        else:
            new.append(_known(one, mark, places.path(findings.file(one.span.path).path), today))
            told.append(one)
    rest = [one for one in findings.diagnostics if not coverable(one, rules)]
    return Compared(baseline, tuple(by_place((*told, *rest))), tuple(still), tuple(new))


def _known(one: Diagnostic, mark: str, path: str, today: date) -> Known:
    severity: Literal["warning", "error"] = "error" if one.severity is Severity.ERROR else "warning"
    return Known(
        fingerprint=mark,
        severity=severity,
        code=one.code,
        path=path,
        subject=one.subject,
        message=one.message,
        since=today,
    )


def read_baseline(path: Path) -> Baseline:
    """The baseline of a file.

    Raises:
        Unavailable: when the file can't be read.
        Refused: when it is no baseline.
    """
    return baseline_of(baseline_data(path), path.as_posix())


def baseline_data(path: Path) -> bytes:
    """The bytes of a baseline's file.

    Raises:
        Unavailable: when the file can't be read.
        Refused: when it is too large.
    """
    if not path.is_file():
        why = "it is a folder" if path.is_dir() else "there is no such baseline"
        raise Unavailable(path.as_posix(), why, "plimsoll check --write-baseline FILE writes one")
    if path.stat().st_size > MOST_BYTES:
        raise Refused("baseline", path.as_posix(), f"is larger than {MOST_BYTES:,} bytes", "write it anew")
    return path.read_bytes()


def baseline_of(data: bytes, shown: str) -> Baseline:
    """The baseline that some bytes are.

    Raises:
        Refused: when they are none.
    """
    try:
        return Baseline.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        why = f"is no baseline: {f'{where}: ' if where else ''}{first['msg']}"
        raise Refused("baseline", shown, why, "write it with --write-baseline, and never by hand") from None


def baseline_text(baseline: Baseline) -> str:
    """A baseline as a file has it: a finding a line, so that two branches that mend can be merged.

    Law: the same findings give the same text, in whatever order they were found.
    """
    data = baseline.model_dump(mode="json", by_alias=True)
    data["known"] = sorted(data["known"], key=_order)
    return json_text(data, 2)


def _order(one: Mapping[str, str]) -> list[str]:
    return [one[key] for key in ("path", "code", "subject", "message", "fingerprint")]
