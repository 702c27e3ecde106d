"""The stage of the demonstration: a scratch repository, commands run in it, and the seconds that each phase took."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.rule import Rule

from plimsoll.cli.report.material import Command, Phase
from plimsoll.cli.workspace import Workspace
from plimsoll.contract.refusal import Refused


@dataclass
class PhaseTaken:
    """A phase that was played: its commands, and how long it took in seconds."""

    name: str
    commands: list[Command] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def told(self) -> Phase:
        """The phase as the report tells it."""
        return Phase(name=self.name, seconds=self.seconds, commands=tuple(self.commands))


@dataclass
class Stage:
    """Runs commands in the scratch repository and shows them as a user would see them."""

    root: Path
    console: Console
    phases: list[PhaseTaken] = field(default_factory=list)

    @property
    def workspace(self) -> Workspace:
        """Where the scratch repository keeps what a cluster would."""
        return Workspace(self.root / ".plimsoll")

    @contextmanager
    def phase(self, name: str) -> Iterator[PhaseTaken]:
        """A phase of the story, timed."""
        self.console.print()
        self.console.print(Rule(f"[bold]{len(self.phases) + 1}. {name}", align="left", style="cyan"))
        taken = PhaseTaken(name)
        self.phases.append(taken)
        began = time.monotonic()
        try:
            yield taken
        finally:
            taken.seconds = time.monotonic() - began
            self.console.print(f"[dim]{taken.seconds:.1f} s[/]")

    def say(self, text: str) -> None:
        """A sentence of the storyteller."""
        self.console.print(f"[italic]{text}[/]", soft_wrap=True)

    def plimsoll(self, *words: str, expect: int = 0, quiet: bool = False) -> str:
        """Run a verb, shown with its output; return what it printed on standard output.

        Raises:
            Refused: when it ends with another code than was expected.
        """
        return self.run(
            ("plimsoll", *words), (str(Path(sys.executable).with_name("plimsoll")), *words), expect, quiet=quiet
        )

    def git(self, *words: str) -> str:
        """Run git, unseen.

        Raises:
            Refused: when it fails.
        """
        return self.run(("git", *words), ("git", *words), 0, quiet=True)

    def run(self, shown: tuple[str, ...], command: tuple[str, ...], expect: int, *, quiet: bool = False) -> str:
        """Run a command in the scratch repository.

        Raises:
            Refused: when it ends with another code than was expected.
        """
        if not quiet:
            self.console.print(f"[bold green]$[/] {' '.join(shown)}", highlight=False, soft_wrap=True)
        colour = {"FORCE_COLOR": "1"} if self.console.is_terminal else {}
        ended = subprocess.run(
            command,
            cwd=self.root,
            env={**os.environ, **colour, "COLUMNS": str(self.console.width)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if quiet else None,
            encoding="utf-8",
            check=False,
        )
        if not quiet:
            self.phases[-1].commands.append(Command(line=" ".join(shown), exit_code=ended.returncode, expected=expect))
            sys.stdout.write(ended.stdout)
            sys.stdout.flush()
        if ended.returncode != expect:
            why = f"it ended with {ended.returncode}, not {expect}\n{ended.stderr or ''}{ended.stdout[-2000:]}".strip()
            raise Refused("demonstration", " ".join(shown), why)
        return ended.stdout

    def commit(self, message: str) -> None:
        """Commit everything in the scratch repository.

        Raises:
            Refused: when there is nothing to commit.
        """
        self.git("add", "--all", "specs")
        self.git("commit", "--quiet", "--message", message)
        self.console.print(f"[bold green]$[/] git commit --message '{message}'", highlight=False, soft_wrap=True)
