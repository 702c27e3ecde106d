"""``check``: what it finds, how it is shown, and what the exit code follows."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Edit = Callable[[Path, str, str], None]

LOCAL = Path("specs/environments/local.yaml")
MODEL = Path("specs/models/parcels.yaml")


def test_the_starter_is_clean(run: Run, project: Path) -> None:
    shown = run("check")
    assert shown.code == 0, shown.out
    assert re.fullmatch(r"no findings in 5 specs, \d+ judgements \(\d+\.\d\d s\)\n", shown.out)


def test_a_finding_is_shown_where_it_is(run: Run, project: Path, edit: Edit) -> None:
    edit(MODEL, "timeout: 10m", "tmeout: 10m")
    shown = run("check", "--color", "never")
    assert shown.code == 1
    assert shown.out.startswith(
        "error[PLM-TYP-003]: unknown key 'tmeout' in spec.training\n"
        "  --> specs/models/parcels.yaml:43:5\n"
        "   |\n"
        "43 |     tmeout: 10m\n"
        "   |     ^^^^^^ not a key here\n"
        "   |\n"
        "   = help: did you mean 'timeout'? (fixed by plimsoll check --fix spell)\n\n"
    )
    assert re.search(r"\n1 error in 5 specs \(\d+\.\d\d s\)\n$", shown.out)


def test_a_policy_of_the_catalogue_is_judged(run: Run, project: Path, edit: Edit) -> None:
    edit(LOCAL, ", encryptedWith: disk-of-the-laptop", "")
    shown = run("check", "--json")
    assert shown.code == shown.document["exit"] == 1
    (found,) = shown.document["findings"]
    assert (found["code"], found["severity"], found["path"]) == ("PLM-SEC-07", "error", LOCAL.as_posix())
    assert found["subject"] == "Environment/local"
    assert found["help"]


def test_a_waiver_lets_it_stand_and_is_shown(run: Run, project: Path, edit: Edit) -> None:
    edit(LOCAL, ", encryptedWith: disk-of-the-laptop", "")
    Path("specs/waiver.yaml").write_text(
        "apiVersion: plimsoll.dev/v1\nkind: Waiver\nmetadata: {name: laptop, owner: me@example.org}\n"
        "spec: {policy: SEC-07, object: Environment/local, reason: nothing leaves it, ticket: SEC-1,"
        " approver: ciso@example.org, expires: 2999-12-31}\n"
    )
    shown = run("check")
    assert shown.code == 0
    assert "waived[PLM-SEC-07]" in shown.out
    assert "waived because: nothing leaves it" in shown.out
    assert "1 waived in 6 specs" in shown.out


def test_a_policy_of_ones_own_is_judged(run: Run, project: Path) -> None:
    Path("specs/policy.yaml").write_text(
        "apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: {name: own, owner: me@example.org}\n"
        "spec:\n  id: OWN-01\n  title: Models have few parameters\n  severity: high\n  evidence: declared\n"
        "  judges: Model\n  rules:\n    - expression: size(object.spec.training.parameters) < 2\n"
        "      message: too many of them\n      blame: {route: spec.training.parameters}\n"
        "  rationale: Nobody tunes more than one.\n  remedy: remove some\n"
    )
    shown = run("check", "--json")
    assert shown.code == 1
    assert [one["code"] for one in shown.document["findings"]] == ["PLM-OWN-01"]


def test_one_environment_alone(run: Run, project: Path, edit: Edit) -> None:
    edit(LOCAL, ", encryptedWith: disk-of-the-laptop", "")
    second = LOCAL.read_text().replace("name: local", "name: second", 1).replace("cluster: laptop", "cluster: other")
    second = second.replace("online: sqlite", "online: sqlite, encryptedWith: a-disk")
    Path("specs/environments/second.yaml").write_text(second)
    assert run("check", "--environment", "local").code == 1
    other = run("check", "--environment", "second")
    assert (other.code, "no findings" in other.out) == (0, True)


def test_an_unknown_environment(run: Run, project: Path) -> None:
    shown = run("check", "--environment", "lokal")
    assert shown.code == 1
    assert "did you mean 'local'?" in shown.err


def test_the_current_folder_is_read_where_there_is_no_specs(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "specs")
    assert run("check").code == 0


@pytest.mark.parametrize(
    ("path", "code", "text"),
    [
        ("nowhere", 3, "error: nowhere: there is no such folder"),
        ("README.md", 3, "error: README.md: it is a file"),
    ],
)
def test_a_path_that_is_no_folder(run: Run, project: Path, path: str, code: int, text: str) -> None:
    shown = run("check", path)
    assert (shown.code, shown.out) == (code, "")
    assert text in shown.err


def test_a_folder_without_specs(run: Run, project: Path) -> None:
    Path("empty").mkdir()
    shown = run("check", "empty")
    assert shown.code == 1
    assert shown.out.startswith("error[PLM-SRC-005]: there are no specs in this folder\n --> empty")


def test_spec_text_cannot_steer_the_terminal(run: Run, project: Path, edit: Edit) -> None:
    edit(MODEL, "intendedUse: Tell", 'intendedUs: "\\e[2J" # \u202e\u200b Tell')
    out = run("check", "--color", "always").out
    assert "\u202e" not in out
    assert "<U+202E>" in out
    assert set(re.findall(r"\x1b[^m]*m", out)) <= {"\x1b[0m", "\x1b[1;31m", "\x1b[1m", "\x1b[1;34m", "\x1b[1;33m"}


def test_colours_are_off_in_a_pipe_and_by_no_color(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in run("check").out
    assert "\x1b" in run("check", "--color", "always").out
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert "\x1b" not in run("check").out


def test_github_annotations(run: Run, project: Path, edit: Edit) -> None:
    edit(MODEL, "timeout: 10m", "tmeout: 10m")
    shown = run("check", "--format", "github")
    lines = shown.out.splitlines()
    token = lines[0].removeprefix("::stop-commands::")
    assert len(token) == 32
    assert lines.index(f"::{token}::") == len(lines) - 2
    assert lines[-1] == (
        "::error file=specs/models/parcels.yaml,line=43,col=5,endColumn=11,title=PLM-TYP-003"
        "::unknown key 'tmeout' in spec.training%0Ahelp: did you mean 'timeout'? (fixed by plimsoll check --fix spell)"
    )


def test_sarif(run: Run, project: Path, edit: Edit) -> None:
    edit(LOCAL, ", encryptedWith: disk-of-the-laptop", "")
    log = json.loads(run("check", "--format", "sarif").out)
    (ran,) = log["runs"]
    (found,) = ran["results"]
    (rule,) = ran["tool"]["driver"]["rules"]
    assert found["ruleId"] == rule["id"] == "PLM-SEC-07"
    assert rule["shortDescription"]["text"] == "Stores are encrypted under a key of our own"
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == LOCAL.as_posix()
    lines = LOCAL.read_text().splitlines()
    assert "stores" in lines[place["region"]["startLine"] - 1]
