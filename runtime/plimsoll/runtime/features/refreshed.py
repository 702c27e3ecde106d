"""What a refresh of the online store leaves behind: by which definition of a set, and up to when, it was written."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from plimsoll.contract.places import State


@dataclass(frozen=True)
class Refreshed:
    """How many keys a set's table has up to the moment, how many were written, and up to when it was fresh before.

    ``since`` is None for the first refresh, and for the first one by another definition.
    """

    keys: int
    written: int
    since: datetime | None


class Memory(BaseModel):
    """The digest of the definition that was written, and the moment up to which all of it was."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    definition: str
    until: AwareDatetime


@contextmanager
def alone(state: State) -> Iterator[None]:
    """Keep other refreshes of the state waiting: sqlite has one writer, and what is compared must stay as it is."""
    state.feast.mkdir(parents=True, exist_ok=True)
    with (state.feast / "refresh.lock").open("wb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def recall(state: State, feature_set: str) -> Memory | None:
    """What the last refresh remembered; None where there was none, or where what it left cannot be read."""
    try:
        return Memory.model_validate_json(state.refreshed(feature_set).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def remember(state: State, feature_set: str, memory: Memory) -> None:
    """Remember a refresh, once all of it is written: whoever is killed before begins again, which changes nothing."""
    file = state.refreshed(feature_set)
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.part")
    partial.write_text(f"{memory.model_dump_json()}\n", encoding="utf-8")
    partial.replace(file)
