"""The entry point of every step: what it knows, what it refuses, and what its exit codes tell a workflow."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from plimsoll.contract import exit_codes
from plimsoll.contract.places import ROOT_VARIABLE
from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner.process import read_progress
from plimsoll.runtime.steps import common, main, validate
from plimsoll.runtime.steps.common import cut_off, moment_of

HEAVY = ("feast", "mlflow", "whylogs", "sigstore", "sklearn", "pandas", "duckdb", "pyarrow", "uvicorn")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of one step, with a request folder and nothing in it."""
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    (tmp_path / "request").mkdir()
    return tmp_path


def test_help_names_every_step_once_in_the_order_of_a_life(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main.main(["--help"])
    assert ended.value.code == 0
    listed = re.findall(r"^    ([a-z-]+)(?: |$)", capsys.readouterr().out, re.MULTILINE)
    assert listed == list(main.STEPS)


@pytest.mark.parametrize("name", main.STEPS)
def test_every_step_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main.main([name, "--help"])
    assert ended.value.code == 0
    said = " ".join(capsys.readouterr().out.split())
    assert main.STEPS[name].lower() in said.lower()


@pytest.mark.parametrize("words", [[], ["nonsense"], ["validate", "--nonsense"], ["propose"]])
def test_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main.main(words)
    assert ended.value.code == exit_codes.USAGE
    assert "usage: plimsoll-step" in capsys.readouterr().err


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from plimsoll.runtime.steps.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    ended = subprocess.run((sys.executable, "-c", program), capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"


REQUESTS = {
    "no request": None,
    "no bytes": b"",
    "no JSON": b"{",
    "another kind": b'{"kind": "cooking"}',
    "nothing but its kind": b'{"kind": "training"}',
    "not UTF-8": b"\xff\xfe",
    "an unknown key": b'{"kind": "serving", "extra": 1}',
}


@pytest.mark.parametrize("step", ["validate", "retrieve", "serve", "score", "monitor", "register"])
@pytest.mark.parametrize("case", REQUESTS)
def test_a_request_that_is_none_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str], case: str, step: str
) -> None:
    if (data := REQUESTS[case]) is not None:
        (root / "request/request.json").write_bytes(data)
    assert main.main([step]) == exit_codes.REFUSED
    said = capsys.readouterr().err
    assert said.startswith("refused: step request: ")
    assert str(root / "request/request.json") in said
    assert "compile and apply the release again" in said
    assert [path.name for path in root.rglob("*") if path.is_file()] == ([] if data is None else ["request.json"])


def test_a_request_for_another_kind_of_step_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "request/request.json").write_text(json.dumps(_serving()))
    assert main.main(["validate"]) == exit_codes.REFUSED
    assert "this step trains; the request is for serving" in capsys.readouterr().err


def _serving() -> dict[str, object]:
    digest = "sha256:" + "0" * 64
    table = {"name": "t", "path": "t.parquet", "timestamp": "at", "columns": {}}
    examples = {"table": table, "id": "id", "timestamp": "at", "columns": {}, "keys": [], "label": "l"}
    return {
        "kind": "serving",
        "deployment": "d",
        "environment": "e",
        "mode": "online",
        "spec_digest": digest,
        "model": {"name": "m", "version": 1, "digest": digest},
        "inputs": {"examples": examples | {"label_sql": "x", "label_delay": 0}, "feature_sets": [], "uses": []},
        "task": "regression",
        "format": {"name": "skops"},
        "identity": {"subject": "s", "issuer": "i"},
        "max_staleness": "serve",
        "batch_days": 1,
        "monitor": None,
        "tracking_uri": "sqlite://",
    }


def test_a_package_that_is_not_there_is_refused_before_anything_listens(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "request/request.json").write_text(json.dumps(_serving()))
    for step in (["verify-model"], ["serve", "--port=0", f"--address-file={root / 'address.json'}"]):
        assert main.main(step) == exit_codes.REFUSED
        assert "there is no such package" in capsys.readouterr().err
    assert not (root / "address.json").exists()


def test_a_missing_input_is_the_surroundings_fault_and_not_a_refusal(root: Path) -> None:
    (root / "request").rmdir()
    (root / "request").write_text("a file in the folder's place")
    assert main.main(["validate"]) == exit_codes.ENVIRONMENT


@pytest.mark.parametrize(
    ("error", "code", "word"),
    [
        (Refused("data", "table", "too old", "refresh it"), exit_codes.REFUSED, "refused: data: too old"),
        (ConnectionRefusedError("nobody there"), exit_codes.TRANSIENT, "transient: nobody there"),
        (TimeoutError("too slow"), exit_codes.TRANSIENT, "transient: too slow"),
        (OSError(28, "No space left on device"), exit_codes.ENVIRONMENT, "No space left on device"),
    ],
)
def test_how_a_failure_ends(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    code: int,
    word: str,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(validate, "run", fail)
    assert main.main(["validate"]) == code
    assert word in capsys.readouterr().err


def test_a_bug_is_shown_whole_and_is_none_of_the_codes(root: Path) -> None:
    """What no rule foresees ends as Python ends it: with 1, which is retried as little as a refusal."""
    program = (
        "import sys; from plimsoll.runtime.steps import main, validate\n"
        "def fail(*_): raise RuntimeError('a bug')\n"
        "validate.run = fail\n"
        "sys.exit(main.main(['validate']))"
    )
    ended = subprocess.run(
        (sys.executable, "-c", program), env={**os.environ, ROOT_VARIABLE: str(root)}, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert "RuntimeError: a bug" in ended.stderr


def test_the_codes_tell_retries_from_refusals() -> None:
    codes = [exit_codes.CLEAN, exit_codes.REFUSED, exit_codes.TRANSIENT, exit_codes.ENVIRONMENT, exit_codes.USAGE]
    assert len(set(codes)) == len(codes)
    assert exit_codes.TRANSIENT == 75, "the rendered retry strategy names it"


def test_a_port_that_is_taken_is_the_surroundings_fault() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError) as refused:
        socket.create_server(taken.getsockname())
    assert not isinstance(refused.value, (ConnectionError, TimeoutError)), "so a server's step ends with ENVIRONMENT"


@pytest.mark.parametrize(
    ("as_of", "started", "expected"),
    [
        ("2013-07-01", "2026-01-01T10:00:00Z", "2013-07-01T00:00:00+00:00"),
        ("", "2026-01-31T23:59:59Z", "2026-01-31T00:00:00+00:00"),
        ("2024-02-29", "", "2024-02-29T00:00:00+00:00"),
    ],
)
def test_data_counts_until_midnight_of_the_day_that_is_given_else_of_the_day_of_the_run(
    as_of: str, started: str, expected: str
) -> None:
    assert cut_off(as_of, started).isoformat() == expected


@pytest.mark.parametrize(
    ("as_of", "started"), [("", ""), ("yesterday", "2026-01-01"), ("2023-02-29", ""), ("2013-7-1", "")]
)
def test_a_day_that_is_none_is_refused(as_of: str, started: str) -> None:
    with pytest.raises(Refused, match="this is not a date"):
        cut_off(as_of, started)


@pytest.mark.parametrize(
    ("as_of", "started", "expected"),
    [
        ("", "2026-12-01T13:05:00Z", "2026-12-01T13:05:00+00:00"),
        ("2013-07-01", "2026-12-01T13:05:00Z", "2013-07-01T00:00:00+00:00"),
        ("2013-07-01T12:30:00+04:00", "", "2013-07-01T08:30:00+00:00"),
    ],
)
def test_a_moment_is_the_one_asked_for_or_that_of_the_workflow(as_of: str, started: str, expected: str) -> None:
    assert moment_of(as_of, started).isoformat() == expected


@pytest.mark.parametrize(
    ("as_of", "why"),
    [("", "no moment"), ("noon", "no moment"), ("2013-7-1", "no moment"), ("2013-07-01T12:00:00", "in no zone")],
)
def test_a_moment_that_is_none_is_refused(as_of: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        moment_of(as_of, "")


def test_an_artifact_that_is_damaged_is_refused_by_name(tmp_path: Path) -> None:
    from plimsoll.contract.package import Dataset

    path = tmp_path / "dataset.json"
    for text in (None, "", "{}", "\x00"):
        if text is not None:
            path.write_text(text)
        with pytest.raises(Refused) as refused:
            common.read_json(path, Dataset)
        assert (refused.value.what, refused.value.where) == ("Dataset", str(path))


def test_progress_is_written_where_the_runner_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(common.PROGRESS_VARIABLE, raising=False)
    common.progress(1, 4)
    file = tmp_path / "progress"
    monkeypatch.setenv(common.PROGRESS_VARIABLE, str(file))
    for done in range(3):
        common.progress(done, 4)
        assert read_progress(file) == (done, 4)
    assert [path.name for path in tmp_path.iterdir()] == ["progress"]
