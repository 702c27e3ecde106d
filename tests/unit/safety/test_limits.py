"""Every limit of input is exact, is named by its finding, and is found in bounded time."""

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.limits import (
    MAX_DOCUMENTS,
    MAX_EXPANDED,
    MAX_FINDINGS,
    MAX_KEY,
    MAX_NESTING,
    MAX_NODES,
    MAX_SCALAR,
    nesting_bound,
)
from plimsoll.compiler.loading.sources import MAX_BYTES, SourceFile
from plimsoll.compiler.project.reading import read

SPEC = "apiVersion: plimsoll.dev/v1\nkind: Model\n"


def findings(text: str) -> tuple[Diagnostic, ...]:
    return parse(SourceFile("a.yaml", text)).diagnostics


def refusal(text: str) -> tuple[str, int, int, str]:
    """The code, line, column and message of the one finding."""
    (one,) = findings(text)
    return one.code, one.span.line, one.span.column, one.message


NESTED = [
    pytest.param(lambda n: "a: " + "[" * (n - 1) + "]" * (n - 1), id="flow sequences"),
    pytest.param(lambda n: "{a: " * (n - 1) + "{b: 1}" + "}" * (n - 1), id="flow mappings"),
    pytest.param(lambda n: "a:\n" + "- " * (n - 1) + "x", id="compact sequences"),
    pytest.param(lambda n: "".join(" " * i + "a:\n" for i in range(n - 1)) + " " * n + "b: 1", id="block mappings"),
    pytest.param(lambda n: "".join(" " * i + "a:\n" + " " * i + "-\n" for i in range(n // 2)), id="indentless"),
    pytest.param(lambda n: "a:\n" + " [\n" * (n - 1) + " ]\n" * (n - 1), id="one bracket a line"),
    pytest.param(lambda n: "#" * 600 + "\na: " + "[" * (n - 1) + "]" * (n - 1), id="below a long line"),
]


@pytest.mark.parametrize("nested", NESTED)
def test_nesting_is_read_up_to_the_limit(nested) -> None:
    assert findings(nested(MAX_NESTING)) == ()
    code, _, _, message = refusal(nested(MAX_NESTING + 2))
    assert (code, message) == ("PLM-YML-002", "nests deeper than 200 levels")


def test_the_refusal_of_nesting_stands_where_it_is_too_deep() -> None:
    assert refusal("a: 1\nb: " + "[" * 5_000)[1:3] == (2, 3 + MAX_NESTING)
    assert refusal("[\n" * MAX_NESTING + "  [" + "]\n" * (MAX_NESTING + 1))[1:3] == (MAX_NESTING + 1, 3)


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert findings("a:\n" + "- {b: [1, 2], c: {d: '[[[[{{{{'}}\n" * 3_000) == ()


@given(st.recursive(st.none(), lambda inner: st.lists(inner, min_size=1, max_size=2), max_leaves=30), st.data())
def test_the_bound_is_one(tree: object, data: st.DataObject) -> None:
    """However a tree is written, it nests no deeper than the bound says."""
    assert nesting_bound(_written(tree, 0, data)) >= _depth(tree)


def _depth(tree: object) -> int:
    return 1 + max(map(_depth, tree)) if isinstance(tree, list) else 0


def _written(tree: object, indent: int, data: st.DataObject) -> str:
    """A tree as YAML, each list in one of the styles that block context allows."""
    if not isinstance(tree, list):
        return "x\n"
    if data.draw(st.booleans()):
        return "[" * _depth(tree) + "]" * _depth(tree) + "\n"
    lead = data.draw(st.sampled_from(("- ", "? ")))
    inner = [_written(part, indent + 2, data) for part in tree]
    return (" " * indent).join(["", *(f"{lead}{part}" for part in inner)]).lstrip(" ")


def test_what_is_composed_fits_into_the_smallest_stack() -> None:
    """Threads have 512 KB on macOS: the deepest text that the composer may see is composed in less, in a process."""
    program = """if True:
        import threading
        from plimsoll.compiler.loading.composing import compose
        from plimsoll.compiler.loading.limits import COMPOSABLE, nesting_bound
        done = []
        for opening, closing in ("[", "]"), ("{? ", "}"), ("{a:", "}"):
            room = COMPOSABLE - 2 * (len(opening) + len(closing))
            text = (opening + "\\n") * room + (closing + "\\n") * room
            assert COMPOSABLE - 20 < nesting_bound(text) <= COMPOSABLE
            threading.stack_size(400 * 1024)
            thread = threading.Thread(target=lambda: done.append(len(compose(text))))
            thread.start()
            thread.join()
        print(done)
    """
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "[1, 1, 1]\n"), ended.stderr


def test_values_are_read_up_to_the_limit() -> None:
    assert findings("a: [" + "1," * (MAX_NODES - 4) + "1]") == ()
    assert "50,000 keys and values" in refusal("a: [" + "1," * MAX_NODES + "1]")[3]
    assert "50,000 keys and values" in refusal("a: [" + "{}," * MAX_NODES + "1]")[3]


def test_aliases_expand_up_to_the_limits() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefg", "bcdefgh", strict=True)
    )
    assert refusal(bomb)[3].endswith("values once its aliases are expanded")
    text = "a: &a " + "x" * MAX_SCALAR + "\nb: [%s]"
    assert findings(text % ", ".join(["*a"] * (MAX_EXPANDED // MAX_SCALAR - 2))) == ()
    assert "10,000,000 characters" in refusal(text % ", ".join(["*a"] * (MAX_EXPANDED // MAX_SCALAR)))[3]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: &a [*a]", 1, 4),
        ("a: 1\nb: &b\n  c: *b", 2, 4),
        ("a: 1\nb: &b\n  - c: {d: [*b]}", 2, 4),
    ],
)
def test_a_value_that_holds_itself(text: str, line: int, column: int) -> None:
    assert refusal(text) == ("PLM-YML-002", line, column, "a value holds itself by an alias")


def test_a_loop_in_a_value_that_is_left_aside_ends() -> None:
    assert [one.code for one in findings("a: 1\na: &x [*x]\n? &y [*y]\n: 1\n")] == ["PLM-YML-003", "PLM-YML-004"]


@pytest.mark.parametrize("form", ["a: '{}'", "a: |\n  {}", "a: [1, {}]"])
def test_a_value_is_read_up_to_the_limit(form: str) -> None:
    assert findings(form.format("x" * (MAX_SCALAR - 1))) == ()
    assert "at most 100,000 are read" in refusal(form.format("x" * (MAX_SCALAR + 1)))[3]


@pytest.mark.parametrize("form", ["? {}\n: 1", "? '{}'\n: 1", "{{? {} : 1}}"])
def test_a_key_is_read_up_to_the_limit(form: str) -> None:
    assert findings(form.format("x" * MAX_KEY)) == ()
    assert refusal(form.format("x" * (MAX_KEY + 1)))[3] == "has a key of 501 characters; at most 500 are read"


def test_documents_are_read_up_to_the_limit() -> None:
    assert len(parse(SourceFile("a.yaml", "--- {a: 1}\n" * MAX_DOCUMENTS)).value or ()) == MAX_DOCUMENTS
    assert refusal("--- {a: 1}\n" * (MAX_DOCUMENTS + 1))[3] == "has more than 1,000 documents"


@pytest.mark.parametrize(
    "text",
    [
        "a: NO\n" + "".join(f"k{n}: on\n" for n in range(500)) + "a: 1\n",
        "kind: Model\napiVersion: plimsoll.dev/v1\n" * 300,
    ],
)
def test_findings_are_told_up_to_the_limit(text: str) -> None:
    """What blocks is told before what does not, and the last says how many more there are."""
    *found, last = findings(text)
    assert len(found) == MAX_FINDINGS
    assert any(one.blocks for one in found)
    assert last.code == "PLM-YML-010"
    assert "more findings in this file; 100 are shown" in last.message


def test_findings_of_types_are_told_up_to_the_limit() -> None:
    keys = "".join(f"k{n}: 1\n" for n in range(500))
    *found, last = read(SourceFile("a.yaml", f"kind: Model\napiVersion: plimsoll.dev/v1\n{keys}")).diagnostics
    assert [one.code for one in found] == ["PLM-TYP-004"] * 2 + ["PLM-TYP-003"] * (MAX_FINDINGS - 2)
    assert last.message == "there are at least 402 more findings in this file; 100 are shown"


def _full(text: str) -> str:
    return text * (MAX_BYTES // len(text.encode()))


HOSTILE = {
    **{f"endless {text!r}": _full(text) for text in ("[", "{a: ", "- ", "? ", "[a: ", "a: 1\n", "---\n", "--- {}\n")},
    "endless tag": "- " + _full("!"),
    **{f"items {text!r}": "[" + _full(text) + "]" for text in ("a,", "[],", "!a x,", "{},", "? a,")},
    "directives": "".join(f"%TAG !a{n}! t:\n" for n in range(50_000)),
    "anchors": "[" + "".join(f"&a{n} b," for n in range(90_000)) + "]",
    "escaped tag": "a: !<" + _full("%41")[:900_000] + "> b",
    "repeats": "".join(f"k{n}: 1\n" for n in range(12_000)) * 2,
    "unknown keys": SPEC + "".join(f"k{n}: 1\n" for n in range(24_000)),
    "unknown keys within": f"{SPEC}spec:\n" + "".join(f" k{n}: 1\n" for n in range(24_000)),
    "many specs": "--- {apiVersion: plimsoll.dev/v1, kind: Model, a: 1, b: 2}\n" * 990,
    "old words": "".join(f"k{n}: NO\n" for n in range(24_000)),
    "line separators": _full("\u2028"),
    "overrides": _full("#\u202e"),
    "tabs": _full("\t\n"),
    "zeros": _full("\0"),
    "text": "a: " + _full("b "),
    "digits": "a: " + _full("9"),
    "colons": "a: " + "1" + _full(":1"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_full_file_takes_bounded_time(name: str) -> None:
    """The largest file of each kind takes below 1.5 s of a quiet core; a busy one may take four times as long."""
    before = time.process_time()
    reading = read(SourceFile("a.yaml", HOSTILE[name][:MAX_BYTES]))
    assert time.process_time() - before < 6
    assert reading.diagnostics
    assert len(reading.diagnostics) <= MAX_FINDINGS + 1
