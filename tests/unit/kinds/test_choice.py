"""Choices between models: read by one key, seen as one by rules, and the same to the contract with the steps."""

from typing import get_args

import pytest
from pydantic import ValidationError

from plimsoll.compiler.governance.typecheck import faults
from plimsoll.compiler.kinds.choice import by_tag
from plimsoll.compiler.kinds.common import ColumnType
from plimsoll.compiler.kinds.deployment import Online
from plimsoll.compiler.kinds.location import StreamLocation
from plimsoll.compiler.kinds.rollout import BlueGreen, Canary, Rolling, Rollout, Shadow
from plimsoll.contract import requests
from plimsoll.contract.tasks import METRICS, Metric, Task

CANARY = {"strategy": "canary", "steps": [{"weight": 5, "hold": "1h"}, {"weight": 9}]}


def test_the_key_says_which_model() -> None:
    rollouts = [
        Online.model_validate({"rollout": given}).rollout
        for given in (
            {},
            {"maxSurge": 2},
            {"strategy": "canary", "steps": [{"weight": 5, "hold": "1h"}]},
            {"strategy": "blue-green", "preview": "1h"},
            {"strategy": "shadow", "hold": "2d"},
        )
    ]
    assert [type(one) for one in rollouts] == [Rolling, Rolling, Canary, BlueGreen, Shadow]


def test_what_was_chosen_may_be_given_again() -> None:
    online = Online(rollout=Shadow.model_validate({"strategy": "shadow", "hold": "1m"}))
    assert Online.model_validate(dict(online)) == online
    assert online.model_dump(by_alias=True)["rollout"] == {"strategy": "shadow", "share": 100, "hold": 60}


@pytest.mark.parametrize(
    ("rollout", "where", "kind"),
    [
        ({"strategy": "canari"}, ("rollout", "strategy"), "literal_error"),
        ({"strategy": ["canary"]}, ("rollout", "strategy"), "literal_error"),
        ({"strategy": "shadow"}, ("rollout", "hold"), "missing"),
        ({"maxSurge": "1"}, ("rollout", "maxSurge"), "int_type"),
        (CANARY, ("rollout", "steps", 1, "hold"), "missing"),
        ("canary", ("rollout",), "choice"),
        (None, ("rollout",), "choice"),
    ],
)
def test_an_error_stands_where_it_was_written(rollout: object, where: tuple[str | int, ...], kind: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Online.model_validate({"rollout": rollout})
    assert [(error["loc"], error["type"]) for error in caught.value.errors()] == [(where, kind)]


def test_a_choice_inside_a_choice() -> None:
    with pytest.raises(ValidationError) as caught:
        StreamLocation.model_validate(
            {"type": "stream", "topic": "a", "format": "json", "lateness": "1h", "connection": "b", "landing": {}}
        )
    assert [(error["loc"], error["type"]) for error in caught.value.errors()] == [(("landing", "type"), "missing")]


def test_every_member_has_its_own_word() -> None:
    union = get_args(Rollout)[0]
    assert by_tag(union, "strategy") == {
        "rolling": Rolling,
        "canary": Canary,
        "blue-green": BlueGreen,
        "shadow": Shadow,
    }


@pytest.mark.parametrize(
    ("kind", "expression"),
    [
        ("DataSource", "object.spec.location.type == 'file' || has(object.spec.location.bucket)"),
        ("DataSource", "object.spec.location.landing.path != ''"),
        ("DataSource", "!has(object.metadata.version) || object.metadata.version.startsWith('1.')"),
        ("Deployment", "object.spec.online.rollout.strategy == 'canary'"),
        ("Deployment", "object.spec.online.rollout.steps.all(s, s.weight < 50)"),
        ("Deployment", "object.spec.online.rollout.maxUnavailable < object.spec.online.scaling.min"),
        ("Model", "object.spec.features.all(f, f.set != 'secret') && object.spec.examples.source != 'secret'"),
    ],
)
def test_rules_see_the_fields_of_every_member(kind: str, expression: str) -> None:
    assert faults(kind, expression, condition=True) == ()


@pytest.mark.parametrize(
    ("kind", "expression", "told"),
    [
        ("DataSource", "object.spec.location.buckets == ''", "Location has no field 'buckets'"),
        ("DataSource", "object.spec.location.landing.pth == ''", "Landing has no field 'pth'"),
        ("Deployment", "object.spec.online.rollout.maxSurge == 'one'", "no matching overload"),
        ("Model", "object.spec.examples.source == 1", "no matching overload"),
        ("Model", "object.metadata.version == ''", "Metadata has no field 'version'"),
    ],
)
def test_rules_are_still_held_to_what_there_is(kind: str, expression: str, told: str) -> None:
    [fault] = faults(kind, expression, condition=True)
    assert told in fault.message


def test_the_words_are_those_of_the_contract() -> None:
    assert get_args(ColumnType) == get_args(requests.ColumnType)
    assert set(METRICS) == set(get_args(Task))
    assert {metric for metrics in METRICS.values() for metric in metrics} == set(get_args(Metric))
