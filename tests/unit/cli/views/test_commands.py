"""Whole commands in each format: a report and an exit code that agree."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

MODEL = Path("specs/models/parcels.yaml")


def errors(form: str, text: str) -> int:
    """How many errors a report tells of."""
    match form:
        case "json":
            document = json.loads(text)
            return sum(one["severity"] == "error" for one in document["findings"] or ()) + bool(document["error"])
        case "gitlab":
            return len(json.loads(text))
        case "sarif":
            (run,) = json.loads(text)["runs"]
            notes = run["invocations"][0].get("toolExecutionNotifications", ())
            assert ("results" in run) is not bool(notes)
            return len(run.get("results", ())) + len(notes)
        case "junit":
            root = ElementTree.fromstring(text)
            return int(root.attrib["failures"]) + int(root.attrib["errors"])
        case "markdown":
            return text.count("\n- **PLM-") + text.count(": not done\n")
        case _:
            return sum(line.startswith("::error") for line in text.splitlines())


@pytest.mark.parametrize("form", ["json", "github", "gitlab", "sarif", "junit", "markdown"])
def test_a_report_and_its_exit_code_agree(
    form: str, run: Callable[..., Any], project: Path, edit: Callable[[Path, str, str], None]
) -> None:
    clean = run("check", "--format", form)
    assert (clean.code, errors(form, clean.out)) == (0, 0)
    edit(MODEL, "timeout: 10m", "tmeout: 10m")
    found = run("check", "--format", form)
    assert (found.code, errors(form, found.out)) == (1, 1)
    missing = run("check", "nowhere", "--format", form)
    assert (missing.code, errors(form, missing.out)) == (3, 1)
    refused = run("plan", "--format", form)
    assert refused.code == 3
    assert errors(form, refused.out) == 1


def test_a_wrong_option_leaves_no_report(run: Callable[..., Any]) -> None:
    wrong = run("check", "--format", "xml")
    assert (wrong.code, wrong.out) == (2, "")
