"""Where an environment's data goes besides its own stores: copies of them, and logs."""

from typing import Annotated, Literal

from pydantic import Field

from plimsoll.compiler.kinds.common import Part
from plimsoll.compiler.kinds.scalars import Days, Jurisdiction, Name, Region


class Replica(Part):
    """A copy of the environment's stores."""

    kind: Literal["replica", "backup"]
    """Whether it follows the stores, or keeps what they once were."""
    region: Region
    """The cloud region or the site where it lies."""
    jurisdiction: Jurisdiction
    """The law that holds there."""
    retention: Days | None = None
    """How long it keeps what the stores no longer have, in days."""


class LogSink(Part):
    """A place that logs of steps and servers go to. A program may write what it reads to its log."""

    name: Name
    """What it is called."""
    region: Region
    """The cloud region or the site where it lies."""
    jurisdiction: Jurisdiction
    """The law that holds there."""
    retention: Days | None = None
    """How long logs are kept there, in days."""


class Logs(Part):
    """Where logs go."""

    sinks: Annotated[tuple[LogSink, ...], Field(min_length=1, max_length=50)]
    """Every place."""
