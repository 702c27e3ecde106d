"""What steps share: reading their request and inputs, leaving their outputs."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from plimsoll.contract.places import Places, State
from plimsoll.contract.refusal import Refused, first_fault
from plimsoll.contract.requests import ServingRequest, TrainingRequest, read_request
from plimsoll.runtime.guard import hold

if TYPE_CHECKING:
    from plimsoll.runtime.events.cloudevent import Told, Type

M = TypeVar("M", bound=BaseModel)

PROGRESS_VARIABLE = "ARGO_PROGRESS_FILE"
"""Names the file that Argo's executor and the embedded runner read a step's progress from."""


def say(text: str) -> None:
    """Tell the step's log something worth reading."""
    print(text, flush=True)  # noqa: T201


def progress(done: int, total: int) -> None:
    """Say how much of a step's work is done, such as 2 of 5; whoever runs the step shows it (Argo, ``progress.md``)."""
    file = os.environ.get(PROGRESS_VARIABLE)
    if file:
        partial = Path(f"{file}.part")
        partial.write_text(f"{done}/{total}\n", encoding="utf-8")
        partial.replace(file)


def announce(places: Places, kind: "Type", told: "Told", *, of: str) -> None:
    """Record that the world was changed, and tell the environment's sink of it, where it has one.

    The contact is filled in from the request. ``of`` tells this from another time that it happened.
    """
    from plimsoll.runtime.events.cloudevent import cloud_event
    from plimsoll.runtime.events.tell import tell

    rules = any_request(places).events
    event = cloud_event(kind, told.model_copy(update={"contact": rules.contact if rules else None}), of=of)
    record = tell(State(places.state), event, rules)
    if record.problem:
        say(f"{kind} was not sent, and is recorded as {event.id}: {record.problem}")


def training_request(places: Places) -> TrainingRequest:
    """The request of a training step, whose guard lets it read.

    Raises:
        Refused: when it is missing, damaged, or of another kind, or the place may not have the data.
    """
    request = data_request(places)
    if not isinstance(request, TrainingRequest):
        raise Refused("step request", str(places.request), f"this step trains; the request is for {request.kind}")
    return request


def serving_request(places: Places) -> ServingRequest:
    """The request of a serving, scoring or monitoring step, whose guard lets it read.

    Raises:
        Refused: when it is missing, damaged, or of another kind, or the place may not have the data.
    """
    request = data_request(places)
    if not isinstance(request, ServingRequest):
        raise Refused("step request", str(places.request), f"this step serves; the request is for {request.kind}")
    return request


def data_request(places: Places) -> TrainingRequest | ServingRequest:
    """The request of a step that reads data, or what was made of it: here the step guards itself.

    Raises:
        Refused: when it is missing or damaged, or the place where the step runs may not have the data.
    """
    request = any_request(places)
    if request.guard is not None:
        hold(request.guard, os.environ, datetime.now(UTC).date(), str(places.request))
    return request


def any_request(places: Places) -> TrainingRequest | ServingRequest:
    """The request of a step that reads no data: it tells how a workflow ended, a refused one too.

    Raises:
        Refused: when it is missing or damaged.
    """
    try:
        return read_request(places.request)
    except (ValidationError, FileNotFoundError) as error:
        raise Refused(
            "step request", str(places.request), _why(error), "compile and apply the release again"
        ) from error


def leave_text(places: Places, name: str, text: str) -> None:
    """Leave an output parameter."""
    places.outputs.mkdir(parents=True, exist_ok=True)
    (places.outputs / name).write_text(text, encoding="utf-8")


def leave_json(path: Path, value: BaseModel) -> None:
    """Leave a contract value as readable JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read_json(path: Path, kind: type[M]) -> M:
    """Read a contract value that an earlier step left.

    Raises:
        Refused: when it is missing or damaged.
    """
    try:
        return kind.model_validate_json(path.read_bytes())
    except (ValidationError, FileNotFoundError) as error:
        raise Refused(kind.__name__, str(path), _why(error), "run the step that leaves it again") from error


def _why(error: ValidationError | FileNotFoundError) -> str:
    return first_fault(error) if isinstance(error, ValidationError) else "there is no such file"


def cut_off(as_of: str, started: str) -> datetime:
    """The moment before which data counts: midnight UTC of ``as_of``, or of the day the workflow was created.

    Raises:
        Refused: when neither is a date.
    """
    day = day_of(as_of or started[:10], "as-of")
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def moment_of(as_of: str, started: str) -> datetime:
    """The moment up to which data counts: that of ``as_of``, or that at which the workflow was created.

    A date stands for its midnight in UTC, as in ``cut_off``; a time must say its zone.

    Raises:
        Refused: when neither is a moment.
    """
    text = as_of or started
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused("as-of", text, "this is no moment", "write it as 2013-07-01 or 2013-07-01T12:00:00Z") from error
    if found.tzinfo is None and len(text) > len("2013-07-01"):
        raise Refused("as-of", text, "this time is in no zone", "write it as 2013-07-01T12:00:00Z")
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def day_of(text: str, what: str) -> date:
    """The day that an argument names.

    Raises:
        Refused: when it is not a date.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(what, text, "this is not a date", "write it as 2013-07-01") from error
