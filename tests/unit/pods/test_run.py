"""What `make test-pods` says where pods can't run. What it does where they can takes minutes, and is its own test."""

import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).parents[3] / "tests" / "pods" / "run.py"


def run(path: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run it with nothing on PATH but what lies in a folder."""
    environment = {"PATH": str(path), "HOME": str(path)}
    return subprocess.run(
        (sys.executable, str(RUN), *words), env=environment, capture_output=True, text=True, check=False
    )


def test_everything_that_is_missing_is_said_at_once(tmp_path: Path) -> None:
    ended = run(tmp_path)
    assert ended.returncode == 3, ended.stderr
    assert ended.stderr.startswith("the tests with pods can't run here:\n")
    if sys.platform.startswith("linux"):
        for name in ("containerd", "ctr", "runc", "debootstrap", "ip", "unshare", "go"):
            assert f"`{name}` is not on PATH" in ended.stderr
        assert "apt-get install --no-install-recommends containerd " in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_version_that_has_no_module_is_named(tmp_path: Path) -> None:
    if sys.platform.startswith("linux"):
        ended = run(tmp_path, "--kubernetes", "1.1")
        assert (ended.returncode, "kubernetes 1.1 is none of 1.35, 1.36" in ended.stderr) == (3, True)
