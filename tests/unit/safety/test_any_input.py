"""Whatever is in a file, there are findings or a project: the laws are those of ``tests/fuzz/front_end.py``."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile, decode

KEPT = sorted(
    path for name in ("seeds", "regressions") for path in (Path(__file__).parents[2] / "fuzz" / name).glob("*.yaml")
)
PIECES = (
    *("a", ": ", "- ", "? ", "[", "]", "{", "}", ",", "&a ", "*a", "!!x ", "|", ">", "'", '"', "\\", "#", "%", "~"),
    *("\n", "\n  ", "\r", "\t", "---\n", "...\n", "<<: ", "NO", "0x1", "1e999", "😀", "\u202e", "\x85", "\0", "@", "`"),
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
STRUCTURES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_inputs_that_once_failed(front_end, path: Path) -> None:
    front_end.pass_through(path.read_bytes())


@given(data=st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_bytes(front_end, data: bytes) -> None:
    front_end.pass_through(data)


@given(text=st.text(max_size=100) | st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(max_examples=500, deadline=None)
def test_any_text(front_end, text: str) -> None:
    front_end.pass_through(text.encode("utf-8", "surrogatepass"))
    parse(SourceFile("a.yaml", text))


@given(value=STRUCTURES, kind=st.sampled_from(["Model", "Policy", "Deployment", "Waiver", "FeatureSet", "Environment"]))
@settings(max_examples=200, deadline=None)
def test_any_structure_in_the_place_of_a_spec(front_end, value: object, kind: str) -> None:
    import json

    spec = {"apiVersion": "plimsoll.dev/v1", "kind": kind, "metadata": {"name": "a"}, "spec": value}
    front_end.pass_through(json.dumps(spec).encode())


@given(seed=st.integers(0, 2**32))
@settings(max_examples=400, deadline=None)
def test_any_change_to_a_sound_spec(front_end, seed: int) -> None:
    """Blocks and scalars that are taken away, repeated, swapped, replaced and spoilt, on the way to the judge."""
    from mutate import mutate

    random, donors = Random(seed), [text.split("\n") for text in front_end.texts]
    front_end.pass_through(mutate(random.choice(front_end.texts), random, donors).encode())


def test_sound_specs_are_judged(front_end) -> None:
    """The way is walked to its end: without this, the laws could hold of nothing."""
    from front_end import Stage

    reached = [front_end.pass_through(file.text.encode()) for file in front_end.starter.values()]
    assert set(reached) == {Stage.CHECKED}


@given(st.binary(max_size=60))
def test_bytes_are_text_or_a_finding(data: bytes) -> None:
    outcome = decode(data, "a.yaml")
    assert (outcome.value is None) == (len(outcome.diagnostics) == 1)
