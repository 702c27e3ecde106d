"""The data folders of the checkout, and those of an installed wheel."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from plimsoll.compiler import resources


def test_the_checkout_comes_first() -> None:
    root = resources.data_root("policies")
    assert root == Path(__file__).resolve().parents[3] / "policies"
    assert (root / "fixtures" / "estate.yaml").is_file()


@pytest.mark.parametrize(("shipped", "shown"), [(True, "_data/policies"), (False, "FileNotFoundError")])
def test_an_installed_package_has_its_own(tmp_path: Path, shipped: bool, shown: str) -> None:
    package = tmp_path / "site" / "plimsoll"
    (package / "compiler").mkdir(parents=True)
    (package / "compiler" / "resources.py").write_bytes(Path(resources.__file__).read_bytes())
    if shipped:
        (package / "_data" / "policies").mkdir(parents=True)
    program = "from plimsoll.compiler.resources import data_root; print(data_root('policies'))"
    clean = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    ran = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, env=clean, cwd=tmp_path)
    assert shown in (ran.stdout if shipped else ran.stderr)
    assert (ran.returncode == 0) is shipped
