"""Mutants of an expression: each is another expression, each once; what the cases of the catalogue notice of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.governance.catalogue import Catalogue
from plimsoll.compiler.governance.fixtures import staged_cases
from plimsoll.compiler.governance.mutants import mutants
from plimsoll.compiler.governance.mutation import Trials, mutate
from plimsoll.compiler.governance.rules import expressions
from plimsoll.compiler.governance.syntax import parse
from plimsoll.compiler.resources import data_root

LEAST = 0.95
"""The share of the changes of a rule, of each one, that its cases have to notice."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b <= 3", ["true", "false", "a.b < 3", "a.b >= 3", "a.b <= 4", "a.b <= 2"]),
        ("has(a.b) || c", ["true", "false", "(has(a.b))", "(c)", "((has(a.b) ) && ( c))", "true || c", "false || c"]),
        ("!a", ["true", "false", "(a)"]),
        (
            "a in ['x', 'y']",
            ["true", "false", "!(a in ['x', 'y'])", "a in ['y']", "a in ['x']", "a in ['x-', 'y']", "a in ['x', 'y-']"],
        ),
        ("a.all(x, x)", ["true", "false", "a.exists(x, x)"]),
        ("[a].all(x, x)", ["true", "false", "[].all(x, x)"]),
        ("[a, b].exists(x, x)", ["true", "false", "[a, b].all(x, x)", "[b].exists(x, x)", "[a].exists(x, x)"]),
        (
            "(a || b) && c",
            [
                *("true", "false", "(a || b)", "(c)", "(((a || b) ) || ( c))"),
                *("((a)) && c", "((b)) && c", "(((a ) && ( b))) && c"),
            ],
        ),
        ("a ? b : c", ["true", "false", "(b)", "(c)"]),
        ("a.startsWith('x')", ["true", "false", "a.endsWith('x')", "a.startsWith('x-')"]),
    ],
)
def test_every_part_is_changed_once(text: str, expected: list[str]) -> None:
    assert [one.text for one in mutants(text)] == expected


def test_a_mutant_of_a_rule_of_the_catalogue_is_an_expression_that_differs(catalogue: Catalogue) -> None:
    for rule in catalogue.rules.values():
        for route, text, _ in expressions(rule.values):
            if route[-1] == "message":
                continue
            told = list(mutants(text))
            assert len({one.text for one in told} | {text}) == len(told) + 1
            for one in told:
                parse(one.text)
                assert 0 <= one.start < one.end <= len(text)


@given(st.lists(st.sampled_from(["&&", "||"]), min_size=1, max_size=6))
def test_chains_stay_whole(signs: list[str]) -> None:
    text = "a" + "".join(f" {sign} {name}" for sign, name in zip(signs, "bcdefg", strict=False))
    told = list(mutants(text))
    assert len(told) >= 2 + 2 * len(signs), "all of it twice, and of each operator one side or the other"
    for one in told:
        assert parse(one.text) != parse(text)


def test_a_rule_whose_cases_notice_everything(catalogue: Catalogue) -> None:
    told = mutate(catalogue.rules["PRV-01"], catalogue)
    assert (told.noticed, told.survivors) == (told.tried, ())
    assert told.tried >= 6


@pytest.mark.parametrize("rule", ["COST-05", "PRV-07", "RES-10", "SUP-10"])
def test_what_is_seen_of_cases_at_once_is_what_each_of_them_tells(rule: str, catalogue: Catalogue) -> None:
    judged = catalogue.rules[rule]
    cases = [case for _, case in staged_cases(judged, catalogue)]
    told = [case.told(judged) for case in cases]
    expected = [(applied, frozenset((one.object, one.route, one.message) for one in found)) for applied, found in told]
    assert list(Trials(judged, cases).seen(judged)) == expected
    assert any(found for _, found in expected)


@pytest.mark.parametrize("rule", sorted(path.parent.name for path in data_root("policies").glob("*/*/policy.yaml")))
def test_cases_notice_what_can_go_wrong_in_a_rule(rule: str, catalogue: Catalogue) -> None:
    told = mutate(catalogue.rules[rule], catalogue)
    assert told.noticed >= LEAST * told.tried, [
        (".".join(map(str, one.route)), one.mutant.change) for one in told.survivors
    ]
