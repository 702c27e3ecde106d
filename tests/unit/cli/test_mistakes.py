"""What a hand slips on is said with the word that was meant, or with what to do instead."""

import argparse
import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from plimsoll.cli.main import VERBS
from plimsoll.cli.verbs.policy import ACTIONS

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("help", "chekc"), "'chekc' is not a verb; did you mean 'check'?"),
        (("--verison",), "'--verison' is not an option; did you mean '--version'?"),
        (("policy", "lst"), "did you mean 'list'?"),
        (("check", "--format", "jsn"), "did you mean 'json'?"),
        (("trust", "shwo"), "did you mean 'show'?"),
        (("replay", "online", "--release", "r", "--from", "2026-5-1", "--to", "x"), "'2026-5-1' is not a day, such as"),
        (("monitor", "online", "--release", "r", "--as-of", "yesterday"), "'yesterday' is not a day, such as"),
        (("serve", "online", "--release", "r", "--port", "99999"), "'99999' is no port, from 0 to 65535"),
    ],
)
def test_a_slip_of_usage(run: Run, project: Path, arguments: tuple[str, ...], said: str) -> None:
    shown = run(*arguments)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ("compile", "--out", "README.md"),
            1,
            "output: it is not a folder\n  --> README.md\n   = help: choose a folder",
        ),
        (
            ("trust", "show", "--trust", "keys"),
            1,
            "sigstore instance: there is none\n  --> keys\n   = help: create one",
        ),
        (("report", "nowhere"), 3, "nowhere: there is no such folder"),
        (
            ("run", "parcels-train", "--release", "nowhere"),
            3,
            "nowhere: there is no such folder\n   = help: plimsoll comp",
        ),
        (("trace", "parcel-online", "--environment", "local"), 1, "did you mean 'parcels-online'?"),
        (("trace", "parcels-online", "--environment", "locl"), 1, "it does not run in 'locl'"),
        (("trace", "parcels-online", "--environment", "locl"), 1, "help: it runs in local"),
    ],
)
def test_a_wrong_place(run: Run, project: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    shown = run(*arguments)
    assert (shown.code, shown.out) == (code, "")
    assert said in shown.err


def test_a_name_with_a_space_can_be_copied_from_what_comes_next(run: Run, tmp_path: Path) -> None:
    assert f"next: cd '{tmp_path}/Parcel Delay' && plimsoll check" in run("init", f"{tmp_path}/Parcel Delay").out


def _parsers() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for name, verb in VERBS.items():
        parser = argparse.ArgumentParser(name, conflict_handler="resolve")
        importlib.import_module(verb.module).configure(parser)
        yield name, parser
    for name, action in ACTIONS.items():
        parser = argparse.ArgumentParser(name, conflict_handler="resolve")
        importlib.import_module(action.module).configure(parser)
        yield f"policy {name}", parser


def test_every_argument_of_every_verb_is_explained() -> None:
    bare = [f"{name} {one.dest}" for name, parser in _parsers() for one in parser._actions if not one.help]
    assert bare == []
