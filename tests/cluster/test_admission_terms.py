"""What policies rest on means the same to the API server: functions, kinds, waivers, and what is being deleted."""

import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from admission import ask, place_of, project_of, read, settle
from api import Api, Rejected
from cluster import install_crds
from crds import UNSERVED, defining
from estate import ESTATE, ground, held
from server import READY_SECONDS

from plimsoll.compiler.governance.admission.dialect import COMMON, calls
from plimsoll.compiler.governance.admission.resources import RESOURCES
from plimsoll.compiler.governance.cases import Case
from plimsoll.compiler.governance.engine import program, variables

_MAXIMUM = "HorizontalPodAutoscaler"


def test_what_a_waiver_lets_pass_passes_there_too(served: Api) -> None:
    """But not what has no value, nor another object."""
    values = ground().patched(Case(case="too many", patch={"Deployment/readmission-online": {_SCALING: 9}}))
    spec = {
        "policy": "COST-03",
        "object": "Deployment/readmission-online",
        "reason": "a rush of patients",
        "ticket": "X-1",
    }
    values["Waiver/rush"] = {
        "apiVersion": "plimsoll.dev/v1",
        "kind": "Waiver",
        "metadata": {"name": "rush", "owner": "ml-platform@example.org"},
        "spec": {**spec, "approver": "ciso@example.org", "expires": "2999-12-31"},
    }
    project = project_of(values, ground().root / "fixtures", "deny", {"production": "waived-deny"})
    place = place_of(ground().catalogue.rules, project, "production", waive=True)
    with held(served, {("waived", "deny"): place}):
        (scaler,) = (read(one) for one in place.rendered() if one.kind == _MAXIMUM)
        assert ask(served, scaler).code < 300
        other = {**scaler, "metadata": {**scaler["metadata"], "name": "another"}}
        assert ask(served, other).denied is not None


_SCALING = "spec.environments.production.online.scaling.max"


def test_what_is_being_deleted_may_lose_its_finalizers_and_nothing_else(served: Api) -> None:
    place = ESTATE.place("deny", "production", "deleting-deny")
    (scaler,) = (read(one) for one in place.rendered() if one.kind == _MAXIMUM)
    metadata = {**scaler["metadata"], "name": "old", "finalizers": ["plimsoll.dev/tests"]}
    old = {**scaler, "metadata": metadata, "spec": {**scaler["spec"], "maxReplicas": 99}}
    served.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "deleting-deny"}}, manager="install")
    served.apply(old)
    with held(served, {("deleting", "deny"): place}):
        with pytest.raises(Rejected):
            served.apply({**old, "metadata": {**metadata, "annotations": {"a": "b"}}})
        served.http.delete(served.path_of(old))
        with pytest.raises(Rejected):
            served.apply({**old, "spec": {**old["spec"], "maxReplicas": 98}})
        served.merge(old, {"metadata": {"finalizers": None}})
        with pytest.raises(Rejected, match="404"):
            served.get(old)


_MEANINGS = (
    "[1, 2].all(x, x > 0) && ![1, 2].all(x, x > 1)",
    "[1, 2].exists(x, x > 1) && ![1, 2].exists(x, x > 2)",
    "[1, 2].exists_one(x, x > 1) && ![2, 2].exists_one(x, x > 1)",
    "[1, 2, 3].filter(x, x % 2 == 1) == [1, 3]",
    "[1, 2].map(x, x * 2) == [2, 4] && [1, 2].map(x, x > 1, x * 2) == [4]",
    "{'a': 1, 'b': 2}.all(k, k in ['a', 'b']) && {'a': 1}.map(k, k) == ['a']",
    "has(dyn({'a': 1}).a) && !has(dyn({'a': 1}).b) && dyn({'a': dyn(null)}).a == null",
    "size('د.إ') == 3 && 'é'.size() == 1 && [1, 2].size() == 2 && {'a': 1}.size() == 1",
    "'Ab'.contains('b') && 'Ab'.startsWith('A') && 'Ab'.endsWith('b') && !'Ab'.contains('B')",
    "'abc'.matches('b') && !'abc'.matches('^b') && 'a1'.matches('^[a-z][0-9]$') && '9é'.matches('^\\\\d.$')",
    "'tacocat'.charAt(3) == 'o' && 'tacocat'.indexOf('c') == 2 && 'tacocat'.lastIndexOf('c') == 4",
    "'a,b,c'.split(',') == ['a', 'b', 'c'] && ['a', 'b'].join('-') == 'a-b' && ['a', 'b'].join() == 'ab'",
    "'ÄbC'.lowerAscii() == 'Äbc' && 'äbC'.upperAscii() == 'äBC'",
    "'hello'.replace('l', 'L') == 'heLLo' && 'hello'.replace('l', 'L', 1) == 'heLlo'",
    "'hello'.substring(1) == 'ello' && 'hello'.substring(1, 3) == 'el' && '  a '.trim() == 'a'",
    "string(12) == '12' && string(true) == 'true' && string('a') == 'a' && string(1.5) == '1.5'",
    "int('12') == 12 && int(2.9) == 2 && double('1.5') == 1.5 && uint(3) == 3u && bool('true')",
    "type(1) == int && type('a') == string && type([1]) == list && type({'a': 1}) == map && type(1.5) == double",
    "dyn(1) == 1.0 && dyn(1) < 1.5 && dyn('1') != 1 && !(dyn(1) in ['1', '2']) && 7 / 2 == 3 && -7 / 2 == -3",
    "[dyn(1)] + [dyn('a')] == [dyn(1), dyn('a')] && 'a' + 'b' == 'ab'",
    "(dyn({}).a == 1 || true) && !(dyn({}).a == 1 && false) && [dyn({}), dyn({'a': 1})].exists(x, x.a == 1)",
)
"""What holds by both engines, with each function that rules may call."""


def test_functions_mean_the_same(served: Api) -> None:
    assert frozenset[str]().union(*(calls(text) for text in _MEANINGS)) == COMMON
    assert [text for text in _MEANINGS if not program(text).holds(variables({}, {}))] == []
    rules = [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["CREATE"]}]
    spec = {
        "matchConstraints": {"resourceRules": rules},
        "matchConditions": [{"name": "this", "expression": "object.metadata.name == 'meanings'"}],
        "validations": [{"expression": text, "message": text} for text in (*_MEANINGS, "1 == 2")],
    }
    binding = {"policyName": "meanings", "validationActions": ["Warn"]}
    head = {"apiVersion": "admissionregistration.k8s.io/v1", "metadata": {"name": "meanings"}}
    for kind, content in (("ValidatingAdmissionPolicy", spec), ("ValidatingAdmissionPolicyBinding", binding)):
        served.apply({**head, "kind": kind, "spec": content})
    settle(served)
    answer = served.tried(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "meanings", "namespace": "default"}}
    )
    (warning,) = answer.headers.get_list("warning")
    assert warning.endswith(': 1 == 2"')
    for kind in ("ValidatingAdmissionPolicyBinding", "ValidatingAdmissionPolicy"):
        served.remove({**head, "kind": kind})


def test_the_api_server_calls_kinds_as_we_do(served: Api, other_crds: dict[str, list[Path]]) -> None:
    known = {(kind, one) for kind, some in RESOURCES.items() for one in some if one.group not in UNSERVED}
    objects = [{"apiVersion": f"{one.group}/{one.version}", "kind": kind} for kind, one in known]
    install_crds(served, defining(objects, [file for module in other_crds.values() for file in module]))
    for group, version in {(one.group, one.version) for _, one in known}:
        path = f"/apis/{group}/{version}" if group else f"/api/{version}"
        mine = {
            kind: (one.plural, one.namespaced) for kind, one in known if (one.group, one.version) == (group, version)
        }
        until = time.monotonic() + READY_SECONDS
        while (theirs := _served(served, path, mine)) != mine and time.monotonic() < until:
            time.sleep(0.2)
        assert theirs == mine


def _served(api: Api, path: str, kinds: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """How the API server calls the resources of some kinds."""
    found = api.http.get(path).json()["resources"]
    return {
        one["kind"]: (one["name"], one["namespaced"])
        for one in found
        if "/" not in one["name"] and one["kind"] in kinds
    }
