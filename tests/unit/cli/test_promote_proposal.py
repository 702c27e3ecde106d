"""Proposals that ``plimsoll promote`` refuses before it looks at anything else."""

from datetime import date
from pathlib import Path

import pytest

from plimsoll.cli.main import main
from plimsoll.contract import exit_codes
from plimsoll.contract.package import Promotion


def proposal(folder: Path, **changes: object) -> Path:
    fields: dict[str, object] = {
        "model": "flight-delay",
        "version": 1,
        "digest": f"sha256:{'1' * 64}",
        "environment": "local",
        "as_of": date(2013, 7, 2),
        "metrics": {"auc": 0.75},
        "commit": "2" * 40,
        "release": f"sha256:{'3' * 64}",
        "workflow": "flight-delay-train-3f9ac1",
    }
    file = folder / "promotion.json"
    file.write_text(Promotion.model_validate({**fields, **changes}).model_dump_json())
    return file


def test_a_run_that_says_neither_release_nor_template_is_not_approved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a template of an older version leaves it on Argo. With either, only the missing project is told of."""
    words = ("--deployment", "flight-delay-online", "--environment", "local", "--no-commit", "--specs", str(tmp_path))
    assert main(("promote", str(proposal(tmp_path, release="")), *words)) == exit_codes.FINDINGS
    assert "says neither its release nor its workflow's template" in capsys.readouterr().err
    for known in ({}, {"release": "", "template": "flight-delay-train-0123456789"}):
        main(("promote", str(proposal(tmp_path, **known)), *words))
        assert "neither its release" not in capsys.readouterr().err
