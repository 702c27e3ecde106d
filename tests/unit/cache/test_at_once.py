"""Several runs at once, some of them killed, while files change: each finds some state that there was."""

import itertools
import os
import random
import re
import signal
import sqlite3
import time
from pathlib import Path

import pytest
from benchmarks.estate.write import write_estate
from outcomes import Whole, anew, examined

from plimsoll.compiler.cache import snapshot
from plimsoll.contract.refusal import Unavailable

SECONDS = 2.5
RUNS = 3


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(snapshot, "SETTLED", 20_000_000)
    write_estate(tmp_path / "specs", 20)
    return tmp_path / "specs"


def _variants(path: Path, *changes: tuple[str, str]) -> list[str]:
    text = path.read_text()
    made = [text, f"# moved\n{text}", *(re.sub(old, new, text) for old, new in changes)]
    assert len(set(made)) == len(made), path
    return made


def _states(root: Path) -> dict[Path, list[str]]:
    """The texts that each of some files has in turn."""
    model, source = min(root.rglob("models/*.yaml")), min(root.rglob("sources/*.yaml"))
    return {
        model: _variants(model, ("retries: .*", "retries: 9"), ("kind: Model", "kind: Mode")),
        source: _variants(source, ("jurisdiction: .*", "jurisdiction: NZ")),
        root / "environments/production.yaml": _variants(
            root / "environments/production.yaml", ("monthly: .*", "monthly: 1")
        ),
    }


def _put(path: Path, text: str) -> None:
    """Let a file have a text from one moment to the next."""
    other = path.with_suffix(".new")
    other.write_text(text)
    other.replace(path)


def _outcomes(root: Path, states: dict[Path, list[str]]) -> list[Whole]:
    """What is found in each state of the files."""
    found = []
    for texts in itertools.product(*states.values()):
        for path, text in zip(states, texts, strict=True):
            _put(path, text)
        found.append(anew(root))
    return found


def _run_again_and_again(root: Path, known: list[Whole], end: float) -> None:
    """Examine until it is time to end; the process ends with 0 when all that was found is known."""
    failed = 1
    try:
        while time.monotonic() < end:
            try:
                found, told = examined(root)
            except Unavailable as unavailable:
                if unavailable.why != "was changed while it was being checked":
                    raise
            else:
                assert found in known, told
                assert not [line for line in told if "damaged" in line], told
        failed = 0
    finally:
        os._exit(failed)


def _start(root: Path, known: list[Whole], end: float) -> int:
    pid = os.fork()
    if pid == 0:
        _run_again_and_again(root, known, end)
    return pid


@pytest.mark.parametrize("killing", [False, True])
def test_runs_at_once_find_states_that_there_were(killing: bool, root: Path, cache: Path) -> None:
    chance, states = random.Random(5), _states(root)
    known = _outcomes(root, states)
    end = time.monotonic() + SECONDS
    runs = [_start(root, known, end) for _ in range(RUNS)]
    while time.monotonic() < end:
        path = chance.choice(list(states))
        _put(path, chance.choice(states[path]))
        time.sleep(chance.random() * 0.15)
        if killing:
            killed = chance.randrange(RUNS)
            os.kill(runs[killed], signal.SIGKILL)
            os.waitpid(runs[killed], 0)
            runs[killed] = _start(root, known, end)
    assert [os.waitpid(run, 0)[1] for run in runs] == [0] * RUNS
    for path in cache.glob("*.sqlite3"):
        with sqlite3.connect(path) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
    found, told = examined(root)
    assert found == anew(root)
    assert not [line for line in told if "damaged" in line], told


def test_a_run_that_is_killed_while_it_writes_leaves_what_there_was(root: Path, cache: Path) -> None:
    """The process dies inside of the transaction, so that a journal is left."""
    time.sleep(0.05)
    examined(root)
    model = min(root.rglob("models/*.yaml"))
    model.write_text(f"# moved\n{model.read_text()}")
    pid = os.fork()
    if pid == 0:
        connect = sqlite3.connect

        class Deadly(sqlite3.Connection):
            def executemany(self, sql: str, rows: object) -> sqlite3.Cursor:  # type: ignore[override]
                done = super().executemany(sql, rows)  # type: ignore[arg-type]
                if "INTO part" in sql:
                    super().execute("PRAGMA cache_spill = ON")
                    super().execute("PRAGMA cache_size = 1")
                    super().executemany(
                        "INSERT OR REPLACE INTO facts VALUES (?, x'00', randomblob(9000), 0)",
                        [(str(number),) for number in range(100)],
                    )
                    os.kill(os.getpid(), signal.SIGKILL)
                return done

        sqlite3.connect = lambda *given, **named: connect(*given, factory=Deadly, **named)  # type: ignore[assignment]
        examined(root)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == signal.SIGKILL
    assert list(cache.glob("*-journal"))
    found, told = examined(root)
    assert found == anew(root)
    assert told[1] == f"{model.relative_to(root)} has changed"
    assert not list(cache.glob("*-journal"))
