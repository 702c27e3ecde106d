from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from plimsoll.contract.digests import of_bytes
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release import (
    BUNDLE_FILE,
    LOCK_FILE,
    ReleaseLock,
    lock_bytes,
    parse_lock,
    read_lock,
    release_digest,
)

digests = st.binary(max_size=3).map(of_bytes)
names = st.text("abc-é.", min_size=1, max_size=5).filter(lambda name: set(name) != {"."})
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
locks = st.builds(
    ReleaseLock,
    environment=st.text("abc", min_size=1),
    compiler=st.just("0.1.0"),
    files=st.dictionaries(paths, digests, min_size=1),
    specs=st.dictionaries(names.map("Model/{}".format), digests),
)


def lock_of(*paths: str) -> ReleaseLock:
    return ReleaseLock(environment="e", compiler="0", files={path: of_bytes(b"") for path in paths}, specs={})


@given(locks)
def test_what_is_read_is_what_was_written(tmp_path_factory: pytest.TempPathFactory, lock: ReleaseLock) -> None:
    folder, data = tmp_path_factory.mktemp("release"), lock_bytes(lock)
    (folder / LOCK_FILE).write_bytes(data)
    assert read_lock(folder) == lock
    assert lock_bytes(read_lock(folder)) == data
    assert release_digest(data) == of_bytes(data)


@given(locks)
def test_the_order_of_insertion_does_not_count(lock: ReleaseLock) -> None:
    turned = lock.model_copy(update={"files": dict(reversed(lock.files.items()))})
    assert lock_bytes(turned) == lock_bytes(lock)


def test_the_form_is_the_published_one() -> None:
    digest = of_bytes(b"")
    expected = (
        '{\n  "apiVersion": "plimsoll.dev/v1",\n  "compiler": "0",\n  "environment": "e",\n  "files": {\n'
        f'    "a.yaml": "{digest}"\n  }},\n  "kind": "ReleaseLock",\n  "specs": {{}}\n}}\n'
    )
    assert lock_bytes(lock_of("a.yaml")).decode() == expected


@pytest.mark.parametrize(
    "path", ["/a", "../a", "a/../b", "a//b", "./a", "a/", "", ".", "..", "a\\b", "a\0", LOCK_FILE, BUNDLE_FILE]
)
def test_a_path_that_leads_elsewhere_is_no_file_of_a_release(path: str) -> None:
    with pytest.raises(ValidationError):
        lock_of(path)


def test_an_empty_release_is_none() -> None:
    with pytest.raises(ValidationError):
        lock_of()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"\xff",
        lock_bytes(lock_of("a")).replace(b"  ", b"   "),
        lock_bytes(lock_of("a")).replace(b'"kind"', b'"more": 1,\n  "kind"'),
        lock_bytes(lock_of("a")).replace(b'  "kind"', b'  "environment": "e",\n  "kind"'),
        lock_bytes(lock_of("a")).replace(b"plimsoll.dev/v1", b"plimsoll.dev/v2"),
    ],
)
def test_a_lock_in_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(Refused, match="release lock"):
        parse_lock(data, "here")


def test_a_release_without_a_lock_is_none(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="has no lock"):
        read_lock(tmp_path)
