"""Rules in the words of a ValidatingAdmissionPolicy. ``make test-cluster`` asks a real API server what they mean."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.governance.admission.dialect import (
    binds,
    calls,
    literal,
    moved,
    null_is_absent,
    reads,
    replaced,
    shown,
)
from plimsoll.compiler.governance.admission.resources import RESOURCES, resources_of
from plimsoll.compiler.governance.admission.translate import NotExportable, Said, translate
from plimsoll.compiler.governance.catalogue import Catalogue, load_catalogue
from plimsoll.compiler.governance.engine import program, variables
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.kinds.objects import JUDGED_KINDS
from plimsoll.compiler.loading.sources import SourceFile, Sources
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.resources import data_root

_SPEC = {"region": "me-central-1", "registries": ["a.example.org", "b"], "quota": {"cpu": "16", "maxReplicas": 4}}
_PLACE = {"metadata": {"name": "live", "owner": "a@example.org"}, "spec": _SPEC}

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def _rule(tmp_path: Any, text: str) -> Rule:
    from plimsoll.compiler.governance.catalogue import check_rules

    source = SourceFile("rule.yaml", text)
    loaded = load_project(Sources(tmp_path, (source,)))
    assert loaded.value is not None, loaded.diagnostics
    checked = check_rules(loaded.value.policies.values())
    assert checked.value, checked.diagnostics
    (rule,) = checked.value.values()
    return rule


def _text(
    expression: str, message: str = "it is wrong", *, judges: str = "Rendered", objects: str = "[Deployment]"
) -> str:
    named = f"  objects: {objects}\n" if judges == "Rendered" else ""
    return (
        "apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: {name: own-01, owner: a@example.org}\nspec:\n"
        f"  id: OWN-01\n  title: A rule of our own\n  severity: high\n  evidence: rendered\n  judges: {judges}\n{named}"
        f'  rules: [{{expression: "{expression}", message: "{message}", blame: {{route: spec}}}}]\n'
        "  rationale: It is asked for by somebody.\n  remedy: mend it\n"
    )


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    found = load_catalogue(data_root("policies")).value
    assert found is not None
    return found


@given(_JSON)
def test_a_literal_is_worth_its_value(value: Any) -> None:
    assert program(f"dyn({literal(value)})").value(variables({}, {})) == value


def test_what_is_read_is_found_with_its_path() -> None:
    text = (
        "has(object.spec.a) && object.spec.b.c.size() > 0 && [1].all(object2, 'object.x' != x.object) || object.d[0].e"
    )
    assert [shown(one) for one in reads(text, "object")] == ["has(object.spec.a)", "object.spec.b.c", "object.d"]


def test_only_variables_are_moved() -> None:
    text = (
        "object.object == 'object' /* */".replace(" /* */", "") + " && (object).spec.context in [context.environment]"
    )
    assert moved(text, {"object": "o", "context": "c"}) == "o.object == 'object' && (o).spec.context in [c.environment]"


def test_what_is_called_and_bound_is_found() -> None:
    text = "object.items.all(item, size(item.name) > 0) && !(1 in [2])"
    assert calls(text) == {"all", "size"}
    assert binds(text) == {"item"}


def test_a_field_that_is_null_counts_as_absent() -> None:
    text = "!has(object.rules) || object.rules.all(r, has(r.verbs))"
    for value in ({}, {"rules": None}):
        assert program(null_is_absent(text)).holds(variables(value, {}))
    assert not program(null_is_absent(text)).holds(variables({"rules": [{"verbs": None}]}, {}))
    assert null_is_absent("has(object.a.filter(x, has(x.b))[0].c)").count("!= null") == 3


def test_what_survives_is_read_where_it_is() -> None:
    stand_ins = {"has(object.spec.online)": "true", "object.spec.online.max": "object.spec.maxReplicas"}
    text = "has(object.spec.online) && object.spec.online.max < 3"
    assert replaced(text, "object", stand_ins) == "true && object.spec.maxReplicas < 3"


def test_every_kind_that_a_rule_may_name_is_known() -> None:
    assert RESOURCES.keys() == JUDGED_KINDS
    assert resources_of("Nothing") == ()


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("object.spec.name.reverse() == 'x'", "calls reverse, which the API server lacks or takes otherwise"),
        ("[1].all(context, context > 0)", "gives the name of the object or the context to something else"),
        ("size(context) > 0", "takes the context whole, so that what it reads can't be told"),
    ],
)
def test_what_the_api_server_cannot_hold_is_said(
    expression: str, why: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plimsoll.compiler.governance.typecheck.faults", lambda *_args, **_named: ())
    rule = _rule(tmp_path, _text(expression))
    with pytest.raises(NotExportable, match=why.replace("(", r"\(")):
        translate(rule, _PLACE)


def test_rules_over_several_specs_say_which(catalogue: Catalogue) -> None:
    with pytest.raises(NotExportable, match=r"reads context[.]deployments, context[.]model, and"):
        translate(catalogue.rules["AI-10"], _PLACE)
    with pytest.raises(NotExportable, match="judges data on its way through several specs"):
        translate(catalogue.rules["PRV-05"], _PLACE)


def test_rules_over_what_is_not_rendered_say_what(catalogue: Catalogue) -> None:
    with pytest.raises(NotExportable, match=r"no rendered object is known to hold object\.spec\.training\.image"):
        translate(catalogue.rules["SUP-01"], _PLACE)


def test_only_what_is_read_of_the_environment_is_written_down(tmp_path: Any) -> None:
    said = (
        "{object.metadata.name} is not in {context.environment.spec.registries} of {context.environment.metadata.name}"
    )
    rule = _rule(tmp_path, _text("context.environment.spec.region != ''", said))
    (translation,) = translate(rule, _PLACE)
    read = {"metadata": {"name": "live"}, "spec": {"region": "me-central-1", "registries": ["a.example.org", "b"]}}
    said = program(dict(translation.variables)["context"]).value(variables({}, {}))
    assert said == {"environment": read}
    (validation,) = translation.validations
    assert validation.message.expression.endswith('+ " is not in a.example.org, b of live"')


def test_a_message_about_the_environment_alone_is_a_text(tmp_path: Any) -> None:
    rule = _rule(tmp_path, _text("object.spec.a == 1", "not in {context.environment.spec.region}"))
    (translation,) = translate(rule, _PLACE)
    assert translation.validations[0].message == Said(text="OWN-01: not in me-central-1")


def test_a_message_without_a_value_in_this_environment_is_said(tmp_path: Any) -> None:
    rule = _rule(tmp_path, _text("object.spec.a == 1", "not {context.environment.spec.stage}"))
    with pytest.raises(NotExportable, match="in a message has no value in this environment"):
        translate(rule, _PLACE)


def test_kinds_without_a_namespace_are_left_out(catalogue: Catalogue) -> None:
    (translation,) = translate(catalogue.rules["SEC-05"], _PLACE)
    assert "ClusterRole" in translation.left_out
    assert "ClusterRole" not in translation.kinds


def test_the_text_of_an_expression_stays(tmp_path: Any) -> None:
    rule = _rule(tmp_path, _text("object.spec.a.exists(x, x in context.environment.spec.registries)"))
    (translation,) = translate(rule, _PLACE)
    written = "variables.object.spec.a.exists(x, x in variables.context.environment.spec.registries)"
    assert translation.validations[0].expression == written
