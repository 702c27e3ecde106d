"""``make test-pods``: build what is needed, run the tests in namespaces of their own, and take away what they left.

The tests, the servers and the pods live in one process, mount and network namespace. When its first process ends,
however it ends, the kernel ends all others, and with them go mounts, bridges and addresses. What is left are files and
empty control groups: these are taken away here, and those of a run that was killed by the next one.
"""

import argparse
import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "cluster"))

import binaries
import images
import needs
from places import PREFIX, hierarchies

HERE = Path(__file__).parent
END_SECONDS = 20.0
"""How long the last processes may take to die."""
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def main() -> int:
    """Returns what pytest returned, or 3 when this machine can't run pods."""
    parser = argparse.ArgumentParser(prog="make test-pods")
    parser.add_argument("--kubernetes", default=binaries.Versions.kubernetes, help="minor version of Kubernetes")
    parser.add_argument("--argo", default=binaries.Versions.argo, help="minor version of Argo Workflows")
    parser.add_argument("rest", nargs="*", help="what else pytest is told, after --")
    arguments = parser.parse_args()
    versions = binaries.Versions(arguments.kubernetes, arguments.argo)
    try:
        if lacking := needs.missing(versions):
            return _unfit(lacking)
        binaries.ensure(versions)
        images.ensure(binaries.ensure_node(versions))
    except binaries.toolchain.Unfit as why:
        return _unfit([str(why)])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with _work() as folder:
        return _apart(folder, ("--kubernetes", versions.kubernetes, "--argo", versions.argo, *arguments.rest))


def _unfit(lacking: list[str]) -> int:
    print("the tests with pods can't run here:", *(f"  {line}" for line in lacking), sep="\n", file=sys.stderr)
    return 3


@contextmanager
def _work() -> Iterator[Path]:
    """A folder for the node, and the control group of the same name; both are gone at the end."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if not Path(f"/proc/{folder.name.removeprefix(PREFIX)}").exists():
            _take_away(folder)
    work = Path(tempfile.gettempdir()) / f"{PREFIX}{os.getpid()}"
    work.mkdir(mode=0o711)
    try:
        for hierarchy in hierarchies():
            (hierarchy / work.name).mkdir()
        yield work
    finally:
        _take_away(work)


def _take_away(work: Path) -> None:
    """Remove a run's control groups and its folder; those who were in them may take a moment to die."""
    groups, until = [hierarchy / work.name for hierarchy in hierarchies()], time.monotonic() + END_SECONDS
    while left := [one for one in (*groups, work) if one.exists()]:
        for group in groups:
            _remove_group(group)
        shutil.rmtree(work, ignore_errors=True)
        if time.monotonic() > until and any(one.exists() for one in left):
            print(f"left behind: {', '.join(str(one) for one in left if one.exists())}", file=sys.stderr)
            return
        time.sleep(0.1)


def _remove_group(group: Path) -> None:
    below = [one for one in group.rglob("*") if one.is_dir()]
    for one in (*sorted(below, key=lambda folder: -len(folder.parts)), group):
        with contextlib.suppress(OSError):
            one.rmdir()


def _apart(work: Path, words: tuple[str, ...]) -> int:
    """Run the tests in namespaces of their own; returns how pytest ended."""
    apart = ("unshare", "--fork", "--kill-child", "--pid", "--mount", "--mount-proc", "--net")
    command = (*apart, sys.executable, str(HERE / "inside.py"), str(work), *words)
    process = subprocess.Popen(command, preexec_fn=_die_with_this)
    try:
        return process.wait()
    except KeyboardInterrupt:
        return process.wait()
    finally:
        process.kill()
        process.wait()


def _die_with_this() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
