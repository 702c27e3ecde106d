"""What our engine says of rendered objects, and how the API server is asked the same."""

import copy
import itertools
import json
import re
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
from api import Api, Object
from ruamel.yaml import YAML
from server import READY_SECONDS

from plimsoll.compiler.governance.admission.survivors import message_moved, moved_to
from plimsoll.compiler.governance.cases import Values
from plimsoll.compiler.governance.created import created_by
from plimsoll.compiler.governance.engine import EvaluationFailed, program, variables
from plimsoll.compiler.governance.findings import message_of
from plimsoll.compiler.governance.gate import Gate
from plimsoll.compiler.governance.modes import Bindings
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.terms import terms_of
from plimsoll.compiler.governance.waivers import Waivers
from plimsoll.compiler.loading.objects import read_object
from plimsoll.compiler.loading.sources import SourceFile, Sources
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.rendering.admission import Admission, Exported
from plimsoll.compiler.rendering.naming import units_of
from plimsoll.compiler.rendering.objects import RenderedObject
from plimsoll.compiler.rendering.patching.apply import without_nulls
from plimsoll.compiler.rendering.patching.dump import dump
from plimsoll.compiler.rendering.units import made_in, rendition

_LOADER = YAML(typ="safe")
_WARNING = re.compile(
    r"^299 - \"Validation failed for ValidatingAdmissionPolicy '(?P<policy>[^']+)'"
    r" with binding '[^']+': (?P<told>.*)\"$"
)
_DENIAL = re.compile(
    r"ValidatingAdmissionPolicy '(?P<policy>[^']+)' with binding '[^']+' denied request: (?P<told>.*)$", re.DOTALL
)

_NUMBERS = itertools.count(1)

TODAY = date(2026, 11, 1)

NO_VALUE = "has no value"
"""Stands for a rule that can't be evaluated: each engine says why in its own words."""


@dataclass(frozen=True)
class Told:
    """What was said of an object."""

    code: int
    denied: tuple[str, str] | None
    """The rule that denied it, and its message."""
    warned: frozenset[tuple[str, str]]
    """The rules that warned of it, with their messages."""
    answer: str = ""

    @property
    def said(self) -> frozenset[tuple[str, str]]:
        """Every warning, and the denial."""
        return self.warned | ({self.denied} if self.denied else set())

    @property
    def false(self) -> frozenset[tuple[str, str]]:
        """The warnings of what is false. What has no value quotes the expression: with lines in it, it is lost."""
        return frozenset(one for one in self.warned if one[1] != NO_VALUE)

    @property
    def judged(self) -> bool:
        """Whether the rules had a say: an object that is no sound one is refused before they are asked."""
        return self.code < 300 or self.denied is not None


def ask(api: Api, content: Object) -> Told:
    """Apply an object without storing it."""
    answer = api.tried(content)
    return Told(answer.status_code, _denied(answer), frozenset(_warned(answer)), answer.text)


def _denied(answer: httpx.Response) -> tuple[str, str] | None:
    found = _DENIAL.search(answer.json().get("message", "")) if answer.is_error else None
    return _finding(found["policy"], found["told"]) if found else None


def _warned(answer: httpx.Response) -> Iterator[tuple[str, str]]:
    for header in answer.headers.get_list("warning", split_commas=False):
        if found := _WARNING.match(header):
            yield _finding(found["policy"], json.loads(f'"{found["told"]}"'))


def _finding(policy: str, told: str) -> tuple[str, str]:
    """A rule and its message, by the name of the policy."""
    rule = re.search(r"-([a-z]+-[0-9]+)(?:-[a-z]+)*$", policy)
    assert rule is not None, policy
    name = rule[1].upper()
    return name, told.removeprefix(f"{name}: ") if told.startswith(f"{name}: ") else NO_VALUE


@dataclass(frozen=True)
class Place:
    """An environment with its policies, and the objects that are sent there."""

    admission: Admission

    @cached_property
    def policies(self) -> list[Object]:
        """Its policies and bindings."""
        return [_LOADER.load(one.data) for one in self.admission.objects]

    @cached_property
    def exported(self) -> tuple[Exported, ...]:
        """The rules that are exported."""
        return tuple(one for one in self.admission.rules if isinstance(one, Exported))

    @property
    def context(self) -> dict[str, Any]:
        """What rules know beside the object."""
        return {"environment": self.admission.gate.project.environments[self.admission.environment].values}

    def ours(self, content: Object) -> frozenset[tuple[str, str]]:
        """What our engine has against an object, by the rules that are exported. What is rendered holds no nulls."""
        shared = variables(without_nulls(content), self.context)
        return frozenset(
            (one.rule.id, told)
            for one in self.exported
            if content["kind"] in one.kinds
            for told in _ours(one.rule, content["kind"], shared)
        )

    def rendered(self) -> list[RenderedObject]:
        """Every object of the environment that an exported rule judges, those among them that workflows create."""
        project, kinds = self.admission.gate.project, {kind for one in self.exported for kind in one.kinds}
        made = (made_in(project, unit) for unit in units_of(project, self.admission.environment))
        found = [one for each in made for one in each.value or ()]
        return [each for one in found for each in (one, *_created(one, kinds)) if each.kind in kinds]


def _created(one: RenderedObject, kinds: Collection[str]) -> Iterator[RenderedObject]:
    """What the steps of a workflow create, as Argo would send it: in the workflow's namespace, and with a name."""
    for created in created_by(rendition(one), kinds):
        content = read_object(created.data) if created.data else {}
        if metadata := content.get("metadata"):
            metadata["name"] = f"{metadata.pop('generateName', created.stem)}1"
            metadata["namespace"] = read(one)["metadata"]["namespace"]
            yield one._replace(kind=created.kind, data=dump(content).encode())


def _ours(rule: Rule, kind: str, shared: Any) -> Iterator[str]:
    def here(text: str) -> str:
        return text if rule.objects else moved_to(text, rule.judges, kind)

    try:
        if rule.when is not None and not program(here(rule.when)).holds(shared):
            return
    except EvaluationFailed:
        yield NO_VALUE
        return
    for condition in rule.conditions:
        message = condition.message if rule.objects else message_moved(condition.message, rule.judges, kind)
        try:
            if not program(here(condition.expression)).holds(shared):
                yield message_of(message, shared)
        except EvaluationFailed:
            yield NO_VALUE


def differences(place: Place, content: Object, told: Told, *, deny: bool) -> list[str]:
    """Where the API server's verdict on an object is not ours."""
    ours = place.ours(content)
    if deny:
        agrees = (told.denied in ours) if ours else told.denied is None
        return [] if agrees else [f"we say {sorted(ours)}, it says {told.denied} ({told.code})"]
    unanswered = {one for one in ours if one[1] == NO_VALUE}
    agrees = told.false == ours - unanswered and ((told.denied in unanswered) if unanswered else told.denied is None)
    return [] if agrees else [f"we say {sorted(ours)}, it warns of {sorted(told.false)} and denies {told.denied}"]


def completed(api: Api, content: Object, namespace: str) -> Object:
    """An object as the API server judges it, with its defaults and without what is empty; by what it would store."""
    there = json.loads(json.dumps(content).replace(content["metadata"]["namespace"], namespace))
    answer = api.tried(there)
    assert not answer.is_error, answer.text
    found: Object = json.loads(answer.text.replace(namespace, content["metadata"]["namespace"]))
    return found


def install(api: Api, places: Iterable[Place]) -> None:
    """Apply policies and bindings, and wait until the API server holds every one of them.

    Nothing tells that a policy is held; but the API server takes policies and bindings up in the order of their
    changes, and so holds all of them once it denies by the one that came last.
    """
    for place in places:
        for content in place.policies:
            api.apply(content)
    settle(api)


def settle(api: Api) -> None:
    """Wait until the API server holds every policy that it was given, and none that was taken from it."""
    name = f"last-{next(_NUMBERS)}-of-the-tests"
    last = _last(name)
    for content in last:
        api.apply(content, manager="tests")
    probe = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "probe", "namespace": "default"}}
    until = time.monotonic() + READY_SECONDS
    while f"by {name}" not in (text := api.tried(probe).text):
        assert time.monotonic() < until, f"the policies are not held: {text}"
        time.sleep(0.1)
    for content in last:
        api.remove(content)


def _last(name: str) -> tuple[Object, Object]:
    head = {"apiVersion": "admissionregistration.k8s.io/v1", "metadata": {"name": name}}
    rules = [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["CREATE"]}]
    spec = {
        "matchConstraints": {"resourceRules": rules},
        "matchConditions": [{"name": "probe", "expression": "object.metadata.name == 'probe'"}],
        "validations": [{"expression": "false", "message": f"by {name}"}],
    }
    binding = {"policyName": name, "validationActions": ["Deny"]}
    return (
        {**head, "kind": "ValidatingAdmissionPolicy", "spec": spec},
        {**head, "kind": "ValidatingAdmissionPolicyBinding", "spec": binding},
    )


def project_of(values: Values, root: Path, mode: str, namespaces: Mapping[str, str]) -> Project:
    """A project of some objects, with environments in other namespaces and all rules in one mode."""
    binding = {"policies": ["*"], "mode": mode}
    head = {"apiVersion": "plimsoll.dev/v1", "kind": "PolicyBinding"}
    metadata = {"name": "all", "owner": "compliance@example.org"}
    values = copy.deepcopy({**values, "PolicyBinding/all": {**head, "metadata": metadata, "spec": binding}})
    for environment, namespace in namespaces.items():
        values[f"Environment/{environment}"]["spec"]["namespace"] = namespace
    files = tuple(SourceFile(f"{key.replace('/', '-')}.yaml", json.dumps(value)) for key, value in values.items())
    loaded = load_project(Sources(root, files))
    assert loaded.value is not None, loaded.diagnostics
    return loaded.value


def place_of(rules: Mapping[str, Rule], project: Project, environment: str, *, waive: bool = False) -> Place:
    """An environment of a project that is held against some rules; its waivers count where that is asked for."""
    bindings, waivers = Bindings(project.bindings), Waivers(terms_of(project), project, TODAY)
    standing = waivers.standing if waive else lambda _rule, _environment: []
    return Place(Admission(Gate(rules, lambda _: [], project, TODAY, b"", bindings, standing), environment))


def read(one: RenderedObject) -> Object:
    """The values of a rendered object."""
    content: Object = _LOADER.load(one.data.decode())
    return content
