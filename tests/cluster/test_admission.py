"""Rules that are exported have the same verdict from the API server as from our engine, on every object."""

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from admission import Place, ask, completed, differences, install, place_of, project_of, read, settle
from api import Api, Rejected
from cluster import Cluster, install_crds
from crds import OPEN, UNSERVED, defining
from differences import changes
from differences import differences as stored_differently
from manifests import GOLDEN, read_all
from mutations import Mutations
from server import READY_SECONDS

from plimsoll.cli.generate.admission import RECORD, Asked, asked_of
from plimsoll.cli.generate.table import CHECKOUT
from plimsoll.compiler.governance.admission.dialect import COMMON, calls
from plimsoll.compiler.governance.admission.resources import RESOURCES, resources_of
from plimsoll.compiler.governance.cases import Case, Ground, Values, ground_of
from plimsoll.compiler.governance.catalogue import load_catalogue
from plimsoll.compiler.governance.engine import program, variables
from plimsoll.compiler.governance.rules import Rule, expressions
from plimsoll.compiler.rendering.objects import RenderedObject
from plimsoll.compiler.resources import data_root

_DIGEST = re.compile(rb"\n *\"plimsoll.dev/spec-digest\": .*")
_MODES = ("deny", "warn")
_UNSOUND = "refused as no sound object, before any rule is asked"
"""Stands for an object that the API server refuses by itself."""
_PLACEHOLDER = "admission-placeholder"
_MUTATIONS = 1000
_UNBOUND = "admission-unbound"
"""A namespace without policies, which has an object's completed form even where policies deny it."""


@cache
def _ground() -> Ground:
    found = load_catalogue(data_root("policies")).value
    assert found is not None
    return ground_of(found)


@dataclass(frozen=True)
class Sent:
    """The estate as a case has it."""

    name: str
    case: Case

    def place(self, mode: str, environment: str, namespace: str) -> Place:
        """An environment of the estate as the case has it, in a namespace, with all rules in one mode."""
        return self.places(mode, {environment: namespace})[environment]

    def places(self, mode: str, namespaces: Mapping[str, str]) -> dict[str, Place]:
        """Some environments of the estate, each in a namespace of its own."""
        ground = _ground()
        project = project_of(ground.patched(self.case), ground.root / "fixtures", mode, namespaces)
        return {one: place_of(ground.catalogue.rules, project, one) for one in namespaces}


_ESTATE = Sent("the estate", Case(case="the estate"))


@cache
def _environments() -> tuple[str, ...]:
    return tuple(key.partition("/")[2] for key in _ground().values if key.startswith("Environment/"))


@cache
def _rules() -> dict[str, tuple[Rule, tuple[str, ...]]]:
    """The rules that are exported, each with the kinds that it judges."""
    place = _ESTATE.place("deny", _environments()[0], _PLACEHOLDER)
    return {one.rule.id: (one.rule, one.kinds) for one in place.exported}


@cache
def _asked() -> dict[str, Asked]:
    """Every case of every rule that is exported."""
    return {one.key: one for rule, _ in _rules().values() for one in asked_of(rule, _ground().catalogue)}


@cache
def _sent() -> dict[str, Sent]:
    """The estate, and every case of it."""
    return {"": _ESTATE} | {key: Sent(key, one.case) for key, one in _asked().items()}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "asked" in metafunc.fixturenames:
        metafunc.parametrize("asked", _sent(), ids=lambda key: f"{key} {_sent()[key].case.case}".replace(" ", "-"))


@cache
def _namespaces() -> dict[tuple[str, str], str]:
    """A namespace for each environment of each case; those share one in which the rules read the same."""
    known: dict[bytes, str] = {}
    found: dict[tuple[str, str], str] = {}
    for key, sent in _sent().items():
        if key and not any(one.startswith("Environment/") for one in sent.case.patch):
            found |= {(key, environment): found["", environment] for environment in _environments()}
            continue
        for environment, place in sent.places("deny", dict.fromkeys(_environments(), _PLACEHOLDER)).items():
            policies = _DIGEST.sub(b"", b"".join(one.data for one in place.admission.objects))
            found[key, environment] = known.setdefault(policies, f"admission-{len(known)}")
    return found


@pytest.fixture(scope="module")
def served(running: Cluster, other_crds: dict[str, list[Path]]) -> Api:
    """The API server, which serves all that exported rules judge."""
    judged = {(one.group, kind) for _, kinds in _rules().values() for kind in kinds for one in resources_of(kind)}
    objects = [{"apiVersion": f"{group}/v1", "kind": kind} for group, kind in sorted(judged)]
    files = [file for module in other_crds.values() for file in module]
    install_crds(running.admin, defining(objects, [*files, OPEN]))
    return running.admin


@pytest.fixture(scope="module")
def places(served: Api) -> Iterator[dict[tuple[str, str], Place]]:
    """The policies of every namespace and mode, held by the API server."""
    found: dict[tuple[str, str], Place] = {}
    for (key, environment), namespace in _namespaces().items():
        for mode in _MODES:
            if (namespace, mode) not in found:
                found[namespace, mode] = _sent()[key].place(mode, environment, f"{namespace}-{mode}")
    yield from _held(served, found)


def _held(api: Api, places: dict[tuple[str, str], Place]) -> Iterator[dict[tuple[str, str], Place]]:
    for name, mode in places:
        metadata = {"name": f"{name}-{mode}"}
        api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}, manager="install")
    install(api, places.values())
    yield places
    for place in places.values():
        for content in place.policies:
            api.remove(content)


def test_policies_are_stored_as_they_were_sent(places: dict[tuple[str, str], Place], served: Api) -> None:
    """One environment's, in either mode: those of others are made alike."""
    found, namespace = [], _namespaces()["", "production"]
    for content in (content for mode in _MODES for content in places[namespace, mode].policies):
        stored = served.apply(content)
        found += [f"{content['metadata']['name']}: {each}" for each in stored_differently(content, stored)]
        found += changes(stored, served.apply(content))
    assert not found, "\n" + "\n".join(found)


@pytest.fixture(scope="module")
def told_before() -> dict[tuple[str, bytes], tuple[list[str], frozenset[tuple[str, str]]]]:
    """Differences over an object in a namespace, and what was said: most objects of a case are those of the estate."""
    return {}


@pytest.fixture(scope="module")
def heard() -> dict[str, list[str]]:
    """What the API server has against each case, by the rule that the case is of."""
    return {}


def test_a_case_has_one_verdict(
    asked: str,
    places: dict[tuple[str, str], Place],
    served: Api,
    heard: dict[str, list[str]],
    told_before: dict[tuple[str, bytes], tuple[list[str], frozenset[tuple[str, str]]]],
) -> None:
    """Not only what the rule has against the case: what any rule has against any object of it."""
    found, messages = [], set[str]()
    bound = {one: _namespaces()[asked, one] for one in _environments()}
    for environment, place in _sent()[asked].places("warn", {one: f"{bound[one]}-warn" for one in bound}).items():
        namespace = bound[environment]
        for one in place.rendered():
            if (namespace, one.data) not in told_before:
                told_before[namespace, one.data] = _compared(served, places, namespace, one)
            differ, said = told_before[namespace, one.data]
            found += [f"{environment} {one.file} {each}" for each in differ]
            messages |= {message for rule, message in said if asked.startswith(rule) or not asked}
    assert not found, "\n" + "\n".join(found)
    heard[asked] = sorted(messages)
    if asked:
        assert _is_answer(_asked()[asked], heard[asked])
    else:
        assert not messages


def _is_answer(asked: Asked, heard: list[str]) -> bool:
    """Whether an API server said what is expected.

    It may refuse an object by itself; and what a rule leaves to another as the fault of a spec it finds there too,
    where nobody knows whose fault it is.
    """
    if _UNSOUND in heard:
        return set(heard) <= {*asked.expected, _UNSOUND}
    return heard == asked.expected or (bool(asked.rule.leaves_to) and not asked.expected)


def _compared(
    api: Api, places: Mapping[tuple[str, str], Place], namespace: str, one: RenderedObject
) -> tuple[list[str], frozenset[tuple[str, str]]]:
    """Where verdicts on an object differ, in either mode; and what the API server says of it."""
    text, found, said = json.dumps(read(one)), list[str](), set[tuple[str, str]]()
    for mode in _MODES:
        content = json.loads(text.replace(f"{namespace}-warn", f"{namespace}-{mode}"))
        told = ask(api, content)
        if not told.judged:
            return [], frozenset({("", _UNSOUND)})
        found += [
            f"{mode}: {each}" for each in differences(places[namespace, mode], content, told, deny=mode == "deny")
        ]
        said |= told.said
    return found, frozenset(said)


def test_the_record_of_verdicts_is_what_was_heard(heard: dict[str, list[str]], request: pytest.FixtureRequest) -> None:
    """``--update-verdicts`` writes it; the page of rules at admission is made from it."""
    minor, file = request.config.getoption("--kubernetes"), CHECKOUT / RECORD
    record = json.loads(file.read_text()) if file.is_file() else {}
    if request.config.getoption("--update-verdicts"):
        record = {key: _recorded(record.get(key, {}), key, minor, heard.get(key)) for key in _asked()}
        file.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")
    assert {key: (one["digest"], one["told"].get(minor)) for key, one in record.items()} == {
        key: (one.digest, heard.get(key)) for key, one in _asked().items()
    }


def _recorded(known: dict[str, Any], key: str, minor: str, messages: list[str] | None) -> dict[str, Any]:
    """What is written down of a case: what other versions said stays as long as they were asked the same.

    So does what this one said, when it is not asked this time: the record of a few rules can be made anew.
    """
    digest = _asked()[key].digest
    told = known.get("told", {}) if known.get("digest") == digest else {}
    told |= {} if messages is None else {minor: messages}
    return {"case": _asked()[key].case.case, "digest": digest, "told": told}


@pytest.fixture(scope="module")
def released(served: Api) -> Iterator[dict[tuple[str, str], Place]]:
    """The policies of every golden release and mode."""
    found = {}
    for root in sorted(GOLDEN.glob("*/specs")):
        values = {f"{o['kind']}/{o['metadata']['name']}": o for f in root.rglob("*.yaml") for o in read_all(f)}
        for environment in (key.partition("/")[2] for key in values if key.startswith("Environment/")):
            name = f"{root.parent.name}-{environment}"
            for mode in _MODES:
                project = project_of(_without_rules(values), root, mode, {environment: f"{name}-{mode}"})
                found[name, mode] = place_of(_ground().catalogue.rules, project, environment)
    yield from _held(served, found)


def _without_rules(values: Values) -> Values:
    """Specs without their own bindings and waivers: the catalogue's rules are held against them."""
    return {key: value for key, value in values.items() if value["kind"] not in ("Policy", "PolicyBinding", "Waiver")}


def _of_manifests(rule: str) -> bool:
    """Whether a rule is about what is rendered, and not about what specs bring about: golden ones may break those."""
    return bool(_rules()[rule][0].objects) and not _rules()[rule][0].leaves_to


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
        if not told.judged or not told_again.judged:
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
    assert len(broken) > 2 * len(_rules()) / 3, sorted(_rules().keys() - broken)
    assert len(filled_in) < _MUTATIONS / 50, "\n" + "\n".join(filled_in)
    print(f"{judged} objects; judged as they were filled in: {filled_in}")


def _names() -> list[str]:
    """The fields that rules read."""
    texts = [text for rule, _ in _rules().values() for _, text, _ in expressions(rule.values)]
    return sorted({name for text in texts for name in re.findall(r"\.(\w+)\b(?!\()", text)})


_MAXIMUM = "HorizontalPodAutoscaler"


def test_what_a_waiver_lets_pass_passes_there_too(served: Api) -> None:
    """But not what has no value, nor another object."""
    values = _ground().patched(Case(case="too many", patch={"Deployment/readmission-online": {_SCALING: 9}}))
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
    project = project_of(values, _ground().root / "fixtures", "deny", {"production": "waived-deny"})
    place = place_of(_ground().catalogue.rules, project, "production", waive=True)
    for _ in _held(served, {("waived", "deny"): place}):
        (scaler,) = (read(one) for one in place.rendered() if one.kind == _MAXIMUM)
        assert ask(served, scaler).code < 300
        other = {**scaler, "metadata": {**scaler["metadata"], "name": "another"}}
        assert ask(served, other).denied is not None


_SCALING = "spec.environments.production.online.scaling.max"


def test_what_is_being_deleted_may_lose_its_finalizers_and_nothing_else(
    places: dict[tuple[str, str], Place], served: Api
) -> None:
    namespace = _namespaces()["", "production"]
    place = _ESTATE.place("deny", "production", f"{namespace}-deny")
    (scaler,) = (read(one) for one in place.rendered() if one.kind == _MAXIMUM)
    metadata = {**scaler["metadata"], "name": "old", "finalizers": ["plimsoll.dev/tests"]}
    old = {**scaler, "metadata": metadata, "spec": {**scaler["spec"], "maxReplicas": 99}}
    for content in place.policies:
        served.remove(content)
    settle(served)
    served.apply(old)
    install(served, [place])
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
