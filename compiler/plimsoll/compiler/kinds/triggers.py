"""What starts a training besides its schedule and its monitors: an event that reaches the environment."""

from typing import Annotated, Literal

from pydantic import Field

from plimsoll.compiler.kinds.choice import Choice
from plimsoll.compiler.kinds.common import Part, Schedule
from plimsoll.compiler.kinds.scalars import Line, Name


class DataArrival(Part):
    """Somebody says that new data have come: a pipeline that loads them, or the notification of an object store."""

    type: Literal["data-arrival"]
    """New data of a source."""
    source: Name
    """The DataSource; a request to ``/data/<source>`` of the environment's webhook says that it has new rows."""


class DriftAlarm(Part):
    """A monitor finds lasting drift, or lost performance: its CloudEvent comes back to the environment's webhook."""

    type: Literal["drift-alarm"]
    """The alarm of a monitor."""
    deployment: Name
    """The Deployment whose monitor it is; the trigger is there in those environments where the deployment is."""


class RegistryChange(Part):
    """A registry tells its webhook of a new version, such as one of the model that this one is tuned from."""

    type: Literal["registry"]
    """A new version in a registry."""
    name: Line
    """What the registry calls the model whose versions are meant."""


class Timer(Part):
    """A time, beside the model's schedule."""

    type: Literal["schedule"]
    """A time."""
    schedule: Schedule
    """When."""


Trigger = Annotated[DataArrival | DriftAlarm | RegistryChange | Timer, Choice("Trigger", "type")]

Triggers = Annotated[tuple[Trigger, ...], Field(min_length=1, max_length=20)]
