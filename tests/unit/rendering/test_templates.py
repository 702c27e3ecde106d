"""Every template is YAML with values in whole places, and each of them is used."""

import re
from pathlib import Path

import pytest

from plimsoll.compiler.resources import data_root

TEMPLATES = sorted(data_root("templates").glob("*.j2"))
_WHOLE = re.compile(r"(?:(?<=: )|(?<=- )|(?<=, )|(?<=\{)|(?<=^))\[\[ [^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)* \]\]")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_value_takes_a_whole_place(template: Path) -> None:
    for line in template.read_text().splitlines():
        stripped = line.strip()
        assert len(_WHOLE.findall(stripped)) == stripped.count("[[ "), line


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_takes_no_text_as_it_is(template: Path) -> None:
    assert "{%" not in template.read_text()
    assert not re.search(r"\[%-?\s*(raw|autoescape|macro|call)", template.read_text())


def test_every_template_is_used() -> None:
    included = {name for path in TEMPLATES for name in re.findall(r'\[% include "([^"]+)" %\]', path.read_text())}
    whole = {path.name for path in TEMPLATES if not path.name.startswith("_")}
    assert {path.name for path in TEMPLATES if path.name.startswith("_")} == included
    rendered = (Path(__file__).parents[2] / "golden").glob("*/expected/**/*.yaml")
    kinds = {file.name.split("-")[0] for file in rendered}
    assert {name.removesuffix(".yaml.j2").split("-")[0] for name in whole} == kinds
