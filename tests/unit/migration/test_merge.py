"""Laws of taking a change over into a text of another layout."""

from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml.error import YAMLError

from plimsoll.compiler.migration.merge import merge_lines
from plimsoll.compiler.migration.split import split

LINES = st.lists(st.sampled_from(["a", "b", "c", " a", ""]), max_size=8)


@given(LINES, LINES)
def test_no_change_keeps_every_line(own: list[str], plain: list[str]) -> None:
    assert merge_lines(own, plain, plain) == list(range(len(own)))


@given(LINES, LINES)
def test_a_text_that_was_plain_becomes_the_changed_one(plain: list[str], changed: list[str]) -> None:
    merged = merge_lines(plain, plain, changed)
    assert [plain[line] if isinstance(line, int) else line for line in merged] == changed


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=8, unique=True), st.integers(0, 7))
def test_a_changed_line_is_changed_in_another_layout(plain: list[str], number: int) -> None:
    own = [f"  {line}" for line in plain]
    changed = [("new" if n == number else line) for n, line in enumerate(plain)]
    assert merge_lines(own, plain, changed) == [("  new" if n == number else n) for n in range(len(own))]


PARTS = st.sampled_from(["---\n", "--- # c\n", "...\n", "a: 1\n", "# c\n", "\n", "--- {a: 1}\n", "---\r\nb: [x]\r\n"])


@given(st.lists(PARTS, max_size=8))
def test_the_parts_of_a_file_are_the_file(parts: list[str]) -> None:
    text = "".join(parts)
    try:
        found = split(text)
    except YAMLError:
        return
    assert "".join(part.text for part in found) == text
    assert all("---" not in part.text for part in found if part.is_document)
