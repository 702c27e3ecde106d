"""How the controls of laws and standards stand, in short; the audit's own page has each of them."""

from dataclasses import dataclass
from typing import Any

from plimsoll.cli.report.given import GivenAudit, GivenFramework, read_given
from plimsoll.cli.report.section import Section
from plimsoll.cli.report.status import Status
from plimsoll.cli.report.words import count


@dataclass(frozen=True)
class ControlsView:
    """The frameworks that bind in the environment, and those that do not."""

    of: str
    statement: str
    frameworks: tuple[GivenFramework, ...]
    elsewhere: tuple[str, ...]


def controls_section(document: dict[str, Any] | None) -> Section | None:
    """The section on controls, where ``audit`` was run.

    Raises:
        Refused: when the document is not what ``plimsoll audit --json`` prints.
    """
    if document is None:
        return None
    audit = read_given(GivenAudit, "audit", document)
    binding = tuple(one for one in audit.frameworks if one.applies)
    counts = {word: sum(getattr(one, word) for one in binding) for word in ("supported", "findings", "waived", "gap")}
    verdict = [f"{counts['supported']:,} supported"]
    verdict += [f"{counts['findings']:,} with findings"] if counts["findings"] else []
    verdict += [f"{counts['waived']:,} waived"] if counts["waived"] else []
    verdict += [count(counts["gap"], "gap")] if counts["gap"] else []
    weak = counts["waived"] or counts["gap"]
    status = Status.BAD if counts["findings"] else Status.WARN if weak else Status.GOOD
    view = ControlsView(
        of=f"{audit.header.environment}, as of {audit.header.day}",
        statement=audit.statement,
        frameworks=binding,
        elsewhere=tuple(one.name for one in audit.frameworks if not one.applies),
    )
    lead = "Rules name the controls of laws and standards that their checks support."
    return Section("controls", "Controls", status, " · ".join(verdict), lead, view)
