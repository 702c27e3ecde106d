"""Whatever a template prints is read back as it was, by readers of YAML 1.1 and of 1.2."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import StrictUndefined, UndefinedError
from markupsafe import Markup
from ruamel.yaml import YAML

from plimsoll.compiler.rendering.environment import environment
from plimsoll.compiler.rendering.scalars import as_yaml
from plimsoll.compiler.rendering.written import readable_json

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def _readers(text: str) -> list[Any]:
    return [yaml.safe_load(text), YAML(typ="safe", pure=True).load(text)]


@given(TEXTS)
@example("a: b\n- c\n  d\n")
@example(" first\n  second\n\n\tthird\\\n\"'")
@example("\u202e\u2028\x85\ufeff\x7f\x00\U0001f600")
@example("x" * 10_000 + "\n---\n...\n%YAML\n")
def test_a_text_comes_back_wherever_it_stands(text: str) -> None:
    source = f"top:\n  deep:\n    deeper:\n      - key: {as_yaml(text)}\n        next: 1\nlast: 2\n"
    for read in _readers(source):
        assert read == {"top": {"deep": {"deeper": [{"key": text, "next": 1}]}}, "last": 2}


@given(VALUES)
def test_a_value_comes_back(value: Any) -> None:
    assert YAML(typ="safe").load(f"key: {as_yaml(value)}\n")["key"] == value


def test_a_text_of_several_lines_keeps_a_line_for_each() -> None:
    assert as_yaml("a\n  b\nc\n").count("\n") == 4
    assert as_yaml("one line\n").count("\n") == 0


def test_marks_that_turn_the_direction_of_text_are_shown_as_escapes() -> None:
    assert as_yaml("a\u202eb") == '"a\\u202eb"'


def test_only_plain_values_are_printed() -> None:
    for value in (object(), b"bytes", {1, 2}, float("inf"), [float("nan")]):
        with pytest.raises((TypeError, ValueError)):
            as_yaml(value)
    with pytest.raises(UndefinedError):
        as_yaml(StrictUndefined(name="missing"))


@pytest.mark.parametrize(
    "expression",
    [
        "[[ x ]]",
        "[[ x | safe ]]",
        "[[ x | string ]]",
        "[[ markup ]]",
        "[% set y %][[ x ]][% endset %][[ y ]]",
        "[[ x | escape ]]",
    ],
)
def test_no_filter_gets_a_value_around_its_quotes(expression: str) -> None:
    text = 'a"\n- b: [c'
    source = environment().from_string(f"key: {expression}\nlast: 1\n").render(x=text, markup=Markup(text))
    read = yaml.safe_load(source)
    assert read.keys() == {"key", "last"}
    assert isinstance(read["key"], str)


@given(VALUES)
@example([1e-5, 1e16, 1.5e300, -1e-7, 123456789.123, 0.1, 2**70])
@example({"1e5": ["e5", "NaN", "x\n1e5"], "empty": [{}, []]})
def test_readable_json_is_what_python_writes(value: Any) -> None:
    assert readable_json(value) == json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def test_a_number_that_is_not_finite_is_no_json() -> None:
    for value in (float("nan"), float("inf"), -float("inf")):
        with pytest.raises(ValueError, match="not JSON compliant"):
            readable_json({"a": [value]})
