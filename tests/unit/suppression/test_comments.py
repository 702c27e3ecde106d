"""Comments are found where YAML has them, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plimsoll.compiler.editing.lines import Lines
from plimsoll.compiler.suppression.comments import layout

TEXT = """\
# first
a: "x # no"  # after a quoted one
b: |  # after the header
  text # no
  # no

  more 😀 # no
# after a block
c: {d: 'it''s # no', e: [1, 2]}  # after a flow
f: plain#no # after a plain one
g: "over
  # no
  lines"  # after its end
--- # of the second document
h: >-
    folded # no
  # less than the block
...
# last"""


def test_comments_of_a_text_with_every_kind_of_scalar() -> None:
    found = [(one.line, one.text, one.alone) for one in layout(TEXT).comments]
    lines = TEXT.splitlines()
    assert found == [
        (1, "# first", True),
        (2, "# after a quoted one", False),
        (3, "# after the header", False),
        (8, "# after a block", True),
        (9, "# after a flow", False),
        (10, "# after a plain one", False),
        (13, "# after its end", False),
        (14, "# of the second document", False),
        (17, "# less than the block", True),
        (19, "# last", True),
    ]
    assert all(lines[one.line - 1][one.column - 1 :] == one.text for one in layout(TEXT).comments)
    assert layout(TEXT).stretches == ((3, 7), (11, 13), (15, 16))


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\u2028", "\x85"])
def test_lines_end_where_libyaml_ends_them(ending: str) -> None:
    plain, other = layout(TEXT), layout(TEXT.replace("\n", ending))
    assert [(c.line, c.column, c.text) for c in other.comments] == [(c.line, c.column, c.text) for c in plain.comments]
    assert other.stretches == plain.stretches


def test_what_is_not_yaml_has_the_comments_before_the_fault() -> None:
    assert [one.text for one in layout("a: 1  # one\nb: @ # two\n").comments] == ["# one"]


SCALARS = st.sampled_from(['"a # b"', "'# no'", "plain#x", "1", "[a, '#b']", "{k: 'v # w'}", "|\n    # x\n    y\n"])
COMMENTS = st.sampled_from(["", "  # one", " #two", "  # three # four 😀"])


@given(st.lists(st.tuples(SCALARS, COMMENTS, st.booleans()), min_size=1, max_size=8))
def test_every_comment_that_is_written_is_found_and_no_other(parts: list[tuple[str, str, bool]]) -> None:
    text, written = "", []
    for number, (scalar, comment, alone) in enumerate(parts):
        if alone:
            text, written = f"{text}# line {number}\n", [*written, f"# line {number}"]
        head, _, tail = f"k{number}: {scalar}".partition("\n")
        text = f"{text}{head}{comment}\n{tail}"
        written += [comment.strip()] if comment else []
    assert YAML(typ="safe").load(text)
    assert [one.text for one in layout(text).comments] == written


@given(st.text("ab#\n\r\u2028 ", max_size=30))
def test_an_offset_is_the_place_it_has(text: str) -> None:
    lines = Lines(text)
    assert all(lines.offset(*lines.place(offset)) == offset for offset in range(len(text) + 1))
