"""The fuzz target: bytes, mutated as YAML and guided by coverage, go through the front end of the compiler.

Run it by ``make fuzz``, which counts inputs and keeps one that fails; this file is what libFuzzer calls.
"""

import sys
import tempfile
import time
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["plimsoll.compiler"]):
    import front_end
    from mutate import mutate
    from tally import Tally

WORK = 5.0
"""The most seconds of processor time for one input; the usual one takes a thousandth of a second."""

_PLAIN, _ANEW = 0.1, 0.3
"""How often bytes are changed by libFuzzer, which knows nothing of YAML; how often a sound spec is changed instead."""


class Target:
    """What libFuzzer calls for every input."""

    def __init__(self, tally: Tally, folder: Path) -> None:
        self._tally = tally
        self._front_end = front_end.FrontEnd(folder)
        self._donors = [text.split("\n") for text in self._front_end.texts]

    def run(self, data: bytes) -> None:
        """Send one input through, and count how far it got. Work is measured, since a busy machine may let us wait."""
        before = time.process_time()
        stage = self._front_end.pass_through(data)
        front_end.hold(time.process_time() - before < WORK, f"an input takes below {WORK} s of work", len(data))
        self._tally.count(stage)

    def mutate(self, data: bytes, most: int, seed: int) -> bytes:
        """Another input, made from one that found something."""
        random = Random(seed)
        share = random.random()
        if share < _PLAIN:
            return bytes(atheris.Mutate(data, most))
        anew = share < _PLAIN + _ANEW
        text = "\n".join(random.choice(self._donors)) if anew else data.decode(errors="replace")
        return mutate(text, random, self._donors).encode()[:most]


def main() -> None:
    """Fuzz until libFuzzer has had its runs. The first argument is the file of the tally, the rest are libFuzzer's."""
    with tempfile.TemporaryDirectory() as folder:
        target = Target(Tally(Path(sys.argv[1])), Path(folder) / "project")
        arguments = [sys.argv[0], *sys.argv[2:]]
        atheris.Setup(arguments, target.run, custom_mutator=target.mutate)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
