"""Golden releases, and objects of theirs that are changed at random, have the same verdict from both engines."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from admission import Place, ask, completed, differences, place_of, project_of, read
from api import Api
from estate import MODES, ground, held, rules
from manifests import GOLDEN, asked, fits, read_all
from mutations import Mutations

from plimsoll.compiler.governance.cases import Values
from plimsoll.compiler.governance.rules import expressions

_MUTATIONS = 1000
_UNBOUND = "admission-unbound"
"""A namespace without policies, which has an object's completed form even where policies deny it."""


@pytest.fixture(scope="module")
def released(served: Api, request: pytest.FixtureRequest) -> Iterator[dict[tuple[str, str], Place]]:
    """The policies of every golden release and mode, of those that are meant for these versions or older ones."""
    found, option = {}, request.config.option
    for root in sorted(GOLDEN.glob("*/specs")):
        values = {f"{o['kind']}/{o['metadata']['name']}": o for f in root.rglob("*.yaml") for o in read_all(f)}
        for environment in (value["metadata"]["name"] for value in values.values() if value["kind"] == "Environment"):
            if not fits(asked(values[f"Environment/{environment}"]), option.kubernetes, option.argo):
                continue
            name = f"{root.parent.name}-{environment}"
            for mode in MODES:
                project = project_of(_without_rules(values), root, mode, {environment: f"{name}-{mode}"})
                found[name, mode] = place_of(ground().catalogue.rules, project, environment)
    with held(served, found):
        yield found


def _without_rules(values: Values) -> Values:
    """Specs without their own bindings and waivers: the catalogue's rules are held against them."""
    return {key: value for key, value in values.items() if value["kind"] not in ("Policy", "PolicyBinding", "Waiver")}


def _of_manifests(rule: str) -> bool:
    """Whether a rule is about what is rendered, and not about what specs bring about: golden ones may break those."""
    return bool(rules()[rule][0].objects) and not rules()[rule][0].leaves_to


def test_golden_releases_are_admitted(released: dict[tuple[str, str], Place], served: Api) -> None:
    found, kinds = [], set[str]()
    for (name, mode), place in released.items():
        for one in place.rendered():
            content = read(one)
            told = ask(served, content)
            assert told.judged, f"{name} {one.file}: {told.answer}"
            found += [f"{name} {one.file}: {each}" for each in differences(place, content, told, deny=mode == "deny")]
            found += [f"{name} {one.file}: {told}"] if any(_of_manifests(rule) for rule, _ in told.said) else []
            kinds.add(one.kind)
    assert not found, "\n" + "\n".join(found)
    assert kinds >= {"Deployment", "HorizontalPodAutoscaler", "InferenceService", "Role", "Rollout", "WorkflowTemplate"}


def test_objects_changed_at_random_have_one_verdict(released: dict[tuple[str, str], Place], served: Api) -> None:
    """Where the API server fills in defaults, or leaves out what is empty, both judge what comes of that."""
    served.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": _UNBOUND}}, manager="install")
    objects = [read(one) for (_, mode), place in released.items() if mode == "warn" for one in place.rendered()]
    by_namespace = {f"{name}-{mode}": place for (name, mode), place in released.items()}
    judged, broken, found, filled_in = 0, set[str](), list[str](), list[str]()
    for content, done in Mutations(objects, _names(), seed=1):
        namespace = content["metadata"]["namespace"]
        other = f"{namespace.removesuffix('warn')}deny"
        again = json.loads(json.dumps(content).replace(namespace, other))
        told, told_again = ask(served, content), ask(served, again)
        if not told.judged or not told_again.judged or not _has_sound_pods(served, content):
            continue
        warned, denied = by_namespace[namespace], by_namespace[other]
        judged, broken = judged + 1, broken | {rule for rule, _ in warned.ours(content)}
        if differences(warned, content, told, deny=False) or differences(denied, again, told_again, deny=True):
            filled_in.append(done)
            content, again = (completed(served, one, _UNBOUND) for one in (content, again))
        differ = differences(warned, content, told, deny=False)
        differ += differences(denied, again, told_again, deny=True)
        found += [f"{done}\n  {each}" for each in differ]
        if judged == _MUTATIONS:
            break
    assert not found, "\n" + "\n".join(found)
    assert len(broken) > 2 * len(rules()) / 3, sorted(rules().keys() - broken)
    assert len(filled_in) < _MUTATIONS / 50, "\n" + "\n".join(filled_in)
    print(f"{judged} objects; judged as they were filled in: {filled_in}")


def _has_sound_pods(api: Api, content: dict[str, Any]) -> bool:
    """Whether pods can be made of an object. The CRD of a Rollout takes texts for mappings in its pods' template.

    Of a text the API server's CEL says that it has no field; ours has no value then. A Deployment of such pods is
    refused before rules are asked.
    """
    if content["kind"] != "Rollout":
        return True
    spec = content.get("spec") or {}
    alike = {"selector": spec.get("selector"), "template": spec.get("template")}
    metadata = {"name": content["metadata"]["name"], "namespace": _UNBOUND}
    return ask(api, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": alike}).judged


def _names() -> list[str]:
    """The fields that rules read."""
    texts = [text for rule, _ in rules().values() for _, text, _ in expressions(rule.values)]
    return sorted({name for text in texts for name in re.findall(r"\.(\w+)\b(?!\()", text)})
