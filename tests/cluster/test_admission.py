"""Rules that are exported have the same verdict from the API server as from our engine, on each object of each case."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from admission import Place, ask, differences, read
from api import Api
from differences import changes
from differences import differences as stored_differently
from estate import ESTATE, MODES, PLACEHOLDER, Sent, environments, ground, held, rules

from plimsoll.cli.generate.admission import RECORD, Asked, asked_of
from plimsoll.cli.generate.table import CHECKOUT
from plimsoll.compiler.rendering.objects import RenderedObject

_DIGEST = re.compile(rb"\n *\"plimsoll.dev/spec-digest\": .*")
_UNSOUND = "refused as no sound object, before any rule is asked"
"""Stands for an object that the API server refuses by itself."""


@cache
def _asked() -> dict[str, Asked]:
    """Every case of every rule that is exported."""
    return {one.key: one for rule, _ in rules().values() for one in asked_of(rule, ground().catalogue)}


@cache
def _sent() -> dict[str, Sent]:
    """The estate, and every case of it."""
    return {"": ESTATE} | {key: Sent(key, one.case) for key, one in _asked().items()}


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
            found |= {(key, environment): found["", environment] for environment in environments()}
            continue
        for environment, place in sent.places("deny", dict.fromkeys(environments(), PLACEHOLDER)).items():
            policies = _DIGEST.sub(b"", b"".join(one.data for one in place.admission.objects))
            found[key, environment] = known.setdefault(policies, f"admission-{len(known)}")
    return found


@pytest.fixture(scope="module")
def places(served: Api) -> Iterator[dict[tuple[str, str], Place]]:
    """The policies of every namespace and mode, held by the API server."""
    found: dict[tuple[str, str], Place] = {}
    for (key, environment), namespace in _namespaces().items():
        for mode in MODES:
            if (namespace, mode) not in found:
                found[namespace, mode] = _sent()[key].place(mode, environment, f"{namespace}-{mode}")
    with held(served, found):
        yield found


def test_policies_are_stored_as_they_were_sent(places: dict[tuple[str, str], Place], served: Api) -> None:
    """One environment's, in either mode: those of others are made alike."""
    found, namespace = [], _namespaces()["", "production"]
    for content in (content for mode in MODES for content in places[namespace, mode].policies):
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
    bound = {one: _namespaces()[asked, one] for one in environments()}
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
    for mode in MODES:
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
