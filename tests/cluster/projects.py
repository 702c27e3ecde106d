"""Projects that are compiled for a test: the reference project, and the small one that ``plimsoll init`` writes."""

import contextlib
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from plimsoll.cli.main import main

SPECS = Path(__file__).parents[2] / "specs"


def plimsoll(folder: Path, *words: str) -> str:
    """What a verb prints, given in a folder; it must end well."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    assert code == 0, f"plimsoll {' '.join(words)}: {code}\n{err.getvalue()}{out.getvalue()}"
    return out.getvalue()


def reference_project(folder: Path) -> Path:
    """The reference project, compiled for each of its environments; returns the folder of its releases."""
    shutil.copytree(SPECS, folder / "specs", ignore=shutil.ignore_patterns("__pycache__"))
    commit(folder)
    plimsoll(folder, "compile")
    return folder / "release"


def parcels(folder: Path) -> Path:
    """The small project with its data, its trust instance and a signed release, ready to train."""
    plimsoll(folder, "init", ".", "--name", "parcels")
    subprocess.run((sys.executable, "specs/data/prepare.py", ".plimsoll/data"), cwd=folder, check=True)
    plimsoll(folder, "trust", "init")
    root = json.loads(plimsoll(folder, "trust", "show", "--json"))["trustedRoot"]
    for file in (folder / "specs/environments").glob("*.yaml"):
        edit(file, r"(?m)^  signers:$", f'  signers:\n    trustedRoot: "{root}"')
    edit(folder / "specs/models/parcels.yaml", r"window: \{.*\}", "window: {training: 40d, evaluation: 10d}")
    commit(folder)
    plimsoll(folder, "compile")
    plimsoll(folder, "sign", "release/local")
    return folder


def edit(file: Path, pattern: str, after: str) -> None:
    """Replace the one place in a file that a pattern matches."""
    text, count = re.subn(pattern, after, file.read_text())
    assert count == 1, f"{file}: {pattern!r} matches {count} times"
    file.write_text(text)


def commit(folder: Path) -> None:
    """Make a repository of a folder, with everything but what is made in it."""
    (folder / ".gitignore").write_text(".plimsoll/\nrelease/\n")
    for words in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "--all"),
        ("-c", "user.name=Tester", "-c", "user.email=tester@example.org", "commit", "--quiet", "--message", "Begin"),
    ):
        subprocess.run(("git", *words), cwd=folder, check=True)
