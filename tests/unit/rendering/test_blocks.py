"""A literal block is the text it was made from, to readers of YAML 1.1 and of 1.2, and shows it as it is."""

from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plimsoll.compiler.rendering.blocks import Block, literal
from plimsoll.compiler.rendering.environment import environment
from plimsoll.compiler.rendering.patching.dump import dump
from plimsoll.compiler.rendering.scalars import as_yaml
from plimsoll.compiler.rendering.woven import Woven

LINES = st.text(
    st.sampled_from("a#:-|'\"\\{[&%é😀 \t") | st.characters(exclude_categories=["Cs"]), max_size=8
) | st.sampled_from(["", "---", "...", "- x", "key: 1", "    deeper", "#", "%YAML 1.1", "\ufeff", "\u2028", "a\r"])
TEXTS = st.lists(LINES, min_size=1, max_size=6).map("\n".join)
CODE = 'import os\n\n\ndef main() -> None:\n    print("a: {}")  # [b]\n'


def _readers(text: str) -> list[Any]:
    return [yaml.safe_load(text), yaml.load(text, yaml.CSafeLoader), YAML(typ="safe", pure=True).load(text)]


@given(TEXTS)
@example(CODE)
@example("a\nb\n\n")
@example("\n\n\n")
@example("a\n \n \nb\n  \n")
@example("\ta\nb\nc")
@example("a\n\tb\n\t\nc")
def test_a_text_comes_back_from_a_block(text: str) -> None:
    source = f"top:\n  key: {as_yaml(Block(text, 4))}\n  next: 1\nlast:\n  - x\n"
    for read in _readers(source):
        assert read == {"top": {"key": text, "next": 1}, "last": ["x"]}


@given(st.lists(TEXTS, max_size=4))
def test_a_woven_text_is_a_block_like_any_other(pieces: list[str]) -> None:
    assert as_yaml(Block(Woven(*pieces), 4)) == as_yaml(Block("".join(pieces), 4))


@given(st.recursive(TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner), max_leaves=5))
def test_a_patched_object_holds_its_texts_in_blocks(value: Any) -> None:
    for read in _readers(dump({"data": value})):
        assert read == {"data": value}
    assert '\\"a' not in dump({"data": {"main.py": CODE}})


def test_a_block_shows_its_lines_as_they_are() -> None:
    source = environment().from_string("data:\n  code: [[ code | block(4) ]]\n").render(code=CODE)
    assert source == 'data:\n  code: |\n    import os\n\n\n    def main() -> None:\n        print("a: {}")  # [b]\n'


@pytest.mark.parametrize("new", ["\U0001fae8", "\U0001cc00", "\u00a0"])
def test_what_a_block_may_hold_is_no_matter_of_what_a_python_knows(new: str) -> None:
    """Characters of Unicode 15 and 16, which only some versions of Python call printable."""
    assert as_yaml(Block(f"a\n{new}\nb\n", 4)) == f"|\n    a\n    {new}\n    b"


@pytest.mark.parametrize(
    "text", ["a\nb", " a\nb\nc\n", "a\nb\nc \n", "a\nb\n\n", "a\n\x1b[31m\nb\n", "a\n\u202e\nb\n", "a\n\r\nb\n"]
)
def test_what_would_be_read_or_seen_otherwise_is_quoted(text: str) -> None:
    assert literal(text, 4) is None
    assert as_yaml(Block(text, 4)).startswith('"')
