"""Repositories of a test's own, driven by the real command line; and one model's whole life, lived once."""

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from plimsoll.cli.main import main
from plimsoll.contract.digests import of_file
from plimsoll.contract.places import State
from plimsoll.runtime.runner.record import RunRecord, read_record

SPECS = Path(__file__).parents[2] / "specs"
FIRST, AFTER = datetime(2013, 6, 12, tzinfo=UTC), datetime(2013, 8, 5, tzinfo=UTC)
"""The weeks of the real data that a life needs: what features look back on, two windows, and the days replayed."""


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.err + self.out

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Repository:
    """A git repository and the commands that are given in it."""

    root: Path

    def plimsoll(self, *words: str, expect: int = 0) -> Ended:
        """Run a verb as ``plimsoll`` would, and hold its exit code; a traceback never belongs to an expected end."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.chdir(self.root), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(words)
        ended = Ended(code, out.getvalue(), err.getvalue())
        assert code == expect, f"plimsoll {' '.join(words)}: {code}, not {expect}\n{ended.said}"
        assert "Traceback" not in ended.said
        return ended

    def git(self, *words: str) -> str:
        return subprocess.run(("git", *words), cwd=self.root, check=True, capture_output=True, text=True).stdout

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def edit(self, path: str, *pairs: tuple[str, str]) -> None:
        """Replace what matches patterns, each of which must match in the file exactly once."""
        file = self.root / path
        text = file.read_text()
        for pattern, after in pairs:
            text, count = re.subn(pattern, after, text)
            assert count == 1, f"{path}: {pattern!r} matches {count} times"
        file.write_text(text)

    def files(self, *, below: str = ".") -> dict[str, tuple[str, int]]:
        """Every file's digest and time of change, git's own aside."""
        found = (path for path in sorted((self.root / below).rglob("*")) if path.is_file())
        mine = ((path.relative_to(self.root), path) for path in found)
        return {str(name): (of_file(p), p.stat().st_mtime_ns) for name, p in mine if name.parts[0] != ".git"}

    @property
    def tracking(self) -> Path:
        """MLflow's database."""
        return self.state.tracking_artifacts.with_name("mlflow.db")

    @property
    def state(self) -> State:
        return State(self.root / ".plimsoll" / "state" / "local")

    @property
    def runs(self) -> list[RunRecord]:
        """Every run, in the order in which they began."""
        found = [read_record(path.parent) for path in (self.root / ".plimsoll/runner/runs").glob("*/run.json")]
        return sorted(found, key=lambda record: record.started)

    def run_of(self, workflow: str) -> list[RunRecord]:
        return [record for record in self.runs if record.workflow.startswith(workflow)]

    def proposal(self, record: RunRecord) -> str:
        return f".plimsoll/runner/runs/{record.name}/propose/artifacts/promotion"

    def init_git(self) -> None:
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "Tester")
        self.git("config", "user.email", "tester@example.org")

    def trust(self) -> None:
        """Make a trust instance, and pin it in every environment."""
        self.plimsoll("trust", "init")
        digest = self.plimsoll("trust", "show", "--json").json["trustedRoot"]
        for path in (self.root / "specs/environments").glob("*.yaml"):
            self.edit(str(path.relative_to(self.root)), ("  signers:\n", f'  signers:\n    trustedRoot: "{digest}"\n'))


@dataclass(frozen=True)
class Life:
    """What was done, in order, and how each command ended."""

    repository: Repository
    ended: dict[str, Ended] = field(default_factory=dict)
    compiled: list[dict[str, tuple[str, int]]] = field(default_factory=list)
    """The release folders after the first compilation, and after the second of the same specs."""
    days: tuple[datetime, datetime] = (datetime(2013, 7, 30, tzinfo=UTC), datetime(2013, 8, 1, tzinfo=UTC))
    """The days that are replayed."""

    def do(self, name: str, *words: str) -> Ended:
        self.ended[name] = self.repository.plimsoll(*words)
        return self.ended[name]

    @property
    def versions(self) -> list[RunRecord]:
        """The two trainings."""
        return self.repository.run_of("flight-delay-train")


@pytest.fixture(scope="session")
def flights_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference project's tables, made by its own program and cut to a few weeks."""
    folder = tmp_path_factory.mktemp("data")
    subprocess.run((sys.executable, SPECS / "data/prepare.py", folder), check=True, capture_output=True)
    for name, time in (("flights", "scheduled_departure"), ("weather", "observed_at")):
        table = pq.read_table(folder / f"{name}.parquet")
        inside = pc.and_(pc.greater_equal(table[time], FIRST), pc.less(table[time], AFTER))
        pq.write_table(table.filter(inside), folder / f"{name}.parquet")
    return folder


@pytest.fixture(scope="session")
def life(flights_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Life:
    """The life of the reference project's model on a smaller window, lived to its second version."""
    repository = _reference_project(tmp_path_factory.mktemp("life"), flights_data)
    life = Life(repository)
    _compile_and_sign(life)
    life.do("train", "run", "flight-delay-train", "--release", "release/local", "-p", "as-of=2013-07-25")
    _promote(life, "promote", life.versions[-1], "local", "staging")
    shutil.copytree(repository.root / "release", repository.root / "release-of-1")
    days = ("--from", f"{life.days[0]:%Y-%m-%d}", "--to", f"{life.days[1]:%Y-%m-%d}")
    life.do("replay", "replay", "flight-delay-online", "--release", "release/local", *days, "--monitor")
    life.do("score", "run", "flight-delay-nightly-score", "--release", "release/local", "-p", "as-of=2013-07-27")
    _promote(life, "promote again", life.versions[-1], "local")
    life.do("trace", "trace", "flight-delay-online", "--environment", "local", "--json")
    return life


@pytest.fixture(scope="session")
def reference_project(flights_data: Path) -> Callable[[Path], Repository]:
    """Makes the reference project in a folder, with weeks of its data."""
    return lambda root: _reference_project(root, flights_data)


def _reference_project(root: Path, data: Path) -> Repository:
    """The reference project as a repository, its bars lowered but for the monitor's, which no model can meet."""
    repository = Repository(root)
    shutil.copytree(SPECS, root / "specs", ignore=shutil.ignore_patterns("__pycache__"))
    (root / ".gitignore").write_text(".plimsoll/\nrelease*/\n")
    repository.init_git()
    shutil.copytree(data, root / ".plimsoll/data")
    repository.trust()
    repository.edit(
        "specs/models/flight-delay.yaml",
        (r"window: \{.*\}", "window: {training: 20d, evaluation: 8d}"),
        (r"max_iter: \d+", "max_iter: 30"),
        (r"- \{metric: auc, minimum: .*?\}", "- {metric: auc, minimum: 0.55}"),
        (r"- \{metric: brier, maximum: .*?\}", "- {metric: brier, maximum: 0.25}"),
        (r"gates: \[\{metric: auc, minimum: .*?\}\]", "gates: [{metric: auc, minimum: 0.52}]"),
        (r"tolerance: .*?\}", "tolerance: 0.2}"),
    )
    repository.edit(
        "specs/deployments/flight-delay-online.yaml",
        (r"window: month", "window: 2d"),
        (r"gate: \{metric: auc, minimum: .*?\}", "gate: {metric: auc, minimum: 0.99}"),
        (r"cooldown: \d+d", "cooldown: 1d"),
    )
    repository.commit("Begin")
    return repository


def _compile_and_sign(life: Life) -> None:
    repository = life.repository
    life.do("check", "check", "--json")
    life.do("plan", "plan", "--json")
    for name in ("compile", "compile again"):
        life.do(name, "compile", "--json")
        life.compiled.append(repository.files(below="release"))
    life.do("sign", "sign", "release/local", "release/staging", "release/production", "--json")
    life.do("verify", "verify", "release/local", "release/staging", "release/production", "--json")


def _promote(life: Life, name: str, record: RunRecord, *environments: str) -> None:
    proposal = life.repository.proposal(record)
    places = [word for one in environments for word in ("--environment", one)]
    life.do(name, "promote", proposal, "--deployment", "flight-delay-online", *places)
    if "staging" in environments:
        life.do("promote nightly", "promote", proposal, "--deployment", "flight-delay-nightly", *places[:2])
    life.repository.plimsoll("compile")
    life.repository.plimsoll("sign", "release/local")


@pytest.fixture(scope="session")
def parcels(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The project that ``plimsoll init`` writes, with its data, its trust instance and a signed release."""
    repository = Repository(tmp_path_factory.mktemp("parcels"))
    repository.plimsoll("init", ".", "--name", "parcels")
    repository.init_git()
    program = (sys.executable, "specs/data/prepare.py", ".plimsoll/data")
    subprocess.run(program, cwd=repository.root, check=True, capture_output=True)
    repository.trust()
    repository.edit("specs/models/parcels.yaml", (r"window: \{.*\}", "window: {training: 40d, evaluation: 10d}"))
    repository.commit("Begin")
    repository.plimsoll("compile")
    repository.plimsoll("sign", "release/local")
    return repository


@pytest.fixture
def project(parcels: Repository, tmp_path: Path) -> Repository:
    """A copy of the small project, to do harm to."""
    return Repository(Path(shutil.copytree(parcels.root, tmp_path / "parcels", symlinks=True)))


@pytest.fixture
def flip() -> Any:
    """``with flip(path):`` one byte in the middle of a file is another one, and is put back."""

    @contextlib.contextmanager
    def flipped(path: Path) -> Iterator[None]:
        data, before = path.read_bytes(), path.stat()
        middle = len(data) // 2
        path.chmod(0o644)
        path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
        try:
            yield
        finally:
            path.write_bytes(data)
            path.chmod(before.st_mode)
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    return flipped
