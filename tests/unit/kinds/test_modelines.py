"""The first line of every spec leads an editor to the schema of its kind."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from plimsoll.cli.starter_project import write_project
from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import find_sources
from plimsoll.compiler.resources import data_root

REFERENCE = data_root("policies").parent / "specs"
MODELINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    write_project(tmp_path, "parcels")
    return tmp_path / "specs"


def assert_led(folder: Path) -> None:
    sources = find_sources(folder).value
    assert sources is not None
    for source in sources.files:
        found = MODELINE.match(source.text)
        assert found, source.path
        schema = (folder / source.path).parent / found[1]
        assert schema.is_file(), source.path
        validator = Draft202012Validator(json.loads(schema.read_text()))
        for document in parse(source).value or ():
            assert schema.stem == document.value["kind"].lower()
            assert [error.message for error in validator.iter_errors(document.value)] == []


def test_the_reference_project() -> None:
    assert_led(REFERENCE)


def test_what_init_writes(starter: Path) -> None:
    assert_led(starter)


def test_init_writes_the_schemas_of_the_reference_project(starter: Path) -> None:
    written = {path.name: path.read_bytes() for path in (starter / "schema").iterdir()}
    assert written == {path.name: path.read_bytes() for path in (REFERENCE / "schema").iterdir()}
