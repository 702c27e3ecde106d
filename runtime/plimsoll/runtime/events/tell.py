"""Tell of what happened: write it down in the environment's state, then send it, where the environment has a sink."""

from pathlib import Path

from plimsoll.contract.places import State
from plimsoll.contract.requests import Contract, EventRules
from plimsoll.runtime.events.cloudevent import CloudEvent
from plimsoll.runtime.events.sending import send


class Record(Contract):
    """An event, and what became of it."""

    event: CloudEvent
    sent: bool
    tries: int
    problem: str = ""
    """Why it did not arrive; empty where it did, and where there was nowhere to send it to."""


def tell(state: State, event: CloudEvent, rules: EventRules | None) -> Record:
    """Record an event and send it. One that arrived before, and is told again by a second try, is not sent again.

    What a sink does never fails the step that tells it.

    Args:
        state: where it is recorded, one file for each event: ``events/<id>.json``.
        event: what happened.
        rules: where it is sent to; nowhere without it.

    Raises:
        OSError: when the state can't be written, which fails any step.
    """
    path = state.event(event.id)
    if (before := _before(path)) is not None and before.sent:
        return before
    if rules is None or rules.sink is None:
        record = Record(event=event, sent=False, tries=0)
    else:
        sent = send(event, rules.sink)
        record = Record(event=event, sent=sent.arrived, tries=sent.tries, problem=sent.problem)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_text(record.model_dump_json(indent=2, exclude_none=True) + "\n", encoding="utf-8")
    partial.replace(path)
    return record


def _before(path: Path) -> Record | None:
    try:
        return Record.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
