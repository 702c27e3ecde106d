"""What steps share: reading their request and inputs, leaving their outputs."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from plimsoll.contract.places import Places
from plimsoll.contract.refusal import Refused, first_fault
from plimsoll.contract.requests import ServingRequest, TrainingRequest, read_request

M = TypeVar("M", bound=BaseModel)


def say(text: str) -> None:
    """Tell the step's log something worth reading."""
    print(text, flush=True)  # noqa: T201


def training_request(places: Places) -> TrainingRequest:
    """The request of a training step.

    Raises:
        Refused: when it is missing, damaged, or of another kind.
    """
    request = any_request(places)
    if not isinstance(request, TrainingRequest):
        raise Refused("step request", str(places.request), f"this step trains; the request is for {request.kind}")
    return request


def serving_request(places: Places) -> ServingRequest:
    """The request of a serving, scoring or monitoring step.

    Raises:
        Refused: when it is missing, damaged, or of another kind.
    """
    request = any_request(places)
    if not isinstance(request, ServingRequest):
        raise Refused("step request", str(places.request), f"this step serves; the request is for {request.kind}")
    return request


def any_request(places: Places) -> TrainingRequest | ServingRequest:
    """The request of a step that serves more than one kind of workflow.

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
    (places.outputs / name).write_text(text)


def leave_json(path: Path, value: BaseModel) -> None:
    """Leave a contract value as readable JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value.model_dump_json(indent=2) + "\n")


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
    text = as_of or started[:10]
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Refused("as-of", text, "this is not a date", "write it as 2013-07-01") from error
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
