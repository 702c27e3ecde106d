"""What was done, with the commands by which a reader can do it again."""

from dataclasses import dataclass

from plimsoll.cli.report.parts import Command, Phase
from plimsoll.cli.report.section import Section
from plimsoll.cli.report.status import Status, worst
from plimsoll.cli.report.words import count, seconds


@dataclass(frozen=True)
class ShownCommand:
    """A command line and how it ended; ``ended`` is empty when that is not known."""

    line: str
    status: Status
    ended: str
    time: str


@dataclass(frozen=True)
class ShownPhase:
    """A phase; ``begin`` and ``length`` are shares of all phases' time in per cent."""

    number: int
    name: str
    time: str
    begin: float
    length: float
    note: str
    commands: tuple[ShownCommand, ...]


def phases_section(phases: tuple[Phase, ...]) -> Section | None:
    """The section on phases, where any were told."""
    if not phases:
        return None
    shown = shown_phases(phases)
    status = worst(command.status for phase in shown for command in phase.commands)
    verdict = f"{count(len(phases), 'phase')} in {seconds(sum(phase.seconds for phase in phases))}"
    lead = "Everything that was done, in order. The commands can be repeated as they stand."
    return Section("phases", "Phases", status, verdict, lead, shown)


def shown_phases(phases: tuple[Phase, ...]) -> tuple[ShownPhase, ...]:
    """Phases one after the other on a line of time."""
    total = sum(phase.seconds for phase in phases) or 1.0
    shown, before = [], 0.0
    for number, phase in enumerate(phases, start=1):
        commands = tuple(_command(one) for one in phase.commands)
        begin, length = round(100 * before / total, 2), round(100 * phase.seconds / total, 2)
        shown.append(ShownPhase(number, phase.name, seconds(phase.seconds), begin, length, phase.note, commands))
        before += phase.seconds
    return tuple(shown)


def _command(one: Command) -> ShownCommand:
    time = seconds(one.seconds) if one.seconds is not None else ""
    if one.exit_code is None:
        return ShownCommand(one.line, Status.NONE, "", time)
    if one.exit_code != one.expected:
        return ShownCommand(one.line, Status.BAD, f"exit {one.exit_code}, not {one.expected}", time)
    ended = f"exit {one.exit_code}" + (", as it must" if one.expected else "")
    return ShownCommand(one.line, Status.GOOD, ended, time)
