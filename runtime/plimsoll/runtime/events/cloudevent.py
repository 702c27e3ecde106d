"""One event, as CloudEvents 1.0 has it (cloudevents.io, ``spec.md`` and ``json-format.md`` of version 1.0.2)."""

import uuid
from datetime import UTC, date, datetime
from typing import Literal

from pydantic import AwareDatetime, Field

from plimsoll.contract.requests import Contract, Digest

Type = Literal[
    "dev.plimsoll.trained",
    "dev.plimsoll.registered",
    "dev.plimsoll.promoted",
    "dev.plimsoll.rolled-back",
    "dev.plimsoll.drifted",
    "dev.plimsoll.degraded",
    "dev.plimsoll.data-fault",
    "dev.plimsoll.remediated",
    "dev.plimsoll.scored",
    "dev.plimsoll.failed",
]
"""What can have happened. ``drifted``, ``degraded`` and ``data-fault`` are the three things that a monitor finds."""

_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "https://plimsoll.dev/events")


class Told(Contract):
    """What an event says: names, versions, digests and counts. Never a row of data, a log line or a credential."""

    environment: str
    model: str
    deployment: str | None = None
    version: int | None = None
    digest: Digest | None = None
    workflow: str | None = None
    template: str | None = None
    """The WorkflowTemplate that the workflow is a run of."""
    commit: str | None = None
    release: str | None = None
    status: str | None = None
    action: str | None = None
    """What a monitor does about what it found."""
    features: tuple[str, ...] | None = None
    """The inputs that drifted, or are at fault, in the last window."""
    drifted_share: float | None = None
    metrics: dict[str, float] | None = None
    """Measured on the evaluation window, or realised in the last window of a monitor."""
    since: date | None = None
    """The first day of a window that was scored."""
    until: date | None = None
    """The day before which that window ends."""
    rows: int | None = None
    """How many examples were scored."""
    artifact: str | None = None
    """The key of the predictions in the artifact store: one parquet file."""
    artifact_digest: Digest | None = None
    """The digest of that file."""
    contact: str | None = None
    """Whom it concerns."""


class CloudEvent(Contract):
    """An event in structured mode: the whole body of a request of the content type ``CONTENT_TYPE``."""

    specversion: Literal["1.0"] = "1.0"
    type: Type
    source: str
    """Which model of which environment it happened to; with ``id`` it is unique."""
    id: str
    subject: str
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    data: Told = Field()

    @property
    def body(self) -> bytes:
        """The event as JSON; what has no value is left out."""
        return self.model_dump_json(exclude_none=True).encode()


CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8"


def cloud_event(kind: Type, told: Told, *, of: str, now: datetime | None = None) -> CloudEvent:
    """An event about a model or a deployment.

    Law: its id depends on the type, the source, the subject and ``of``, and on nothing else, so that a step which is
    tried again says the same thing once more, and a receiver can tell.

    Args:
        kind: what happened.
        told: what is said about it.
        of: what tells this from another time it happened: a workflow, a digest, a day.
        now: when it happened; left out, now.
    """
    source = f"/plimsoll/{told.environment}/models/{told.model}"
    subject = told.deployment or (f"{told.model}/{told.version}" if told.version else told.model)
    identity = str(uuid.uuid5(_IDS, "\n".join((kind, source, subject, of))))
    moment = (now or datetime.now(UTC)).replace(microsecond=0)
    return CloudEvent(type=kind, source=source, id=identity, subject=subject, time=moment, data=told)
