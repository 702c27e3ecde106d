"""Plain scalars mean what YAML 1.2 says; what other readers take for another, or cannot hold, is told."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.scalars import OLD_WORDS, SPECIAL, SPECIAL_FIRST, old_reading, plain
from plimsoll.compiler.loading.sources import SourceFile


def parsed(text: str) -> tuple[object, list[str]]:
    outcome = parse(SourceFile("a.yaml", f"a: {text}"))
    (document,) = outcome.value or ()
    return document.value["a"], [one.code for one in outcome.diagnostics]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[
            ("", None),
            ("~", None),
            ("null", None),
            ("true", True),
            ("False", False),
            ("nULL", "nULL"),
            ("tRUE", "tRUE"),
        ],
        *[("0", 0), ("-0", 0), ("+12", 12), ("0o17", 15), ("0x1F", 31), ("9223372036854775807", 2**63 - 1)],
        *[
            ("1.", 1.0),
            (".5", 0.5),
            ("1e3", 1000.0),
            ("-1.5E-3", -0.0015),
            ("1e-999", 0.0),
            ("-9223372036854775808", -(2**63)),
        ],
        *[("2026-01-31", "2026-01-31"), ("1.2.3", "1.2.3"), ("0x", "0x"), ("0o8", "0o8"), ("1e", "1e"), ("=", "=")],
        *[
            ("inf", "inf"),
            ("nan", "nan"),
            ("Infinity", "Infinity"),
            ("1 2", "1 2"),
            ("٣", "٣"),
            ("'NO'", "NO"),
        ],
    ],
)
def test_what_every_reader_takes_for_the_same(text: str, value: object) -> None:
    got, codes = parsed(text)
    assert (type(got), got, codes) == (type(value), value, [])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("NO", "NO"), ("on", "on"), ("y", "y"), ("1:30", "1:30"), ("190:20:30", "190:20:30"), ("1_000", "1_000")],
        *[("0b101", "0b101"), ("0777", 777), ("-012", -12), ("00", 0)],
    ],
)
def test_what_readers_of_yaml_1_1_take_for_another(text: str, value: object) -> None:
    assert parsed(text) == (value, ["PLM-YML-006"])


def test_keys_are_warned_of_as_well() -> None:
    found = parse(SourceFile("a.yaml", "on: 1\n'off': 2\nNO: 3\n")).diagnostics
    assert [(one.code, one.span.line) for one in found] == [("PLM-YML-006", 1), ("PLM-YML-006", 3)]


@pytest.mark.parametrize(
    "text",
    [
        *(".inf", "-.INF", "+.Inf", ".nan", ".NaN", "1e999", "-1e999", "9" * 400 + ".0", "9223372036854775808"),
        *("-9223372036854775809", "0x8000000000000000", "0o" + "7" * 30, "9" * 5_000, "0x" + "f" * 5_000),
    ],
)
def test_numbers_that_not_every_reader_keeps(text: str) -> None:
    value, codes = parsed(text)
    assert (value, codes) == (None, ["PLM-YML-008"])


@given(st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_as_they_were(number: float) -> None:
    assert plain(repr(number)) == number


@given(st.text(st.sampled_from("0123456789_:.eE+-xobfnyNO~infaIAF"), max_size=12))
def test_any_scalar_is_read_or_refused(text: str) -> None:
    try:
        value = plain(text)
    except ValueError as error:
        assert str(error)  # noqa: PT017 -- either outcome is one
    else:
        assert value is None or isinstance(value, bool | int | str) or math.isfinite(value)
        told = old_reading(text)
        assert told is None or text in told[0]


def test_the_words_of_yaml_1_1() -> None:
    assert {"y", "N", "yes", "No", "ON", "off"} < OLD_WORDS
    assert not OLD_WORDS & {"true", "yEs", "null"}


@given(st.from_regex(SPECIAL) | st.text(max_size=3))
def test_what_may_be_no_text_is_known_by_its_first_letter(text: str) -> None:
    assert text[:1] in SPECIAL_FIRST or not SPECIAL.match(text)
