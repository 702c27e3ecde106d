"""What is written faster than by Python's encoder is what that writes."""

import json
from json import JSONEncoder

from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.rendering.objects import braced, config_map_name, content_hash
from plimsoll.compiler.rendering.scalars import _json, as_yaml
from plimsoll.compiler.rendering.woven import Woven

TEXTS = st.text(max_size=8) | st.sampled_from(["{{", "a {{b}}", '"', "\\", "é", "\u2028", "\x00", "😀"])
KEYS = TEXTS | st.integers(-3, 3) | st.booleans() | st.none()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3) | st.tuples(inner, inner),
    max_leaves=12,
)


@given(VALUES)
def test_values_are_written_as_python_does(value: object) -> None:
    assert _json(value) == JSONEncoder(ensure_ascii=False, allow_nan=False).encode(value)


@given(st.dictionaries(TEXTS, TEXTS, max_size=4), st.dictionaries(TEXTS, TEXTS, max_size=2))
def test_a_config_map_is_named_by_its_data_as_json(data: dict[str, str], binary: dict[str, str]) -> None:
    hashed = content_hash(json.dumps([data, binary], sort_keys=True).encode())
    assert config_map_name("stem", data, binary) == f"stem-{hashed}"


PIECES = st.lists(st.text(st.sampled_from('a \n\x7f"\\é\u2028😀'), max_size=6) | TEXTS, max_size=4)


@given(PIECES)
def test_a_woven_text_is_written_as_the_text_that_its_pieces_make(pieces: list[str]) -> None:
    woven, plain = Woven(*pieces), "".join(pieces)
    assert woven == plain
    assert as_yaml(woven) == as_yaml(plain)
    assert config_map_name("stem", {"a": woven}, {}) == config_map_name("stem", {"a": plain}, {})


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in _texts(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in _texts(part)]
    return [value] if isinstance(value, str) else []


@given(VALUES)
def test_every_text_with_braces_is_found_once(value: object) -> None:
    assert list(braced(value)) == sorted({text for text in _texts(value) if "{{" in text})
