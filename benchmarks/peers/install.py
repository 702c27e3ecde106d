"""Install each peer into a folder of its own, outside the repository, with the ecosystem's ordinary client."""

import os
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure.rounds import Failure

CACHE_VARIABLE = "PLIMSOLL_BENCH_CACHE"
_TIMEOUT = 1800


@dataclass(frozen=True)
class Package(ABC):
    """A pinned package that brings programs."""

    package: str
    version: str

    @property
    def folder(self) -> str:
        """Where it lies in the cache."""
        return f"{self.package.replace('/', '-')}-{self.version}"

    @abstractmethod
    def install(self, folder: Path) -> None:
        """Install it, its programs into ``bin`` below the folder."""


class PyPI(Package):
    """A package of PyPI, installed into a virtual environment of its own."""

    def install(self, folder: Path) -> None:
        """Make the environment and install into it."""
        _call([sys.executable, "-m", "venv", str(folder)])
        _call([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", f"{self.package}=={self.version}"])


class GoModule(Package):
    """A program of a Go module."""

    def install(self, folder: Path) -> None:
        """Build it from source."""
        _call(["go", "install", "-trimpath", f"{self.package}@{self.version}"], GOBIN=str(folder / "bin"))


def cache_folder() -> Path:
    """Where peers are kept from one run to the next."""
    return Path(os.environ.get(CACHE_VARIABLE) or Path.home() / ".cache" / "plimsoll-bench")


def installed(name: str, source: Package, cache: Path) -> Path | Failure:
    """The path of a peer's program, installed first where it isn't yet; or why it can't be.

    A folder counts as complete only once its program was put there and a mark beside it says so.
    """
    folder = cache / source.folder
    mark, program = folder / ".complete", folder / "bin" / name
    if not mark.exists():
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        try:
            source.install(folder)
        except _CannotInstall as error:
            return Failure(f"can't be installed: {error}")
        if not program.is_file():
            return Failure(f"can't be installed: {source.package} {source.version} has no program {name!r}")
        mark.write_text("")
    return program


class _CannotInstall(Exception):
    """Why an installer failed, in a line."""


def _call(command: list[str], **variables: str) -> None:
    try:
        done = subprocess.run(
            command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=_TIMEOUT, check=False
        )
    except FileNotFoundError:
        raise _CannotInstall(f"there is no {command[0]}") from None
    except subprocess.TimeoutExpired:
        raise _CannotInstall(f"{command[0]} took more than {_TIMEOUT} s") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise _CannotInstall(lines[-1][:200])
