"""The scratch repository: a clone of this one with the specs of its working tree, and real data beside them."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from plimsoll.cli.demo.stage import Stage
from plimsoll.contract.folders import require_no_file
from plimsoll.contract.refusal import Refused

_PLAYER = "demo@plimsoll.invalid"
"""Who commits in a scratch repository, by which one is known."""


def set_up(stage: Stage, specs: Path) -> None:
    """Make the scratch repository anew, prepare its data, and create and pin its trust instance.

    Raises:
        Refused: when the specs are not in a git repository, the folder holds anything else, or a command fails.
        Unavailable: when a file stands in its place.
    """
    _refuse_foreign(stage.root)
    source = specs.resolve().parent
    if not (source / ".git").exists():
        mend = "run it from a clone of Plimsoll"
        raise Refused("demonstration", str(source), "the reference project is not in a git repository", mend)
    shutil.rmtree(stage.root, ignore_errors=True)
    stage.root.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(("git", "clone", "--quiet", "--no-hardlinks", str(source), str(stage.root)), check=True)
    stage.git("config", "user.name", "Plimsoll demo")
    stage.git("config", "user.email", _PLAYER)
    stage.git("checkout", "--quiet", "-B", "demo")
    _take_working_tree(stage, specs)
    prepare = ("python", "specs/data/prepare.py", ".plimsoll/data")
    with ThreadPoolExecutor(1) as beside:
        data = beside.submit(stage.run, prepare, (sys.executable, *prepare[1:]), 0)
        stage.plimsoll("trust", "init")
        _pin_root(stage)
        data.result()


def _refuse_foreign(folder: Path) -> None:
    """Refuse a folder that is about to be removed and holds what no demonstration left there."""
    require_no_file(folder, "name a folder of its own by --scratch")
    settings = folder / ".git" / "config"
    if (
        folder.is_dir()
        and any(folder.iterdir())
        and not (settings.is_file() and _PLAYER in settings.read_text(encoding="utf-8"))
    ):
        why = "it holds what no demonstration left there, and every run begins with an empty folder"
        raise Refused("demonstration", str(folder), why, "name a new folder by --scratch")


def _take_working_tree(stage: Stage, specs: Path) -> None:
    """Lay the working tree's specs over the clone's, so that the demonstration shows what its user edits."""
    target = stage.root / "specs"
    shutil.rmtree(target)
    shutil.copytree(specs, target)
    if stage.git("status", "--porcelain", "specs").strip():
        stage.commit("Take the specs as they are in the working tree")


def _pin_root(stage: Stage) -> None:
    """Commit the digest of the new trust instance to every environment: from then on no other is believed."""
    from plimsoll.runtime.trust.instance import trusted_root_digest

    digest = trusted_root_digest(stage.workspace.trust)
    for path in sorted((stage.root / "specs" / "environments").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("  signers:\n", f'  signers:\n    trustedRoot: "{digest}"\n', 1), encoding="utf-8")
    stage.commit("Pin the trusted root of this laptop")


def edit(stage: Stage, path: str, before: str, after: str) -> None:
    """Replace the one place where a text stands in a file of the scratch repository.

    Raises:
        Refused: when it does not stand there exactly once.
    """
    file = stage.root / path
    text = file.read_text(encoding="utf-8")
    if text.count(before) != 1:
        raise Refused("demonstration", path, f"{before!r} stands there {text.count(before)} times, not once")
    file.write_text(text.replace(before, after), encoding="utf-8")
