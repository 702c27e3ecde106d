"""The tree of an expression: the engine reads every expression as we do."""

from collections.abc import Iterator
from typing import Any

import pytest
from cel_expr_python import cel
from cel_expr_python.ext import ext_strings
from google.protobuf.empty_pb2 import Empty
from google.protobuf.unknown_fields import UnknownFieldSet
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.governance.catalogue import Catalogue
from plimsoll.compiler.governance.rules import expressions
from plimsoll.compiler.governance.syntax import MOST_DEPTH, Node, NotCel, parse

NAMES = ("object", "context", "a", "b")
_ENGINE = cel.NewEnv(variables=dict.fromkeys(NAMES, cel.Type.DYN), extensions=[ext_strings.ExtStrings()])


def _engines(text: str) -> bytes:
    """The engine's own tree, whose parts are numbered in the order of reading; parentheses leave no trace in it."""
    return _field(_field(_ENGINE.compile(text, disable_check=True).serialize(), 2), 2)


def _field(data: bytes, number: int) -> bytes:
    """A field of a message whose type isn't at hand: of Any its value, and of that, a ParsedExpr, the expression."""
    message = Empty()
    message.ParseFromString(data)
    (found,) = (one.data for one in UnknownFieldSet(message) if one.field_number == number)
    return bytes(found)


def _bracketed(text: str, node: Node) -> str:
    """An expression with parentheses around every part, written anew from our tree alone."""
    parts = [_bracketed(text, part) for part in node.parts]
    match node.form:
        case "literal" | "name":
            return node.word
        case "select":
            return f"{_operand(node.parts[0], parts[0])}.{node.word}"
        case "index":
            return f"({parts[0]})[{parts[1]}]"
        case "unary":
            return f"{node.word}{_operand(node.parts[0], parts[0])}"
        case "binary":
            return f"{_left(node, parts[0])} {node.word} ({parts[1]})"
        case "choice":
            return f"(({parts[0]}) ? ({parts[1]}) : ({parts[2]}))"
        case "list":
            return f"[{', '.join(parts)}]"
        case "map":
            return "{" + ", ".join(f"{key}: {value}" for key, value in zip(parts[::2], parts[1::2], strict=True)) + "}"
        case "call" if node.is_method:
            return f"{_operand(node.parts[0], parts[0])}.{node.word}({', '.join(parts[1:])})"
        case "call":
            return f"{node.word}({', '.join(parts)})"
    raise AssertionError(node)


def _operand(node: Node, text: str) -> str:
    """A part that something is done to. A number stays bare: the engine reads ``-1`` as one number."""
    return text if node.form in ("name", "select", "call", "index", "literal") else f"({text})"


def _left(node: Node, text: str) -> str:
    """The left side of an operator. A chain stays one: the engine balances it, and not what has parentheses."""
    is_chain = node.parts[0].word == node.word and node.parts[0].start == node.start
    return text if is_chain else f"({text})"


def _same(text: str) -> None:
    assert _engines(_bracketed(text, parse(text))) == _engines(text)


def test_the_engine_reads_every_expression_of_the_catalogue_the_same_way(catalogue: Catalogue) -> None:
    texts = [text for rule in catalogue.rules.values() for _, text, _ in expressions(rule.values)]
    assert len(texts) > 2 * len(catalogue.rules)
    for text in texts:
        _same(text)


def _parts(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _parts(part)


def test_every_part_is_an_expression_where_it_stands(catalogue: Catalogue) -> None:
    for rule in catalogue.rules.values():
        for _, text, _ in expressions(rule.values):
            for part in _parts(parse(text)):
                again = parse(text[part.start : part.end])
                assert (again.form, again.word) == (part.form, part.word)


def _expressions() -> st.SearchStrategy[str]:
    leaves = st.sampled_from([*NAMES, "1", "2.5", "1e3", "'x'", '"y\\""', "r'\\d'", "true", "null", "-1", "[]", "{}"])

    def wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        operators = st.sampled_from(["&&", "||", "==", "!=", "<", ">=", "in", "+", "-", "*", "/", "%"])
        return st.one_of(
            st.tuples(inner, operators, inner).map(" ".join),
            inner.map(lambda text: f"({text})"),
            inner.map(lambda text: f"!({text})"),
            st.tuples(inner, inner, inner).map(lambda three: "({}) ? ({}) : {}".format(*three)),
            st.tuples(inner, inner).map(lambda two: f"[{two[0]}, {two[1]}]"),
            st.tuples(inner, inner).map(lambda two: f"{{{two[0]}: {two[1]}}}"),
            st.tuples(st.sampled_from(NAMES), inner).map(lambda two: f"{two[0]}.all(k, k == {two[1]})"),
            st.tuples(st.sampled_from(NAMES), inner).map(lambda two: f"{two[0]}.f[{two[1]}].g"),
            inner.map(lambda text: f"size({text}) // a comment\n + 1"),
            st.sampled_from(NAMES).map(lambda name: f"has({name}.field)"),
        )

    return st.recursive(leaves, wider, max_leaves=12)


@given(_expressions())
def test_the_engine_reads_any_expression_the_same_way(text: str) -> None:
    _same(text)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("", 0),
        ("a ? b ? a : b : a", 6),
        ("a &&", 4),
        ("a b", 2),
        ("(a", 2),
        ("a.", 2),
        ("a.all(x, x", 10),
        ("a @ b", 2),
        ("[1, 2", 5),
        ("'a", 0),
    ],
)
def test_what_is_no_expression_is_refused_where_it_breaks(text: str, offset: int) -> None:
    with pytest.raises(NotCel) as refused:
        parse(text)
    assert refused.value.offset == offset
    with pytest.raises(RuntimeError):
        _engines(text)


@pytest.mark.parametrize("text", ["(" * 5000 + "a" + ")" * 5000, "!" * 5000 + "a", "a ? b : " * 5000 + "c"])
def test_what_is_nested_without_end_is_refused(text: str) -> None:
    with pytest.raises(NotCel, match=f"deeper than {MOST_DEPTH}"):
        parse(text)


def test_macros_are_told_from_other_calls() -> None:
    def macro(text: str) -> Any:
        return parse(text).is_macro

    assert macro("a.all(x, x)")
    assert macro("a.map(x, x, x)")
    assert not macro("a.all(x)")
    assert not macro("a.contains(x)")
