"""The reference pages of the kinds: whole, and with examples that the compiler reads."""

import re

import pytest

from plimsoll.cli.generate.kinds import kind_page, kinds_page
from plimsoll.cli.generate.schemas import kind_schema_value
from plimsoll.compiler.kinds import KINDS
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.project.reading import read

YAML = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("kind", KINDS)
def test_examples_are_sound(kind: str) -> None:
    blocks = YAML.findall(kind_page(kind))
    assert blocks
    for block in blocks:
        reading = read(SourceFile("example.yaml", block))
        assert reading.diagnostics == ()
        assert [unit.kind for unit in reading.units] == [kind]


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_part_has_its_row(kind: str) -> None:
    page, schema = kind_page(kind), kind_schema_value(KINDS[kind])
    parts = {name: node for name, node in schema["$defs"].items() if not name.endswith("Overlay")}
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert parts.keys() <= sections.keys()
    for name, node in parts.items():
        assert re.findall(r"^\| `(\w+)`", sections[name], re.MULTILINE) == list(node["properties"])


def test_links_between_parts_lead_somewhere() -> None:
    for kind in KINDS:
        page = kind_page(kind)
        anchors = {heading.lower() for heading in re.findall(r"^##? (.+)$", page, re.MULTILINE)}
        assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= anchors


def test_the_list_names_every_kind() -> None:
    assert re.findall(r"^\| \[(\w+)\]", kinds_page(), re.MULTILINE) == list(KINDS)
