"""What is read line by line is what the parser reads, whatever is done to a text; what is usual is read so."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.compiler.loading import usual
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.loading.usual import MOST, usual_value
from plimsoll.compiler.loading.whole import parse_whole
from plimsoll.compiler.resources import data_root

FOLDERS = (data_root("policies").parent / "specs", data_root("policies"))
TEXTS = [path.read_text() for folder in FOLDERS for path in sorted(folder.rglob("*.yaml"))]

PIECES = (
    *("\n", "\n\n", "\n  ", "\n    ", "\n- ", "\n  - ", " ", "  ", "a: ", "b:", "- ", "- a: ", ": ", ":", "#", " # c"),
    *("'", '"', "''", "\\", "\\n", "[", "]", "{", "}", ", ", ",", "|", "|-", ">", ">-", "|2", "&a ", "*a", "!t ", "? "),
    *(
        "-",
        "~",
        "null",
        "true",
        "yes",
        "Off",
        "1",
        "0x1f",
        "012",
        "1_0",
        "1e5",
        "1e999",
        ".inf",
        "12:30",
        "x",
        "y",
        "=<",
    ),
    *("---", "---\n", "...", "%", "@", "`", "<<: ", "é", "\u00a0", "\u2028", "\t", "\r", "\ufeff", "\x00", "9" * 25),
)


def assert_alike(text: str) -> bool:
    """Hold the law of ``usual_value``; true where it had anything to say."""
    found = usual_value(text)
    if found is None:
        return False
    whole = parse_whole(SourceFile("a.yaml", text))
    assert whole.diagnostics == ()
    assert whole.value is not None
    assert repr([one.value for one in whole.value]) == repr([found])
    assert [one.position for one in whole.value] == [0]
    return True


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_pieces_are_read_as_the_parser_does(text: str) -> None:
    assert_alike(text)
    assert_alike(f"{text}\n")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TEXTS), st.randoms(use_true_random=False))
def test_changed_specs_are_read_as_the_parser_does(text: str, chance: random.Random) -> None:
    lines = text.split("\n")[:60]
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(lines))
        match chance.randrange(4):
            case 0:
                lines.insert(at, " " * chance.randrange(9) + chance.choice(lines).lstrip())
            case 1:
                lines[at] = " " * chance.randrange(9) + lines[at].lstrip()
            case 2:
                cut = chance.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:cut] + chance.choice(PIECES) + lines[at][cut:]
            case _:
                del lines[at : at + chance.randrange(1, 3)]
                lines = lines or [""]
    assert_alike("\n".join(lines) + "\n")


@pytest.mark.parametrize("text", TEXTS)
def test_specs_as_they_are_written_are_read_as_the_parser_does(text: str) -> None:
    assert_alike(text)


def test_most_specs_are_usual() -> None:
    assert sum(usual_value(text) is not None for text in TEXTS) > 0.8 * len(TEXTS)


@pytest.mark.parametrize(
    "text",
    [
        'a: {b: [1, 2.5, x y], "c": "d\\n"}  # why\n',
        "---\na:\n- b: 1\n  c: |\n    one\n      two\n\n    three\n\nd: >-\n  one\n  two\n",
        'a:\n  - x\n  - -1\n  - "# no comment"\nb: u://v#w\nc:\n',
        "a: é\nb: 'it: is'\n# end\n",
        "a: b\nc:",
    ],
)
def test_what_is_usual_needs_no_parser(text: str) -> None:
    assert assert_alike(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a: 1\na: 2\n",
            "a: &x 1\n",
            "a: *x\n",
            "a: !t 1\n",
            "yes: 1\n",
            "a: no\n",
            "a: 012\n",
            "a: 1e999\n",
            "<<: {}\n",
        ),
        *(
            "a: b: c\n",
            "a: b\n  c\n",
            "a: b\n  c: d\n",
            "a:\n    b: 1\n  c: 2\n",
            "- a\n",
            "a\n",
            "\n",
            "",
            "a: |\n  b",
            "a: 1\n---\n",
        ),
        *(
            "a: [b: c]\n",
            "a: [b\n",
            "a: {b: }\n",
            "a: {b: 1, b: 2}\n",
            "a: [b,]\n",
            "a: \t1\n",
            "a: 1\r\n",
            "a: \u00a0\n",
        ),
        *(
            "a: |\n  b\n c: d\n",
            "a: |2\n   b\n",
            "a: >\n  b\n\n  c\n",
            "a: 'b''c'\n",
            'a: "\\u0041"\n',
            "a: -\n",
            "a: @b\n",
        ),
        "a: " + "[" * 40 + "]" * 40 + "\n",
        "".join(f"{' ' * level}a:\n" for level in range(60)),
        "a: b\n" * MOST,
    ],
)
def test_what_is_not_usual_is_left_to_the_parser(text: str) -> None:
    assert usual_value(text) is None


def test_collections_on_one_line_are_made_anew_each_time() -> None:
    text = "a: {b: []}\n"
    first, second = usual_value(text), usual_value(text)
    assert first is not None
    assert second is not None
    first["a"]["b"].append(1)
    assert second == usual_value(text) == {"a": {"b": []}}


def test_the_lines_that_are_remembered_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usual, "_MOST_LINES", 10)
    for number in range(100):
        assert usual_value(f"a{number}: 1\n") == {f"a{number}": 1}
    assert len(usual._LINES) <= 12
