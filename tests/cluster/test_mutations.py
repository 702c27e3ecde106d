"""Objects that are changed at random stay objects: whatever is changed, each is still called what it was."""

import copy
from itertools import islice
from typing import Any

import pytest
from manifests import golden, release
from mutations import Mutations

NAMES = ("apiVersion", "kind", "metadata", "name", "namespace", "spec", "template", "containers", "rules", "action")
"""Fields that rules read, those that name an object among them."""


def _called(content: dict[str, Any]) -> tuple[str, ...]:
    metadata = content["metadata"]
    return content["apiVersion"], content["kind"], metadata["name"], metadata.get("namespace", "")


@pytest.mark.parametrize("seed", range(5))
def test_an_object_keeps_what_names_it(seed: int) -> None:
    objects = [one for folder in golden().values() for one in release(folder).values()]
    known, before = {_called(one) for one in objects}, copy.deepcopy(objects)
    found = [content for content, _ in islice(Mutations(objects, NAMES, seed), 3000)]
    assert {_called(content) for content in found} <= known
    assert {content["kind"] for content in found} == {one["kind"] for one in objects}
    assert objects == before


def test_an_object_that_has_nothing_but_its_name_is_changed_too() -> None:
    """As a kind may have no spec: all that can be done is to put something in."""
    bare = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a", "namespace": "b"}}
    found = [content for content, _ in islice(Mutations([bare], NAMES, 1), 200)]
    assert {_called(content) for content in found} == {_called(bare)}
    assert any(content != bare for content in found)
