"""Laws of showing a spec: what is written is read back as the same."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.cli.effective.layout import yaml_lines
from plimsoll.cli.effective.scalars import lines_of, scalar
from plimsoll.cli.effective.spec import Effective, effective
from plimsoll.cli.views.paint import Styled, safe
from plimsoll.compiler.kinds import KINDS
from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile, find_sources
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.project.typed import Located, type_document
from plimsoll.compiler.project.written import duration, written
from plimsoll.compiler.resources import data_root

ROOT = Path(__file__).parents[3]
WORDS = ("no", "1:30", "0x1f", "1e3", "~", "null", "- a", "a: b", "a #b", "#", "&a", "*a", "!t", "2028-12-31", "<<")
TEXTS = st.text(max_size=40) | st.sampled_from((*WORDS, "=", "3h", "a,b", "[a", "it's", "A?", "a\tb"))
PLAIN = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False)


def project_of(folder: Path) -> Project:
    sources = find_sources(folder).value
    assert sources is not None
    project = load_project(sources).value
    assert project is not None
    return project


PROJECTS = [project_of(ROOT / "specs"), *(project_of(folder) for folder in sorted(ROOT.glob("tests/golden/*/specs")))]
SPECS = [(project, one) for project in PROJECTS for one in project.located()]
ANYTHING = PROJECTS[0].located()[0]
PLACED = [(project, one) for project in PROJECTS for one in project.placed]


def read_back(text: str) -> dict[str, Any]:
    [document] = parse(SourceFile("shown.yaml", text)).value or ()
    return document.value


def printed(shown: Effective) -> str:
    """What reaches a terminal: every piece made safe."""
    lines = yaml_lines(shown, lambda span: f"{span.path}:{span.line}", origins=True)
    pieces = ((line,) if isinstance(line, str) else line for line in lines)
    return "\n".join("".join(safe(p.text if isinstance(p, Styled) else p) for p in line).rstrip(" ") for line in pieces)


@pytest.mark.parametrize(("project", "one"), SPECS, ids=lambda one: getattr(one, "key", ""))
def test_a_spec_that_is_shown_is_read_as_the_same_spec(project: Project, one: Located[Any]) -> None:
    value = read_back(printed(effective(project, one, None)))
    assert KINDS[one.spec.kind_name].model_validate(value) == one.spec


@pytest.mark.parametrize(("project", "placed"), PLACED, ids=lambda one: getattr(one, "name", ""))
def test_a_placed_deployment_that_is_shown_is_read_as_the_same(project: Project, placed: Any) -> None:
    environment = placed.environment.spec.metadata.name
    value = read_back(printed(effective(project, placed.deployment, environment)))
    again = KINDS["Deployment"].model_validate(value)
    spec: Any = again.spec
    assert spec.model_copy(update={"environments": placed.spec.environments}) == placed.spec
    assert spec.environments == {environment: {}}


@pytest.mark.parametrize(("project", "one"), SPECS, ids=lambda one: getattr(one, "key", ""))
def test_a_spec_is_what_it_is_written_as(project: Project, one: Located[Any]) -> None:
    assert type(one.spec).model_validate(written(one.spec)) == one.spec


def test_every_policy_of_the_catalogue_is_read_back() -> None:
    for path in sorted(data_root("policies").glob("*/*/policy.yaml")):
        [document] = parse(SourceFile(path.name, path.read_text())).value or ()
        spec = type_document(document).value
        assert spec is not None
        assert type(spec).model_validate(written(spec)) == spec


@given(TEXTS | PLAIN)
def test_a_scalar_is_read_as_itself_in_a_block_and_in_brackets(value: Any) -> None:
    document = f"a: {scalar(value)} # x\nb: [{scalar(value, flow=True)}, {{{scalar(value, flow=True)}: 1}}]\n"
    assert safe(document.replace("\n", "")) == document.replace("\n", "")
    read = read_back(document)
    assert read["a"] == value
    assert type(read["a"]) is type(value)
    assert read["b"][0] == value


@given(st.text(alphabet=st.sampled_from("ab \n#:-'\"|\t\u202e"), max_size=30))
def test_a_text_of_several_lines_is_read_as_itself(value: str) -> None:
    block = lines_of(value)
    if block is not None:
        lines = [f"    {line}".rstrip(" ") for line in block[1]]
        text = "\n".join(["a:", f"  b: {block[0]}  # origin", *lines, "c: 1\n"])
        assert read_back(text) == {"a": {"b": value}, "c": 1}


@given(
    st.recursive(
        TEXTS | st.integers(0, 9) | st.booleans(),
        lambda inside: st.dictionaries(TEXTS, inside, max_size=3) | st.lists(inside, max_size=3),
        max_leaves=12,
    ).map(lambda value: {"a": value})
)
def test_any_values_are_read_as_themselves(value: dict[str, Any]) -> None:
    assert read_back(printed(Effective(ANYTHING, None, value))) == value


@given(st.integers(0, 10**9))
def test_a_duration_is_written_in_the_largest_whole_unit(total: int) -> None:
    text = duration(total)
    length = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
    assert int(text[:-1]) * length[text[-1]] == total
    assert all(total % size for unit, size in length.items() if size > length[text[-1]]) or total == 0
