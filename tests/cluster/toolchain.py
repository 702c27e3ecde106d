"""The Go toolchain: whether it is there, and new enough for what is to be built."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")
_NEEDED = re.compile(r"^go (\S+)$", re.MULTILINE)


class Unfit(Exception):
    """There is no Go here that can build the modules."""


def version(text: str) -> tuple[int, int, int]:
    """``go1.26.8`` or ``1.26`` as numbers that compare."""
    found = _VERSION.search(text)
    if found is None:
        raise Unfit(f"`{text}` is no version of Go")
    return int(found[1]), int(found[2]), int(found[3] or 0)


def require(modules: tuple[Path, ...]) -> str:
    """The version of the Go on PATH, when it is as new as every module asks for.

    Raises:
        Unfit: when there is none, or it is older.
    """
    if shutil.which("go") is None:
        raise Unfit("`go` is not on PATH")
    have = run(modules[0], "env", "GOVERSION").strip()
    for module in modules:
        needed = _NEEDED.search((module / "go.mod").read_text())
        if needed and version(have) < version(needed[1]):
            raise Unfit(f"{have} is older than Go {needed[1]}, which {module.parent.name} {module.name} needs")
    return have


def run(folder: Path, *words: str) -> str:
    """What a go command prints; its errors go to the terminal.

    Raises:
        subprocess.CalledProcessError: when it fails.
    """
    command = ("go", *words)
    return subprocess.run(command, cwd=folder, env=environment(), check=True, stdout=subprocess.PIPE, text=True).stdout


def environment() -> dict[str, str]:
    """The environment of every go command: the Go that is there, and modules as they are committed."""
    return {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly", "GOWORK": "off"}


def downloaded(module: Path) -> list[dict[str, Any]]:
    """What ``go mod download`` says of each module that a go.mod requires: path, version, folder and sum.

    Raises:
        subprocess.CalledProcessError: when one can't be had, or isn't what go.sum says.
    """
    text, found, decoder = run(module, "mod", "download", "-json").strip(), [], json.JSONDecoder()
    while text:
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:].strip()
    return found
