"""Laws of pinning a version in a deployment's text, however its author wrote it."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.loading.documents import Document, parse
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.project.edit import set_pin, with_text

DIGEST = "sha256:" + "ab" * 32
OLD = "sha256:" + "cd" * 32

HEAD = """\
# Answers, parcel by parcel.
apiVersion: plimsoll.dev/v1
kind: Deployment
metadata: {name: parcels-online}
spec:
  model: parcels
  environments:
"""
TAIL = """\
    other: {pin: {version: 1, digest: "%s"}}   # not this one
  alerting:
    contact: "on-call@example.org"  # day and night
""" % ("ef" * 32)

WAYS = (
    "    live: {}\n",
    "    live: {}  # nothing of its own\n",
    "    live:\n",
    "    live:   # nothing yet\n",
    "    live: null\n",
    "    live: ~\n",
    '    "live": {}\n',
    "    live: {resources: {cpu: 500m}}\n",
    "    live: { resources: { cpu: 500m }, }\n",
    "    live: {\n      resources: {cpu: 500m},\n    }\n",
    "    live:\n      resources:\n        cpu: 500m\n",
    "    live:\n      # the pods are small here\n      resources: {cpu: 500m}  # half a core\n",
    "    live:\n\n      resources: {cpu: 500m}\n\n",
    f'    live: {{pin: {{version: 3, digest: "{OLD}"}}}}\n',
    f"    live: {{pin: {{digest: '{OLD}', version: 3}}, resources: {{cpu: 500m}}}}\n",
    f"    live:\n      pin: {{version: 3, digest: '{OLD}'}}  # kept\n",
    f"    live:\n      pin:\n        version: 3  # the best so far\n        digest: {OLD}\n",
    f'    live:\n      resources: {{cpu: 500m}}\n      pin:\n        digest: "{OLD}"\n        version: 3\n',
    "    live:\n      online: {scaling: {min: 1, max: 2}}\n      resources:\n        cpu: 500m\n",
    "    live: {note: 'Zürich, الشارقة'}\n",
)
PLACES = st.sampled_from(WAYS)


def document(text: str) -> Document:
    parsed = parse(SourceFile("deployment.yaml", text)).value
    assert parsed is not None
    (found,) = parsed
    return found


def pinned(value: dict[str, Any], version: int, digest: str = DIGEST) -> dict[str, Any]:
    wanted = copy.deepcopy(value)
    environments = wanted["spec"]["environments"]
    environments["live"] = {**(environments["live"] or {}), "pin": {"version": version, "digest": digest}}
    return wanted


def whole(way: str, *, first: bool, ending: str) -> str:
    body = way + TAIL if first else "    other: {}\n" + way
    return (HEAD + body).replace("\n", ending)


def split(way: str, text: str, *, first: bool, ending: str) -> tuple[str, str, str]:
    """What stands before the environment, the environment itself, and what follows."""
    before = HEAD.replace("\n", ending) if first else whole("", first=False, ending=ending)
    after = TAIL.replace("\n", ending) if first else ""
    assert text.startswith(before)
    assert text.endswith(after)
    return before, text[len(before) : len(text) - len(after)], after


@given(PLACES, st.integers(1, 10**6), st.booleans(), st.sampled_from(("\n", "\r\n")))
def test_the_pin_is_set_and_no_other_value_changes(way: str, version: int, first: bool, ending: str) -> None:
    before = document(whole(way, first=first, ending=ending))
    after = with_text(before, set_pin(before, "live", version, DIGEST)).value
    assert after == pinned(before.value, version)


@given(PLACES, st.integers(1, 10**6), st.booleans(), st.sampled_from(("\n", "\r\n")))
def test_every_byte_outside_of_the_environment_stays(way: str, version: int, first: bool, ending: str) -> None:
    text = whole(way, first=first, ending=ending)
    split(way, set_pin(document(text), "live", version, DIGEST), first=first, ending=ending)


@given(PLACES, st.integers(1, 10**6))
def test_inside_of_it_every_comment_and_every_value_stays(way: str, version: int) -> None:
    text = whole(way, first=True, ending="\n")
    _, inside, _ = split(way, set_pin(document(text), "live", version, DIGEST), first=True, ending="\n")
    for line in way.splitlines():
        comment = line.partition("#")[2]
        assert comment in inside
    assert inside.count("cpu: 500m") == way.count("cpu: 500m")


@given(PLACES, st.integers(1, 10**6), st.integers(1, 10**6))
def test_the_last_pin_counts_and_pinning_again_changes_nothing(way: str, first: int, second: int) -> None:
    start = document(whole(way, first=True, ending="\n"))
    once = with_text(start, set_pin(start, "live", first, OLD))
    twice = set_pin(once, "live", second, DIGEST)
    assert twice == set_pin(start, "live", second, DIGEST)
    assert set_pin(with_text(start, twice), "live", second, DIGEST) == twice


def test_a_one_line_environment_becomes_a_one_line_pin() -> None:
    text = whole("    live: {}\n", first=True, ending="\n")
    expected = text.replace("    live: {}\n", f'    live: {{pin: {{version: 4, digest: "{DIGEST}"}}}}\n')
    assert set_pin(document(text), "live", 4, DIGEST) == expected


def test_an_environment_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="no environment 'night'"):
        set_pin(document(whole("    live: {}\n", first=True, ending="\n")), "night", 1, DIGEST)


def test_a_file_of_two_documents_is_refused() -> None:
    text = whole("    live: {}\n", first=True, ending="\n")
    with pytest.raises(ValueError, match="the only document of its file"):
        with_text(document(text), f"{text}---\n{text}")
