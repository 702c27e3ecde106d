"""The one exception by which a runtime part refuses to go on because of what it was given."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError


@dataclass
class Refused(Exception):
    """What is refused, where it lies, why, and how to mend it. Shown to the user as it is; never a bug of ours.

    Verification, gates, data validation and format checks raise it. A step that raises it exits with
    ``exit_codes.REFUSED``, which no workflow retries.
    """

    what: str
    where: str
    why: str
    mend: str = ""

    def __str__(self) -> str:
        text = f"{self.what}: {self.why}\n  --> {self.where}"
        return f"{text}\n  help: {self.mend}" if self.mend else text


@dataclass
class Unavailable(Exception):
    """Something around us that is needed is missing or broken: what, why, and how to mend it. Never a bug of ours.

    A command that meets it ends with ``exit_codes.ENVIRONMENT``.
    """

    what: str
    why: str
    mend: str = ""

    def __str__(self) -> str:
        text = f"{self.what}: {self.why}"
        return f"{text}\n  help: {self.mend}" if self.mend else text


def first_fault(error: "ValidationError") -> str:
    """The first of a validation's faults, in one line."""
    fault = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in fault["loc"]) or "the document"
    return f"{place}: {fault['msg']}"
