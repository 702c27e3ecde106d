"""What the written pages say can be followed: their links lead somewhere, and their commands are commands."""

import argparse
import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from plimsoll.cli.main import VERBS
from plimsoll.cli.views.choose import add_options
from plimsoll.compiler.resources import data_root

CHECKOUT = data_root("policies").parent
PAGES = sorted(
    page for page in (*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md"), CHECKOUT / "specs" / "README.md")
)
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)|src=\"([^\"]+)\"")
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def shown(page: Path) -> str:
    return page.relative_to(CHECKOUT).as_posix()


def commands(page: Path) -> Iterator[list[str]]:
    for block in SHELL.findall(page.read_text()):
        for line in block.replace("\\\n", " ").splitlines():
            for part in re.split(r"\s(?:&&|\|\||\|)\s", line):
                words = shlex.split(part, comments=True)
                if words[:1] == ["plimsoll"]:
                    yield words[1:]


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [first or second for first, second in LINK.findall(page.read_text())]
    missing = [one for one in targets if "://" not in one and not (page.parent / one).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_commands_are_understood(page: Path) -> None:
    for verb, *words in commands(page):
        if verb.startswith("-"):
            continue
        parser = argparse.ArgumentParser(prog=f"plimsoll {verb}", conflict_handler="resolve", allow_abbrev=False)
        add_options(parser)
        importlib.import_module(VERBS[verb].module).configure(parser)
        if "--help" not in words:
            parser.parse_args(words)


def test_some_page_shows_commands() -> None:
    assert sum(1 for page in PAGES for _ in commands(page)) > 10
