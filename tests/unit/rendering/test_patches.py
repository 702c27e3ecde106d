"""Patches: merges as Kubernetes has them, operations as RFC 6902 has them, names that follow content."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.diagnostics import Span
from plimsoll.compiler.kinds.patches import Operation, Patch
from plimsoll.compiler.kinds.platform import Platform
from plimsoll.compiler.loading.objects import read_object
from plimsoll.compiler.rendering.objects import RenderedObject
from plimsoll.compiler.rendering.patching.apply import apply_patches
from plimsoll.compiler.rendering.patching.dump import dump
from plimsoll.compiler.rendering.patching.fault import Unfit
from plimsoll.compiler.rendering.patching.lists import Type
from plimsoll.compiler.rendering.patching.pointer import apply_operations
from plimsoll.compiler.rendering.patching.strategic import merged
from plimsoll.compiler.validation.references import check_references
from plimsoll.compiler.validation.schemas import check_schemas

GOLDEN = Path(__file__).parents[2] / "golden"
CUSTOM, DEPLOYMENT = Type("argoproj.io", "WorkflowTemplate"), Type("apps", "Deployment")
HERE = Span("specs.yaml", 1, 1, 2)

_PARTS = {
    "io.k8s.api.apps.v1.Deployment": Type("apps", "Deployment"),
    "io.k8s.api.apps.v1.StatefulSet": Type("apps", "StatefulSet"),
    "io.k8s.api.batch.v1.CronJob": Type("batch", "CronJob"),
    "io.k8s.api.batch.v1.Job": Type("batch", "Job"),
    "io.k8s.api.core.v1.ConfigMap": Type("", "ConfigMap"),
    "io.k8s.api.core.v1.LimitRange": Type("", "LimitRange"),
    "io.k8s.api.core.v1.PersistentVolumeClaim": Type("", "PersistentVolumeClaim"),
    "io.k8s.api.core.v1.Pod": Type("", "Pod"),
    "io.k8s.api.core.v1.Service": Type("", "Service"),
    "io.k8s.api.core.v1.ServiceAccount": Type("", "ServiceAccount"),
    "io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler": Type("autoscaling", "HorizontalPodAutoscaler"),
    "io.k8s.api.networking.v1.NetworkPolicy": Type("networking.k8s.io", "NetworkPolicy"),
    "io.k8s.api.policy.v1.PodDisruptionBudget": Type("policy", "PodDisruptionBudget"),
    "io.k8s.api.rbac.v1.Role": Type("rbac.authorization.k8s.io", "Role"),
    "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy": Type(
        "admissionregistration.k8s.io", "ValidatingAdmissionPolicy"
    ),
}


@pytest.mark.parametrize("minor", ["1.35", "1.36"])
def test_lists_are_merged_by_the_keys_that_kubernetes_names(minor: str) -> None:
    folder = files("kubernetes_validate") / "kubernetes-json-schema" / f"v{minor}.0-local-strict"
    known = json.loads((folder / "_definitions.json").read_text())["$defs"]
    seen = 0

    def walk(name: str, of: Type, route: tuple[str, ...]) -> None:
        nonlocal seen
        for field, schema in known[name].get("properties", {}).items():
            if field == "status" or not isinstance(schema, dict):
                continue
            here = (*route, field)
            if schema.get("type") == ["array", "null"] or schema.get("type") == "array":
                strategy, key = (
                    schema.get("x-kubernetes-patch-strategy", ""),
                    schema.get("x-kubernetes-patch-merge-key"),
                )
                assert of.merge_key(here) == (key if "merge" in strategy else None), (of, here)
                assert of.unites(here) == ("merge" in strategy and key is None), (of, here)
                seen += key is not None
            reference = schema.get("$ref") or (schema.get("items") or {}).get("$ref") or ""
            below = reference.rpartition("/")[2]
            if below in known and len(here) < 9 and "JSONSchemaProps" not in below:
                walk(below, of, here)

    for name, of in _PARTS.items():
        walk(name, of, ())
    assert seen > 50


@pytest.mark.parametrize(
    ("value", "patch", "expected"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d"}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"templates": [{"name": "a"}]}, {"templates": [{"name": "b"}]}, {"templates": [{"name": "b"}]}),
    ],
)
def test_a_custom_kind_takes_json_merges(
    value: dict[str, Any], patch: dict[str, Any], expected: dict[str, Any]
) -> None:
    before = json.dumps(value)
    assert merged(value, patch, CUSTOM) == expected
    assert json.dumps(value) == before


def _pod(**spec: Any) -> dict[str, Any]:
    return {"spec": {"template": {"spec": spec}}}


def test_containers_and_what_they_hold_are_merged_by_key() -> None:
    value = _pod(containers=[{"name": "a", "image": "x", "env": [{"name": "P", "value": "1"}]}, {"name": "b"}])
    patch = _pod(containers=[{"name": "a", "env": [{"name": "Q", "value": "2"}]}, {"name": "c"}])
    assert merged(value, patch, DEPLOYMENT) == _pod(
        containers=[
            {"name": "a", "image": "x", "env": [{"name": "P", "value": "1"}, {"name": "Q", "value": "2"}]},
            {"name": "b"},
            {"name": "c"},
        ]
    )


def test_items_are_deleted_and_lists_replaced_where_a_directive_says_so() -> None:
    value = _pod(containers=[{"name": "a"}, {"name": "b"}], tolerations=[{"key": "x"}])
    gone = merged(value, _pod(containers=[{"name": "b", "$patch": "delete"}]), DEPLOYMENT)
    assert gone == _pod(containers=[{"name": "a"}], tolerations=[{"key": "x"}])
    anew = merged(value, _pod(containers=[{"$patch": "replace"}, {"name": "c"}]), DEPLOYMENT)
    assert anew == _pod(containers=[{"name": "c"}], tolerations=[{"key": "x"}])
    assert merged(value, _pod(tolerations=[{"key": "y"}]), DEPLOYMENT)["spec"]["template"]["spec"]["tolerations"] == [
        {"key": "y"}
    ]
    value = {"spec": {"strategy": {"type": "A", "rollingUpdate": {}}}}
    whole = merged(value, {"spec": {"strategy": {"$patch": "replace", "type": "B"}}}, DEPLOYMENT)
    assert whole == {"spec": {"strategy": {"type": "B"}}}


def _operate(value: dict[str, Any], *operations: dict[str, Any]) -> dict[str, Any]:
    return apply_operations(value, [Operation.model_validate(one, by_alias=True, by_name=False) for one in operations])


@pytest.mark.parametrize(
    ("value", "operation", "expected"),
    [
        ({"foo": "bar"}, {"op": "add", "path": "/baz", "value": "qux"}, {"foo": "bar", "baz": "qux"}),
        ({"foo": ["bar", "baz"]}, {"op": "add", "path": "/foo/1", "value": "qux"}, {"foo": ["bar", "qux", "baz"]}),
        ({"foo": ["bar"]}, {"op": "add", "path": "/foo/-", "value": ["a"]}, {"foo": ["bar", ["a"]]}),
        ({"baz": "qux", "foo": "bar"}, {"op": "remove", "path": "/baz"}, {"foo": "bar"}),
        ({"foo": ["bar", "qux", "baz"]}, {"op": "remove", "path": "/foo/1"}, {"foo": ["bar", "baz"]}),
        ({"baz": "qux"}, {"op": "replace", "path": "/baz", "value": "boo"}, {"baz": "boo"}),
        ({"a": {"b": 1}, "c": {}}, {"op": "move", "from": "/a/b", "path": "/c/d"}, {"a": {}, "c": {"d": 1}}),
        ({"a": [1, 2, 3]}, {"op": "move", "from": "/a/0", "path": "/a/2"}, {"a": [2, 3, 1]}),
        ({"a": {"b": [1]}}, {"op": "copy", "from": "/a", "path": "/c"}, {"a": {"b": [1]}, "c": {"b": [1]}}),
        ({"/": 9, "~1": 10}, {"op": "test", "path": "/~01", "value": 10}, {"/": 9, "~1": 10}),
        ({"a": {"b": [1, "x"]}}, {"op": "test", "path": "/a", "value": {"b": [1.0, "x"]}}, {"a": {"b": [1, "x"]}}),
        ({"a/b": 1}, {"op": "replace", "path": "/a~1b", "value": 2}, {"a/b": 2}),
    ],
)
def test_operations_are_those_of_rfc_6902(
    value: dict[str, Any], operation: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert _operate(value, operation) == expected


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "add", "path": "/a/b/c", "value": 1},
        {"op": "add", "path": "/list/3", "value": 1},
        {"op": "remove", "path": "/list/2"},
        {"op": "remove", "path": "/list/01"},
        {"op": "add", "path": "/list/01", "value": 1},
        {"op": "add", "path": "/list/²", "value": 1},
        {"op": "replace", "path": "/list/²", "value": 1},
        {"op": "replace", "path": "/b", "value": 1},
        {"op": "test", "path": "/a", "value": 2},
        {"op": "test", "path": "/a", "value": True},
        {"op": "test", "path": "/list", "value": [True, 2]},
        {"op": "move", "from": "/o", "path": "/o/p"},
        {"op": "copy", "from": "/b", "path": "/c"},
        {"op": "add", "path": "/b"},
    ],
)
def test_an_operation_that_does_not_fit_is_refused(operation: dict[str, Any]) -> None:
    with pytest.raises(Unfit) as refused:
        _operate({"a": 1, "list": [1, 2], "o": {}}, {"op": "test", "path": "/a", "value": 1}, operation)
    assert refused.value.route[0] == 1


def test_one_who_copies_and_then_changes_leaves_the_source_alone() -> None:
    value = _operate(
        {"a": {"b": 1}}, {"op": "copy", "from": "/a", "path": "/c"}, {"op": "replace", "path": "/c/b", "value": 2}
    )
    assert value == {"a": {"b": 1}, "c": {"b": 2}}


_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(_TEXT.filter(lambda key: key != "<<"), _VALUES, min_size=1, max_size=4))
def test_what_is_dumped_is_read_back_in_its_order(value: dict[str, Any]) -> None:
    from ruamel.yaml import YAML

    back = YAML(typ="safe").load(dump(value))
    assert json.dumps(back) == json.dumps(value)


class _Places:
    def span(self, *route: str | int) -> Span:
        return HERE


def _golden(case: str) -> list[RenderedObject]:
    made = []
    for path in sorted((GOLDEN / case / "expected").glob("*.yaml")):
        value = read_object(path.read_bytes())
        stem = path.stem.partition("-")[2]
        made.append(RenderedObject(value["kind"], stem, value["metadata"]["name"], path.read_bytes(), HERE))
    return made


def _patched(objects: list[RenderedObject], *patches: dict[str, Any]) -> tuple[RenderedObject, ...]:
    given = [Patch.model_validate(one, by_alias=True, by_name=False) for one in patches]
    outcome = apply_patches(objects, given, _Places(), "Model/m")
    assert outcome.diagnostics == ()
    assert outcome.value is not None
    return outcome.value


@pytest.mark.parametrize("text", ["x = 1  # é\n" * 20_000, "x" * 150_000, "{{" * 60_000])
def test_an_object_is_read_back_however_much_code_it_holds(text: str) -> None:
    value = {"kind": "ConfigMap", "immutable": True, "data": {"a.py": text, "b": "1"}, "count": 2, "none": [], "f": 0.5}
    assert read_object(dump(value).encode()) == value


def test_without_patches_nothing_changes() -> None:
    made = tuple(_golden("pinned"))
    assert apply_patches(made, None, _Places(), "Model/m").value == made


def test_a_patched_configmap_is_named_by_its_content_and_followed_wherever_it_is_named() -> None:
    before = _golden("pinned")
    request = next(one for one in before if one.kind == "ConfigMap" and one.stem.endswith("-train"))
    after = _patched(before, {"target": {"kind": "ConfigMap", "name": request.stem}, "merge": {"data": {"more": "x"}}})
    changed = {one.stem: (one.name, new.name) for one, new in zip(before, after, strict=True) if one.name != new.name}
    template = next(one for one in before if one.kind == "WorkflowTemplate" and one.stem == request.stem)
    assert {request.stem, template.stem} <= changed.keys()
    named = b"".join(one.data for one in after)
    for old, new in changed.values():
        assert old.encode() not in named
        assert new.encode() in named
    assert check_references({one.file: one.data for one in after}) == ()
    again = _patched(before, {"target": {"kind": "ConfigMap", "name": request.stem}, "merge": {"data": {"more": "x"}}})
    assert again == after


def test_labels_of_a_configmap_leave_its_name_alone() -> None:
    before = _golden("pinned")
    after = _patched(before, {"target": {"kind": "ConfigMap"}, "merge": {"metadata": {"labels": {"team": "a"}}}})
    assert [one.name for one in after] == [one.name for one in before]


def test_a_field_that_is_null_is_not_there_as_it_is_not_for_kubernetes() -> None:
    before, rule = _golden("pinned"), {"from": None, "ports": [{"port": 1}]}
    name = next(one.stem for one in before if one.kind == "NetworkPolicy")
    operation = {"op": "add", "path": "/spec/ingress", "value": [rule]}
    after = _patched(before, {"target": {"kind": "NetworkPolicy", "name": name}, "json": [operation]})
    (changed,) = (one for old, one in zip(before, after, strict=True) if one != old)
    assert read_object(changed.data)["spec"]["ingress"] == [{"ports": [{"port": 1}]}]


def test_what_keeps_its_place_in_a_release_for_governance_is_known_to_the_schemas() -> None:
    policy = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "sup-09.plimsoll.dev"},
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {
                "resourceRules": [
                    {
                        "apiGroups": ["apps"],
                        "apiVersions": ["v1"],
                        "operations": ["CREATE"],
                        "resources": ["deployments"],
                    }
                ]
            },
            "validations": [{"expression": "has(object.spec.template)", "message": "no pods"}],
        },
    }
    binding = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": "sup-09.plimsoll.dev"},
        "spec": {"policyName": "sup-09.plimsoll.dev", "validationActions": ["Deny"]},
    }
    found = {f"{one['kind'].lower()}-sup-09.yaml": dump(one).encode() for one in (policy, binding)}  # type: ignore[attr-defined]
    assert check_schemas(found, Platform()) == ()
    assert check_references(found) == ()
    wrong = {**policy, "spec": {**policy["spec"], "validation": []}}  # type: ignore[dict-item]
    assert [one.code for one in check_schemas({"a.yaml": dump(wrong).encode()}, Platform())] == ["PLM-VAL-002"]
