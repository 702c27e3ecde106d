"""What all sections of the page have in common."""

from dataclasses import dataclass

from plimsoll.cli.report.status import Status


@dataclass(frozen=True)
class Section:
    """A section: what its heading and its card in the summary say, and the values that its template draws."""

    id: str
    """Its anchor and the name of its template."""
    title: str
    status: Status
    verdict: str
    """A few words."""
    lead: str
    """What it shows, in a sentence that needs no training in any field."""
    view: object
