"""Findings as an attacker would have them, and what each format makes of them."""

import argparse
import contextlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plimsoll.cli.views.choose import choose_view
from plimsoll.cli.views.view import Findings, ShownFile, View
from plimsoll.compiler.diagnostics import Diagnostic, Edit, Fix, Label, Severity, Span
from plimsoll.compiler.kinds.policy import PolicySpec
from plimsoll.compiler.resources import data_root

CHECKOUT = data_root("policies").parent

HOSTILE = (
    "100% a\nb\r::error file=x::c\n##[error]d %0A::warning::e ]]> \x00\x1b[2J\x07\x9b \u202eevil\u202c 😀 |p| "
    "<script>alert(1)</script> <!-- plimsoll: check --> @org/team someone@example.org #12 GH-3 !4 ~bug "
    "[a](http://evil.example) ![b](x.png) `tick` ```fence``` www.evil.example $x$ \\| </details> &lt; :+1: *b* _i_ "
    "\ud800 \ufffe\n/close"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-views", action="store_true", help="write what views show over what is expected")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, a part of a repository."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "ml").mkdir()
    monkeypatch.chdir(tmp_path / "ml")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path / "ml"


@pytest.fixture
def shown() -> Callable[..., str]:
    """Standard output of a view that is told something and closed."""

    def output(form: str, *told: Callable[[View], None] | Findings, code: int = 1, verb: str = "check") -> str:
        stream = io.StringIO()
        with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(io.StringIO()):
            view = choose_view(verb, argparse.Namespace(format=form, json=False, color="never"))
            for one in told:
                if isinstance(one, Findings):
                    view.findings(one)
                else:
                    one(view)
            view.close(code)
        return stream.getvalue()

    return output


@pytest.fixture
def hostile() -> str:
    return HOSTILE


@pytest.fixture
def hostile_findings() -> Findings:
    """A finding of every kind. Wherever a spec's text may stand, it tries to break out."""
    a, b = "models/a.yaml", "models/b|<b>@org.yaml"
    lines = (
        "apiVersion: plimsoll.dev/v1",
        "kind: Model",
        f"name: {HOSTILE.splitlines()[0]}",
        f"x: {HOSTILE!r}",
        "y: NO",
    )
    safe = Fix("quote", "quote 'NO'", (Edit(a, 5, 4, 5, 6, '"NO"'),), safe=True)
    unsafe = Fix("rename", f"rename to {HOSTILE}", (Edit(b, 1, 1, 2, 1, "z: 1\n"), Edit(a, 1, 1, 1, 1, "")), safe=False)
    label = Label(Span(b, 2, 1, 5), f"declared here {HOSTILE}")
    own = (("severity", "critical"), ("mode", "deny"))
    found = (
        Diagnostic(
            "PLM-TYP-003", Severity.ERROR, HOSTILE, Span(a, 4, 4, 20), HOSTILE, (label,), HOSTILE, HOSTILE, HOSTILE
        ),
        Diagnostic("PLM-TYP-003", Severity.ERROR, "the key 'colour' is not known", Span(a, 2, 1, 5)),
        Diagnostic("PLM-TYP-003", Severity.ERROR, "the key 'colour' is not known", Span(a, 3, 1, 5)),
        Diagnostic("PLM-YML-001", Severity.WARNING, "NO is a truth value to some", Span(a, 5, 4, 6), fix=safe),
        Diagnostic("PLM-YML-001", Severity.NOTE, "a look at [the docs](1) helps", Span(b, 1, 1, 2), fix=unsafe),
        Diagnostic(
            "PLM-SRC-002", Severity.ERROR, "cannot be read", Span("gone.yaml", 1, 1, 1), ignored=f"yes {HOSTILE}"
        ),
        Diagnostic(
            "PLM-OWN-01", Severity.ERROR, "not described", Span(b, 1, 1, 5), waived=f"no {HOSTILE}", properties=own
        ),
        Diagnostic("PLM-OWN-01", Severity.ERROR, "not described", Span(a, 1, 1, 5), help="say it", properties=own),
    )
    files = {
        a: ShownFile(f"specs/{a}", lines),
        b: ShownFile(f"specs/{b}", ("q: 1", "kind: Model")),
        "clean.yaml": ShownFile("specs/clean.yaml", ("kind: Model",)),
        "gone.yaml": ShownFile("specs/gone.yaml", ()),
    }
    return Findings(found, files, {"PLM-OWN-01": _rule()}, specs=4, judgements=2)


def _rule() -> PolicySpec:
    text = HOSTILE.replace("\ud800", "")
    return PolicySpec.model_validate(
        {
            "id": "OWN-01",
            "title": f"described {HOSTILE}"[:120],
            "severity": "critical",
            "evidence": "declared",
            "judges": "Model",
            "rules": ({"expression": "true", "message": "m", "blame": {"route": "metadata"}},),
            "rationale": text,
            "remedy": text,
            "controls": tuple({"framework": "Law", "article": str(number)} for number in range(30)),
        }
    )


@pytest.fixture
def schema() -> Callable[[str], dict[str, Any]]:
    """A schema by its file's name."""

    def read(name: str) -> dict[str, Any]:
        for place in ("tests/fixtures/schemas", "docs/reference"):
            if (CHECKOUT / place / name).is_file():
                value: dict[str, Any] = json.loads((CHECKOUT / place / name).read_text())
                return value
        raise FileNotFoundError(name)

    return read
