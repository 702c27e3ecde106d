"""What a runner makes of the output: the commands that we meant, and none that a spec's text contains."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plimsoll.cli.views.github import LIMIT, escape_data, escape_property
from plimsoll.cli.views.view import Findings, ShownFile, View
from plimsoll.compiler.diagnostics import Diagnostic, Label, Severity, Span
from plimsoll.contract.refusal import Refused, Unavailable

Shown = Callable[..., str]


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    data: str


def commands(log: str) -> Iterator[Command]:
    """The commands that a runner takes from a log, in both of its notations, as its sources read them.

    https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
    """
    stopped = ""
    for line in re.split("\r\n|\r|\n", log):
        found = _of_today(line.lstrip()) or _of_old(line)
        if found is None or (stopped and found.name != stopped):
            continue
        if stopped:
            stopped = ""
        elif found.name == "stop-commands":
            stopped = found.data
        else:
            yield found


def _of_today(line: str) -> Command | None:
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    pairs = (pair.split("=", 1) for pair in rest.split(",") if "=" in pair)
    return Command(name, {key.strip(): _unescaped(value) for key, value in pairs}, _unescaped(line[end + 2 :]))


def _of_old(line: str) -> Command | None:
    found = re.search(r"##\[(.*?)\](.*)", line)
    return Command(found[1].partition(" ")[0], {}, found[2]) if found else None


def _unescaped(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def several(severity: Severity, count: int, *properties: tuple[str, str]) -> list[Diagnostic]:
    return [
        Diagnostic("PLM-TYP-003", severity, f"m{n}", Span("a", n + 1, 1, 2), properties=properties)
        for n in range(count)
    ]


TEXT = st.lists(
    st.sampled_from(
        ["::error::x", "##[error]y", "::stop-commands::z", "\n", "\r", "%0A", "::", ",", "=", "\u2028", "\x1b[2J"]
    )
    | st.text(max_size=5)
).map("".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXT)
def test_no_text_of_a_spec_is_a_command(shown: Shown, text: str) -> None:
    span = Span(f"a{text}", 1, 1, 2)
    message = f"m{text}"
    one = Diagnostic("PLM-TYP-003", Severity.ERROR, message, span, text, (Label(span, text),), text, text, text)
    excused = Diagnostic("PLM-TYP-003", Severity.ERROR, message, span, waived=f"w{text}", ignored=text)
    findings = Findings((one, excused), {span.path: ShownFile(f"b{text}", (text,))})
    refused = Refused(f"r{text}", text, text, text)
    log = shown(
        "github",
        findings,
        lambda view: view.result({}, [text, [text]]),
        lambda view: view.refused(refused),
        lambda view: view.unavailable(Unavailable(text, text, text)),
        lambda view: view.progress(text),
    )
    found = list(commands(log))
    assert [one.name for one in found] == ["error", "error", "error"]
    assert [sorted(one.properties) for one in found] == [["title"]] * 2 + [
        ["col", "endColumn", "file", "line", "title"]
    ]
    assert found[2].properties["title"] == "PLM-TYP-003"


def test_a_runner_understands_what_it_is_told(shown: Shown) -> None:
    one = Diagnostic("PLM-TYP-003", Severity.WARNING, "100% a:\nb,c", Span("d,e:f", 3, 4, 9), help="g")
    (found,) = commands(shown("github", Findings((one,)), code=0))
    place = {"file": "ml/d,e:f", "line": "3", "col": "4", "endColumn": "9", "title": "PLM-TYP-003"}
    assert found == Command("warning", place, "100% a:\nb,c\nhelp: g")


@given(st.text())
def test_escaping_is_undone_by_the_runner(text: str) -> None:
    assert not {"\r", "\n"} & set(escape_data(text))
    assert not {"\r", "\n", ":", ","} & set(escape_property(text))
    assert escape_data(text).replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%") == text


def test_the_worst_come_first_and_the_rest_is_counted(shown: Shown) -> None:
    found = (
        *several(Severity.WARNING, 3),
        *several(Severity.ERROR, LIMIT + 2, ("severity", "low")),
        *several(Severity.ERROR, 1, ("severity", "critical")),
        *several(Severity.NOTE, LIMIT),
    )
    told = list(commands(shown("github", Findings(found))))
    assert [one.name for one in told] == ["error"] * LIMIT + ["warning"] * 3 + ["notice"] * LIMIT
    assert told[0].data == "m0"
    assert told[1].data == "m0"
    assert told[LIMIT - 1].data == f"m{LIMIT - 2}"
    assert told[-1].data == "not annotated, but in the log: 3 of level error, 1 of level notice"


def test_what_does_not_stand_is_not_annotated(shown: Shown) -> None:
    span = Span("a", 1, 1, 2)
    waived = Diagnostic("PLM-TYP-003", Severity.ERROR, "m", span, waived="w")
    ignored = Diagnostic("PLM-TYP-003", Severity.ERROR, "m", span, ignored="i")
    assert list(commands(shown("github", Findings((waived, ignored)), code=0))) == []


def test_a_failure_that_nothing_tells_of_is_an_error(shown: Shown) -> None:
    assert [one.name for one in commands(shown("github", code=70))] == ["error"]
    assert list(commands(shown("github", code=0))) == []


def test_the_summary_is_added_to_the_step(shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    shown("github", Findings(tuple(several(Severity.ERROR, 2))), lambda view: view.result({}, ["did it"]))
    text = summary.read_text()
    assert text.startswith("before\n<!-- plimsoll: check -->\n\n## Plimsoll check: 2 errors\n")
    assert "did it" in text


def test_a_summary_that_cannot_be_written_is_told(
    shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    (told,) = commands(shown("github", Findings(()), code=0))
    assert told.name == "warning"
    assert "the step summary could not be written" in told.data


def test_all_is_written_to_one_stream(capsys: pytest.CaptureFixture[str]) -> None:
    from plimsoll.cli.views.github import GithubView

    view: View = GithubView("never", "check")
    view.refused(Refused("a", "b", "c"))
    view.progress("d")
    view.close(1)
    assert capsys.readouterr().err == ""
