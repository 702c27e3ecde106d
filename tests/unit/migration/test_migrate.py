"""Specs of plimsoll.dev/v1beta1 become those of v1, and nothing else about their files changes."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile, find_sources
from plimsoll.compiler.migration.changes import Key
from plimsoll.compiler.migration.migrate import migrate_source
from plimsoll.compiler.migration.versions import STEPS
from plimsoll.compiler.resources import data_root
from plimsoll.compiler.suppression.comments import layout

OLD = Path(__file__).parent / "v1beta1"
NEW = data_root("policies").parent / "specs"

MODEL = """\
# The model.
apiVersion: plimsoll.dev/v1beta1  # the first version
kind: Model
metadata: {name: late, owner: "on"}
spec:
  # Four months.
  trainingWindow: 120d   # calendar days
  # And then one.
  evaluationWindow: 30d  # the latest
  # What is run.
  training:
      timeoutSeconds: 5400 # an hour and a half
      command: [python,   train.py]

  features:
  - set: weather   # hourly
    use: [temp]
"""


def migrated(text: str) -> str:
    outcome = migrate_source(SourceFile("a.yaml", text))
    assert outcome.diagnostics == ()
    assert outcome.value is not None
    return outcome.value


def values(text: str) -> list[dict[str, Any]]:
    documents = parse(SourceFile("a.yaml", text)).value
    assert documents is not None
    return [one.value for one in documents]


def comments(text: str) -> list[str]:
    return sorted(one.text for one in layout(text).comments)


def faults(text: str) -> list[tuple[str, int, int, str]]:
    outcome = migrate_source(SourceFile("a.yaml", text))
    assert outcome.value is None
    return [(one.code, one.span.line, one.span.column, one.message) for one in outcome.diagnostics]


def test_every_line_that_does_not_change_keeps_its_bytes() -> None:
    assert (
        migrated(MODEL)
        == """\
# The model.
apiVersion: plimsoll.dev/v1  # the first version
kind: Model
metadata: {name: late, owner: "on"}
spec:
  # Four months.
  window:
    training: 120d   # calendar days
  # And then one.
    evaluation: 30d  # the latest
  # What is run.
  training:
      timeout: 90m # an hour and a half
      command: [python,   train.py]

  features:
  - set: weather   # hourly
    use: [temp]
"""
    )


def reference() -> list[tuple[SourceFile, SourceFile]]:
    """Every spec of the reference project, as it would have been in v1beta1 and as it is."""
    old, new = find_sources(OLD).value, find_sources(NEW).value
    assert old is not None
    assert new is not None
    now = {file.path: file for file in new.files}
    return [(file, now[file.path]) for file in old.files]


@pytest.mark.parametrize(("old", "new"), reference(), ids=lambda file: file.path)
def test_the_reference_project_comes_out_as_it_is_written_today(old: SourceFile, new: SourceFile) -> None:
    expected = deepcopy(values(new.text))
    for one in expected:
        one["spec"].pop("evidence", None)  # v1beta1 knew no evidence.
    if old.path == "deployments/flight-delay-online.yaml":
        # v1beta1 knew no refresh, and had a fixed number of replicas where the reference project has a range.
        spec = expected[0]["spec"]
        del spec["online"]["refresh"]
        for online, number in (
            (spec["online"], 1),
            (spec["environments"]["staging"]["online"], 3),
            (spec["environments"]["production"]["online"], 6),
        ):
            online["scaling"] = {"min": number, "max": number}
    result = migrated(old.text)
    assert values(result) == expected
    assert comments(result) == comments(old.text)
    assert migrated(result) == result


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("final", [True, False])
def test_line_ends_and_the_last_line_stay(ending: str, final: bool) -> None:
    text = MODEL.replace("\n", ending)
    text = text if final else text.removesuffix(ending)
    result = migrated(text)
    assert result.replace(ending, "\n").splitlines() == migrated(MODEL).splitlines()
    assert result.endswith(ending) == final
    assert "\n" not in result.replace(ending, "")


def test_only_the_older_documents_of_a_file_are_converted() -> None:
    new = "apiVersion: plimsoll.dev/v1\nkind: Waiver\nspec:   {expires:   2028-12-31}   # as it was\n"
    old = new.replace("/v1", "/v1beta1").replace("expires", "until")
    text = f"%YAML 1.2\n--- # first\n{new}\n# between\n--- # second\n{old}...\n# no more\n---\n# nothing\n--- {{}}\n"
    expected = text.replace(old, new.replace("spec:   {expires:   2028", "spec: {expires: 2028"))
    assert migrated(text) == expected


def test_what_is_of_today_or_of_nobody_is_left_as_it_is() -> None:
    for text in ("", "kind: [\n", MODEL.replace("v1beta1", "v1"), MODEL.replace("v1beta1", "v2"), "# v1beta1\na: 1\n"):
        assert migrate_source(SourceFile("a.yaml", text)).value == text


@pytest.mark.parametrize(
    ("spec", "line", "column", "words"),
    [
        ("  trainingWindow: 120d\n  window: {training: 90d}\n", 4, 19, "window is given as well"),
        ("  training:\n    timeoutSeconds: an hour\n", 5, 21, "a whole number is expected, not 'an hour'"),
        ("  training:\n    timeoutSeconds: true\n", 5, 21, "a whole number is expected, not True"),
        ("  training:\n    timeoutSeconds: 60\n    timeout: 1m\n", 5, 21, "timeout is given as well"),
    ],
)
def test_what_cannot_be_converted_is_named_at_its_place(spec: str, line: int, column: int, words: str) -> None:
    text = f"apiVersion: plimsoll.dev/v1beta1\nkind: Model\nspec:\n{spec}"
    (fault,) = faults(text)
    assert fault[:3] == ("PLM-MIG-001", line, column)
    assert words in fault[3]


def test_every_fault_of_a_file_is_named_and_none_of_its_documents_is_converted() -> None:
    bad = "apiVersion: plimsoll.dev/v1beta1\nkind: PolicyBinding\nspec: {action: block}\n"
    assert [one[:3] for one in faults(f"{MODEL}---\n{bad}---\n{bad}")] == [
        ("PLM-MIG-001", 21, 16),
        ("PLM-MIG-001", 25, 16),
    ]


def test_an_unknown_kind_has_no_conversion() -> None:
    assert [one[:3] for one in faults("apiVersion: plimsoll.dev/v1beta1\nkind: Modle\n")] == [("PLM-MIG-001", 2, 7)]


def test_a_file_that_is_damaged_says_so_and_stays() -> None:
    assert [one[0] for one in faults(MODEL + "  features: []\n")] == ["PLM-YML-003"]
    assert [one[0] for one in faults(MODEL + "  : [\n")] == ["PLM-YML-001"]


def test_what_would_not_come_out_whole_stays() -> None:
    # Equal keys differ in quotes alone: ruamel's round trip refuses what libyaml reads.
    text = "apiVersion: plimsoll.dev/v1beta1\nkind: Waiver\nspec: {until: 2028-12-31, 1: a, '1 ': b}\n---\n''\n"
    assert [one[0] for one in faults(text)] == ["PLM-MIG-002"]


def test_what_ruamel_takes_for_something_else_stays() -> None:
    text = "apiVersion: plimsoll.dev/v1beta1\nkind: DataSource\nspec: {path: 2028-12-31}\n"
    (fault,) = faults(text)
    assert fault[0] == "PLM-MIG-002"
    assert fault[3].endswith("spec.path: a path is expected, not datetime.date(2028, 12, 31); quote it")
    assert migrated(text.replace("2028-12-31", "'2028-12-31'")).endswith("path: '2028-12-31'}}\n")


def test_what_ruamel_cannot_read_stays() -> None:
    (fault,) = faults(MODEL + "  intendedUse:\ta\n")
    assert fault[0] == "PLM-MIG-002"
    assert r"ruamel.yaml says: found character '\t' that cannot start any token" in fault[3]


def test_doubtful_text_keeps_its_quotes_and_new_text_gets_them() -> None:
    text = (
        "apiVersion: plimsoll.dev/v1beta1\nkind: Waiver\nmetadata: {name: 'yes', owner: \"1:30\", description: off}\n"
        "spec: {until: \"2028-12-31\", ticket: 'no', reason: on}\n"
    )
    assert migrated(text) == text.replace("v1beta1", "v1").replace("until", "expires")


def test_what_comes_to_stand_in_braces_is_quoted_where_it_must_be() -> None:
    text = "apiVersion: plimsoll.dev/v1beta1\nkind: DataSource\nspec: # here\n  path: a:b c.parquet # it lies\n"
    assert migrated(text).endswith('spec: # here\n  location: {type: file, path: "a:b c.parquet"} # it lies\n')


def test_keys_that_stand_apart_come_together_at_the_first() -> None:
    text = (
        "apiVersion: plimsoll.dev/v1beta1\nkind: Model\nspec:\n  trainingWindow: 120d  # one\n  task: regression\n"
        "  format:\n    name: skops\n    trustedTypes:\n      - a  # two\n  evaluationWindow: 30d  # three\n\n"
        "  # about purposes\n  purposes: [x]\n"
    )
    assert migrated(text) == (
        "apiVersion: plimsoll.dev/v1\nkind: Model\nspec:\n  window:\n    training: 120d  # one\n"
        "    evaluation: 30d  # three\n  task: regression\n"
        "  format:\n    name: skops\n    trustedTypes:\n      - a  # two\n\n"
        "  # about purposes\n  purposes: [x]\n"
    )


def test_a_mapping_on_one_line_stays_on_one() -> None:
    text = "apiVersion: plimsoll.dev/v1beta1\nkind: Model\nspec: {evaluationWindow: 3d, a: 1, trainingWindow: 9d}\n"
    assert migrated(text) == (
        "apiVersion: plimsoll.dev/v1\nkind: Model\nspec: {window: {evaluation: 3d, training: 9d}, a: 1}\n"
    )


REMARKS = st.sampled_from(["", "  # one", " # two # three", "   # 'four'"])
ABOVE = st.sampled_from(["", "\n", "  # above\n", "# at the margin\n", "\n  # above\n\n"])
ENTRIES = st.permutations(
    [
        ("trainingWindow: 120d", ""),
        ("evaluationWindow: 30d", ""),
        ("useCase: 'no'", ""),
        ("training:", "\n    timeoutSeconds: 1800\n    command: [python, 'train.py']"),
        ("features:", "\n  - {set: weather, use: [a,b]}\n  - set: record\n    use:   [ c ]"),
        ("intendedUse: >-", "\n      planning # not a comment\n\n      of crews"),
        ("examples: {label: {name: late, knownAfterSeconds: 0}}", ""),
    ]
)


@settings(deadline=None, max_examples=30)
@given(ENTRIES, st.lists(REMARKS, min_size=7, max_size=7), st.lists(ABOVE, min_size=7, max_size=7), st.booleans())
def test_whatever_the_layout_values_convert_and_comments_stay(
    entries: list[tuple[str, str]], remarks: list[str], above: list[str], crlf: bool
) -> None:
    lines = (f"{a}  {head}{r}{tail}\n" for (head, tail), r, a in zip(entries, remarks, above, strict=True))
    text = f"apiVersion: plimsoll.dev/v1beta1\nkind: Model\nspec:\n{''.join(lines)}"
    text = text.replace("\n", "\r\n") if crlf else text
    result = migrated(text)
    spec = values(result)[0]["spec"]
    assert spec["window"] == {"training": "120d", "evaluation": "30d"}
    assert spec["training"]["timeout"] == "30m"
    assert spec["examples"]["label"] == {"name": "late", "knownAfter": "0s"}
    assert comments(result) == comments(text)
    assert migrated(result) == result
    assert unchanged(result) == unchanged(text)


def unchanged(text: str) -> list[str]:
    """The lines of a specimen above in which nothing is to change, without their ends."""
    told = ("Window", "Seconds", "v1", "window", "timeout", "knownAfter", "    training:", "    evaluation:")
    lines = [line for line in text.splitlines() if line.strip() and not any(word in line for word in told)]
    return [line for line in lines if not line.lstrip().startswith("#")]


def test_every_key_of_the_older_version_is_on_the_page_about_it() -> None:
    page = (data_root("policies").parent / "docs" / "how-to" / "migrate-specs.md").read_text()
    changes = [one for step in STEPS for some in step.changes().values() for one in some]
    old = {key for one in changes for key in ((one.old,) if isinstance(one, Key) else one.keys)}
    assert {key for key in old if f"`{key}" not in page and f".{key}" not in page} == set()
