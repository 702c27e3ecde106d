"""What is known about a diagnostic's code."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """A stable code of a finding that is not a governance rule's: those explain themselves in the catalogue."""

    code: str
    title: str
    meaning: str
    """What was found, and why it stops the way on, or does not."""
    mend: str
    example: str
    """YAML, or another text, that brings the finding about."""
