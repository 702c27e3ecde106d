"""Each view over one set of findings, byte for byte; ``pytest tests/unit/cli/views --update-views`` writes anew."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from plimsoll.cli.views.choose import FORMATS
from plimsoll.cli.views.view import Findings
from plimsoll.contract.version import VERSION

GOLDEN = Path(__file__).parent / "golden"
ENDINGS = {"json": "json", "gitlab": "json", "sarif": "json", "junit": "xml", "markdown": "md"}


@pytest.mark.parametrize("form", FORMATS)
def test_a_view_shows_what_it_always_showed(
    form: str, shown: Callable[..., str], hostile_findings: Findings, request: pytest.FixtureRequest
) -> None:
    text = shown(form, hostile_findings).replace(f'"semanticVersion": "{VERSION}"', '"semanticVersion": "VERSION"')
    text = re.sub(r"\b[0-9a-f]{32}\b", "TOKEN", text)
    path = GOLDEN / f"{form}.{ENDINGS.get(form, 'txt')}"
    if request.config.getoption("--update-views", default=False):
        path.write_text(text, newline="")
    with path.open(newline="") as stream:
        assert text == stream.read()


def test_there_is_no_file_too_many() -> None:
    assert sorted(path.stem for path in GOLDEN.iterdir()) == sorted(FORMATS)
