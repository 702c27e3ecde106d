"""Law: whichever style a scalar is written in, a character of it is found where it stands in the file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.governance.positions import span_in_scalar
from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile

NESTED = "key: {inner: x}\nother:\n  - key: >-\n      "


def _quoted(quote: str, word: str) -> str:
    """A word as it is written between quotes of a kind, or without any."""
    if quote == "'":
        return word.replace("'", "''")
    return word.replace("\\", "\\\\").replace('"', '\\"') if quote == '"' else word


@pytest.mark.parametrize(
    ("opening", "between", "quote"),
    [
        ("key: ", " ", ""),
        ("key: '", " ", "'"),
        ('key: "', " ", '"'),
        ("key: '", "\n   ", "'"),
        ("key: |\n  ", "\n  ", ""),
        ("key: >-\n  ", "\n  ", ""),
        (NESTED, "\n      ", ""),
    ],
)
@given(words=st.lists(st.text("abcdefé'\"\\", min_size=1, max_size=6), min_size=1, max_size=6), data=st.data())
def test_a_word_is_found_in_every_style(
    opening: str, between: str, quote: str, words: list[str], data: st.DataObject
) -> None:
    words = [f"x{words[0]}", *words[1:]]
    source = SourceFile("f.yaml", opening + between.join(_quoted(quote, word) for word in words) + quote + "\n")
    (document,) = parse(source).value or ()
    route = ("other", 0, "key") if opening == NESTED else ("key",)
    value = document.value
    for part in route:
        value = value[part]  # type: ignore[index]
    index = data.draw(st.integers(0, len(words) - 1))
    offset = len(" ".join([*words[:index], ""]))
    span = span_in_scalar(document, route, str(value), offset, len(words[index]))
    assert source.line(span.line)[span.column - 1 :].startswith(_quoted(quote, words[index]))
