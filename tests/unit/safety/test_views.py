"""Text from a spec or a file name steers no terminal, no log and no reviewer's eye, in any view."""

import re
from pathlib import Path

import pytest

from plimsoll.cli.main import main

STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\ud800-\udfff]")
"""Everything that could, but for the end of a line."""

NASTY = r"\e[2J\e]0;x\a\r\b\0\x85\u2028\u202etxt.\u2066<script>|`a`](http:b)::error::%0A&<!--"

SPEC = f"""\
apiVersion: plimsoll.dev/v1
kind: DataSource
metadata: {{name: "{NASTY}", owner: "{NASTY}", "{NASTY}": 1}}
spec: {{classification: "{NASTY}", "x {NASTY}": "{NASTY}"}}
---
apiVersion: "{NASTY}"
kind: Model
---
kind: "{NASTY}"
---
# plimsoll: ignore[PLM-XXX-001] \t why
kind: !<%1b[2J> x
"""


@pytest.mark.parametrize("view", ["human", "json", "sarif", "github", "gitlab", "junit", "markdown"])
def test_no_view_hands_on_what_steers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], view: str
) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "a.yaml").write_text(SPEC)
    (tmp_path / "specs" / "b.yaml").write_text("a: x\x1b[2J\u202e\u2028\n\x85")
    (tmp_path / "specs" / "c\x1b[2J\u202e\r.yaml").write_text("a: 1")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "specs", "--format", view]) == 1
    shown = capsys.readouterr()
    assert "PLM-TYP-005" in shown.out
    assert STEERING.findall(shown.out + shown.err) == []
