"""Every template is YAML with values in whole places, and each of them is used."""

import re
from pathlib import Path

import pytest
from jinja2 import FileSystemLoader

from plimsoll.compiler.kinds.objects import OBJECT_KINDS
from plimsoll.compiler.rendering.environment import environment, fill, template
from plimsoll.compiler.resources import data_root
from plimsoll.contract.release_files import BOOTSTRAP_PREFIX

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


def test_the_kinds_that_rules_can_judge_are_those_of_the_templates() -> None:
    kinds = {kind for one in TEMPLATES for kind in re.findall(r"^kind: (\w+)$", one.read_text(), re.MULTILINE)}
    assert kinds == OBJECT_KINDS


@pytest.mark.parametrize(
    "template", [one for one in TEMPLATES if not one.name.startswith("_")], ids=lambda one: one.name
)
def test_no_include_is_left_to_be_looked_up(template: Path) -> None:
    ours = environment()
    assert ours.loader is not None
    text, _, _ = ours.loader.get_source(ours, template.name)
    assert "[% include" not in text


def test_a_whole_template_renders_what_its_includes_would(tmp_path: Path) -> None:
    (tmp_path / "a.j2").write_text(
        '# a\n[% for x in xs %]\n[% with y = x %]\n  [% include "b.j2" %]\n[% endwith %]\n[% endfor %]\nz: 1\n'
    )
    (tmp_path / "b.j2").write_text('[# b #]\n- [[ y ]]\n[% include "c.j2" %]\n')
    (tmp_path / "c.j2").write_text("[% if y is defined %]\n- [[ xs ]]\n[% endif %]\n")
    ours = environment(tmp_path)
    plain = ours.overlay(loader=FileSystemLoader(tmp_path))
    given = {"xs": ["1", "2"]}
    assert ours.get_template("a.j2").render(given) == plain.get_template("a.j2").render(given)


@pytest.mark.parametrize("name", ["configmap", "role", "service", "poddisruptionbudget"])
def test_a_template_is_filled_as_jinja_renders_it(name: str) -> None:
    labels, text = {"a": "1", "b/c": 'x"\n- y'}, {"k": "a\n  b\nc\n"}
    given = {"name": "n", "namespace": "", "labels": labels, "annotations": labels, "data": text, "binary": {}}
    given |= {"selector": labels, "distributed": None, "creates_workflows": True, "port": 1, "disruption": {"x": 1}}
    assert fill(name, given) == template(name).render(given)


def test_what_a_template_calls_is_given_what_it_gives() -> None:
    source = "[% for x in xs %][[ join(x, between='-') ]][% endfor %]"
    given = {"xs": [["a", "b"]], "join": lambda parts, between: between.join(parts)}
    assert environment().from_string(source).render(given) == '"a-b"'


def test_every_template_is_used() -> None:
    included = {name for path in TEMPLATES for name in re.findall(r'\[% include "([^"]+)" %\]', path.read_text())}
    whole = {path.name for path in TEMPLATES if not path.name.startswith("_")}
    assert {path.name for path in TEMPLATES if path.name.startswith("_")} == included
    rendered = (Path(__file__).parents[2] / "golden").glob("*/expected/**/*.yaml")
    kinds = {file.stem.removeprefix(BOOTSTRAP_PREFIX).split("-")[0] for file in rendered}
    assert {name.removesuffix(".yaml.j2").split("-")[0] for name in whole} == kinds
