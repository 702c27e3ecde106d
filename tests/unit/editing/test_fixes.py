"""What the fixes that findings offer do to a text, and the laws of applying them."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plimsoll.compiler.diagnostics import Diagnostic, Edit, Fix, Severity, Span, in_order
from plimsoll.compiler.editing.names import FIXES
from plimsoll.compiler.editing.rounds import fix_sources
from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile, Sources
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.suppression.apply import apply_suppressions


def find(sources: Sources) -> tuple[Diagnostic, ...]:
    return in_order(apply_suppressions(load_project(sources).diagnostics, sources.files))


def fixed(text: str, *names: str) -> str:
    """The text after safe fixes and those that are named."""
    result = fix_sources(Sources(Path(), (SourceFile("a.yaml", text),)), names, find)
    return result[0].after if result else text


def values(text: str) -> list[dict[str, Any]]:
    documents = parse(SourceFile("a.yaml", text)).value
    assert documents is not None
    return [one.value for one in documents]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: NO  # Norway\n", 'a: "NO"  # Norway\n'),
        ("a: [on, {b: off}, 'no']\r\n", 'a: ["on", {b: "off"}, \'no\']\r\n'),
        ("on: 1:30", '"on": "1:30"'),
        ("a: &x no\nb: *x\n", 'a: &x "no"\nb: *x\n'),
        ("- no\n---\na: 1_000\n", '- "no"\n---\na: "1_000"\n'),
        ("a: {b: sha256:abc, c: http://x:5000/y}\n", 'a: {b: "sha256:abc", c: "http://x:5000/y"}\n'),
        ("a: [r.io/x@sha256:abc]\n", 'a: ["r.io/x@sha256:abc"]\n'),
        ("a: 1\nb: 2\na: 1\n", "a: 1\nb: 2\n"),
        ("a:\n  b: x\n  b: x\n  b: x", "a:\n  b: x\n"),
        ("a: {b: x, c: 1, b: x}  # c\n", "a: {b: x, c: 1}  # c\n"),
        ("a:\n\tb: 1\n\tc:\n\t\t- d\n", "a:\n  b: 1\n  c:\n    - d\n"),
    ],
)
def test_safe_fixes(before: str, after: str) -> None:
    assert fixed(before) == after
    assert fixed(after) == after


@pytest.mark.parametrize(
    "text",
    [
        "a: 010\n",  # a number here, another one to others: only its author knows which
        "a: 1\na: 2\n",
        "a: 1\na: '1'\n",
        "a: 1\na: 1  # with a comment\n",
        "a: [1]\na: [1]\n",
        "a: {b: 1,\n  b: 1}\n",
        "a: {b: see http://x:5000}\n",
        "a: {b: x:}\n",
        "a:\n\tb: 1\n  c: 1\n",
        "a:\n\tb: |\n\t\ttext\n",
        "a:\n \tb: 1\n",
        "a: [\n",
        "a: &x no\na: *x\n",
    ],
)
def test_what_has_no_safe_fix_stays(text: str) -> None:
    untouched = fixed(text)
    assert untouched in (text, text.replace("&x no", '&x "no"'))


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("remove-tag", "a: !!str 1  # c\nb: !foo [x]\n", "a: '1'  # c\nb: [x]\n"),
        ("remove-tag", "a: !!str it's\nb: !!int '3'\n", "a: 'it''s'\nb: '3'\n"),
        ("spell", "kind: Modle  # c\n", "kind: Model  # c\n"),
        ("spell", 'kind: "Modle"\n', 'kind: "Model"\n'),
    ],
)
def test_fixes_by_name(name: str, before: str, after: str) -> None:
    assert fixed(before) == before
    assert fixed(before, name) == after


SPEC = """\
apiVersion: plimsoll.dev/v1
kind: DataSource
metadata: {name: weather, ownr: someone@example.org}
spec:
  location: {type: file, paht: a.parquet}
  region: me-central-1  # where it lies
  jurisdiction: AE
  clasification: 'publik'
  personalData: none
  timestamp: at
  columns: {at: timestamp}
"""


def test_misspelt_keys_and_words_are_spelt_right_round_by_round() -> None:
    after = fixed(SPEC, "spell")
    assert after == (
        SPEC.replace("ownr", "owner").replace("paht", "path").replace("clasif", "classif").replace("publik", "public")
    )
    assert find(Sources(Path(), (SourceFile("a.yaml", after),))) == ()


def test_references_are_spelt_right_wherever_they_stand() -> None:
    source = fixed(SPEC, "spell")
    features = (
        "apiVersion: plimsoll.dev/v1\nkind: FeatureSet\nmetadata: {name: hourly}\nspec:\n"
        "  entity: {name: airport, keys: {origin: string}}\n  sources: ['wether']  # one\n"
        "  transformation: {sql: SELECT 1}\n  timestamp: at\n  features: {temp: {type: float}}\n"
    )
    assert fixed(f"{source}---\n{features}", "spell") == f"{source}---\n{features.replace('wether', 'weather')}"


def test_what_a_comment_lets_be_is_not_fixed() -> None:
    text = "a: no  # plimsoll: ignore[PLM-YML-006] ours\nb: no\n"
    assert fixed(text) == text.replace("b: no", 'b: "no"')


SCALARS = st.sampled_from(["no", "On", "1_0", "'no'", "x", "true", "0x1f", "~", "3", '"é😀"', "010"])
LAYOUTS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(inner, max_size=3).map(lambda items: f"{{{', '.join(f'k{n}: {i}' for n, i in enumerate(items))}}}"),
    ),
    max_leaves=6,
)
ENTRIES = st.lists(
    st.tuples(st.sampled_from(["a", "b", "on", '"no"']), st.just("1:30") | LAYOUTS), min_size=1, max_size=6
)


@given(ENTRIES, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "  # no: 'c'"]))
def test_safe_fixes_change_no_value_and_are_done_at_once(
    entries: list[tuple[str, str]], ending: str, comment: str
) -> None:
    text = "".join(f"{key}: {value}{comment}{ending}" for key, value in entries)
    after = fixed(text)
    assert values(after) == values(text)
    assert after.count(comment) >= len({key for key, _ in entries})
    assert fixed(after) == after
    assert not [one for one in find(Sources(Path(), (SourceFile("a", after),))) if one.fix and one.fix.safe]


@given(st.sampled_from(["no", "Yes", "OFF", "y", "1:30", "190:20:30", "1_000", "0b11"]))
def test_quoted_text_is_the_same_to_readers_of_both_versions(word: str) -> None:
    old, new = YAML(typ="safe", pure=True), YAML(typ="safe", pure=True)
    old.version = "1.1"  # type: ignore[assignment]
    after = fixed(f"a: {word}\n")
    assert old.load(after) == new.load(after) == {"a": word}
    assert old.load(f"a: {word}\n") != {"a": word}


def test_every_fix_that_is_offered_is_known_and_as_safe_as_it_says() -> None:
    text = f"{SPEC}---\na: no\na: no\nb: !t 1\n"
    found = [*find(Sources(Path(), (SourceFile("a.yaml", text),))), *parse(SourceFile("b", "a:\n\tb: 1\n")).diagnostics]
    offered = {one.fix.name: one.fix.safe for one in found if one.fix is not None}
    assert offered == {name: kind.safe for name, kind in FIXES.items()}


def offers(*fixes: Fix) -> Any:
    """A search that always finds the same fixes."""
    at = Span("a.yaml", 1, 1, 2)
    return lambda _sources: [Diagnostic("PLM-YML-006", Severity.WARNING, "found", at, fix=one) for one in fixes]


def test_a_file_keeps_its_text_where_a_fix_would_harm_it() -> None:
    sources = Sources(Path(), (SourceFile("a.yaml", "a: 1\n"), SourceFile("b.yaml", "a: 1\n")))
    unreadable = Fix("bad", "open a bracket", (Edit("a.yaml", 1, 4, 1, 5, "["),), safe=False)
    changing = Fix("bad", "change a value", (Edit("a.yaml", 1, 4, 1, 5, "2"),), safe=True)
    assert fix_sources(sources, ["bad"], offers(unreadable)) == ()
    assert fix_sources(sources, ["bad"], offers(changing)) == ()


def test_a_fix_that_never_ends_is_ended() -> None:
    sources = Sources(Path(), (SourceFile("a.yaml", "a: 1\n"),))
    growing = Fix("more", "add a digit", (Edit("a.yaml", 1, 4, 1, 4, "1"),), safe=False)
    (result,) = fix_sources(sources, ["more"], offers(growing))
    assert (result.fixes, len(result.after)) == (20, 25)
