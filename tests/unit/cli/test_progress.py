"""What a run shows where nobody watches a terminal: a line for each step, with its words as they are."""

import pytest

from plimsoll.cli.progress import RunProgress
from plimsoll.runtime.runner.events import StepSkipped


def test_a_line_is_neither_wrapped_nor_taken_for_markup(capsys: pytest.CaptureFixture[str]) -> None:
    reason = "its condition isn't met: " + " && ".join(f"build-{number}[0] [/b]" for number in range(20))
    with RunProgress() as progress:
        progress(StepSkipped("train", "train", "Omitted", reason))
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(reason)
