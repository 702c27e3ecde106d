"""``make fuzz INPUTS=1000000``: run the fuzz target until it has had as many inputs, and keep one that fails."""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from front_end import FrontEnd, Stage
from tally import Tally

HERE = Path(__file__).parent
SECONDS = 120
"""When an input counts as hanging, by the clock. What it may work is held by the target."""
MEGABYTES = 1024
LONGEST = 16_384
"""The largest input in bytes."""
STEP = 15.0
"""Seconds between two reports of the count."""


def main() -> int:
    """Returns 0 when all inputs passed, 1 when one failed or when fewer could be tried."""
    parser = argparse.ArgumentParser(prog="make fuzz")
    parser.add_argument("--inputs", type=int, default=100_000, help="how many inputs to try")
    parser.add_argument("--seed", type=int, default=0, help="of libFuzzer's random numbers; 0 is a new one each time")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="plimsoll-fuzz-") as name:
        folder = Path(name)
        tally = Tally(folder / "tally")
        corpus = _corpus(folder)
        started = time.monotonic()
        while (left := arguments.inputs - tally.total) > 0:
            if _fuzz(folder, corpus, tally, left, arguments.seed) != 0:
                return _failed(folder, tally)
        _report(tally, time.monotonic() - started)
    return 0


def _corpus(folder: Path) -> Path:
    """The inputs to begin with: sound specs, and the hostile ones that are kept beside this file."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, text in enumerate(FrontEnd(folder / "project").texts):
        (corpus / f"sound-{number}").write_text(text)
    for path in _kept():
        (corpus / path.name).write_bytes(path.read_bytes())
    return corpus


def _kept() -> Iterator[Path]:
    for name in ("seeds", "regressions"):
        yield from sorted((HERE / name).glob("*.yaml"))


def _fuzz(folder: Path, corpus: Path, tally: Tally, inputs: int, seed: int) -> int:
    options = [
        *(f"-runs={inputs}", f"-seed={seed}", f"-timeout={SECONDS}", f"-rss_limit_mb={MEGABYTES}"),
        *(f"-max_len={LONGEST}", f"-artifact_prefix={folder}/failed-", "-verbosity=0", "-len_control=0"),
    ]
    command = [sys.executable, str(HERE / "fuzz_specs.py"), str(folder / "tally"), *options, str(corpus)]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) as child:
        while True:
            try:
                return child.wait(timeout=STEP)
            except subprocess.TimeoutExpired:
                print(f"{tally.total:>12,} inputs", flush=True)


def _failed(folder: Path, tally: Tally) -> int:
    failed = sorted(folder.glob("failed-*"))
    what = "an input failed" if failed else "the target ended by itself or was stopped, with no input to blame,"
    print(f"{what} after {tally.total:,} others:\n")
    print((folder / "log").read_text(errors="replace")[-6_000:])
    for found in failed:
        data = found.read_bytes()
        kept = HERE / "regressions" / f"{hashlib.sha256(data).hexdigest()[:12]}.yaml"
        kept.write_bytes(data)
        print(f"{data[:2_000]!r}\n\nkept as {os.path.relpath(kept)}: tests/unit/safety replays it from now on")
    return 1


def _report(tally: Tally, seconds: float) -> None:
    names = {
        Stage.BYTES: "not text",
        Stage.TEXT: "text that is not YAML, or holds too much",
        Stage.DOCUMENTS: "YAML that is no sound spec",
        Stage.SPECS: "sound specs that do not fit into the project",
        Stage.PROJECT: "a project that policies deny",
        Stage.CHECKED: "a project that passes",
    }
    for stage, count in tally.counts.items():
        print(f"{count:>12,}  {names[stage]}")
    print(f"{tally.total:,} inputs, no crash ({tally.total / max(seconds, 0.001):,.0f} a second)")


if __name__ == "__main__":
    sys.exit(main())
