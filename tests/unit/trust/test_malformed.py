"""Whatever is done to a bundle, it is refused, or it still says the very same. It never ends in a traceback."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.trust.instance import EmbeddedInstance
from plimsoll.runtime.trust.signer import Signer
from plimsoll.runtime.trust.statements import statement
from plimsoll.runtime.trust.verifier import VerifiedStatement, verify_statement

TYPE = "https://example.org/test/v1"
Route = tuple[str | int, ...]


class Bench:
    """A good bundle, and what it verifies to."""

    def __init__(self, instance: EmbeddedInstance, signer: Signer) -> None:
        self._root: Path = instance.trusted_root
        self._identity = signer.identity
        signer.sign_statement(statement({"x": "sha256:" + "0" * 64}, TYPE, {}))
        self.text = signer.sign_statement(statement({"a": "sha256:" + "a" * 64}, TYPE, {"n": [1, {"m": "ü"}]}))
        self.good = self.verify(self.text.encode())

    def verify(self, data: bytes) -> VerifiedStatement:
        return verify_statement(data, self._root, self._identity, frozenset({TYPE}))

    def holds(self, data: bytes) -> bool:
        """Whether it is accepted; then it must say the same, at the same time, at the same place."""
        try:
            verified = self.verify(data)
        except Refused:
            return False
        assert verified == self.good
        return True


@pytest.fixture(scope="module")
def bench(instance: EmbeddedInstance, signer: Signer) -> Bench:
    return Bench(instance, signer)


def routes(value: Any, at: Route = ()) -> list[Route]:
    """Every place in a JSON value."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(route for key, part in below for route in routes(part, (*at, key)))]


def replaced(value: Any, route: Route, new: Any) -> Any:
    copy = json.loads(json.dumps({"": value}))
    holder, *steps = copy, "", *route
    for step in steps[:-1]:
        holder = holder[step]
    holder[steps[-1]] = new
    return copy[""]


fuzzing = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"no JSON", b"\xff"])
def test_what_is_no_bundle_is_told_in_a_line(bench: Bench, data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        bench.verify(data)
    assert (refused.value.what, refused.value.where) == ("signature", "bundle")
    assert refused.value.why.startswith("it is none: ")
    assert "\n" not in refused.value.why


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"no JSON", b"\xff"])
def test_a_root_that_is_none_is_not_the_fault_of_the_signature(
    bench: Bench, signer: Signer, tmp_path: Path, data: bytes
) -> None:
    root = tmp_path / "trusted_root.json"
    root.write_bytes(data)
    unpinned = signer.identity.model_copy(update={"trusted_root": None})
    with pytest.raises(Refused) as refused:
        verify_statement(bench.text.encode(), root, unpinned, frozenset({TYPE}))
    assert (refused.value.what, refused.value.where) == ("trusted root", str(root))
    assert "\n" not in refused.value.why
    assert "of the instance that signed" in refused.value.mend


@fuzzing
@given(data=st.data())
def test_any_changed_byte_of_the_file(bench: Bench, data: st.DataObject) -> None:
    raw = bytearray(bench.text.encode())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    bench.holds(bytes(raw))


@fuzzing
@given(data=st.data())
def test_any_changed_byte_of_what_is_encoded(bench: Bench, data: st.DataObject) -> None:
    value = json.loads(bench.text)
    route = data.draw(st.sampled_from([r for r in routes(value) if encoded(at(value, r))]))
    raw = bytearray(base64.b64decode(at(value, route)))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    accepted = bench.holds(json.dumps(replaced(value, route, base64.b64encode(raw).decode())).encode())
    assert not accepted or route[-1] in ("keyId", "signedTimestamp"), f"{route} can be changed unnoticed"


def at(value: Any, route: Route) -> Any:
    for step in route:
        value = value[step]
    return value


def encoded(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value) > 40
        and not value.startswith(("application", "\u2014"))
        and " " not in value
    )


@fuzzing
@given(
    data=st.data(),
    new=st.one_of(
        st.none(), st.booleans(), st.integers(), st.text(), st.just([]), st.just({}), st.lists(st.none(), max_size=2)
    ),
)
def test_any_replaced_part(bench: Bench, data: st.DataObject, new: Any) -> None:
    value = json.loads(bench.text)
    bench.holds(json.dumps(replaced(value, data.draw(st.sampled_from(routes(value))), new)).encode())


@fuzzing
@given(st.binary(max_size=200))
def test_any_bytes_at_all(bench: Bench, raw: bytes) -> None:
    assert not bench.holds(raw)


def test_what_grows_without_end(bench: Bench) -> None:
    for raw in (b"[" * 100_000, b'{"a":' * 100_000, b"9" * 100_000, bench.text.encode()[:-1], bench.text.encode() * 2):
        assert not bench.holds(raw)


def test_another_spelling_of_the_same_bundle_says_the_same(bench: Bench) -> None:
    assert bench.holds(json.dumps(json.loads(bench.text), indent=7, sort_keys=True).encode())
