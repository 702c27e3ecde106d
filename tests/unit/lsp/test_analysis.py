"""Examining again, only what changed, finds what examining afresh finds; and what ``plimsoll check`` finds."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.cli.judging import judge_folder
from plimsoll.cli.lsp.analysis import Examiner
from plimsoll.cli.lsp.disk import Disk
from plimsoll.cli.starter_project import write_project

TODAY = date(2026, 11, 1)
CHANGES = (
    ("models/parcels.yaml", "source: parcels", "source: parcles"),
    ("models/parcels.yaml", "task:", "taks:"),
    ("models/parcels.yaml", "@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae", ":1"),
    ("models/parcels.yaml", "owner: data-science@example.org\n", ""),
    ("features/depot-record.yaml", "sources: [parcels]", "sources: [depot-record]"),
    ("features/depot-record.yaml", "type: float", "type: bytes"),
    ("sources/parcels.yaml", "personalData: none", "personalData: special"),
    ("sources/parcels.yaml", "classification: internal", "classification: public  # plimsoll: ignore[PLM-GOV-004] why"),
    ("environments/local.yaml", "name: local", "name: elsewhere"),
    ("deployments/parcels-online.yaml", "p99Latency: 250", "p99Latency: no"),
    ("deployments/parcels-online.yaml", "kind: Deployment", "kind: ["),
)


@pytest.fixture(scope="module")
def specs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("law") / "parcels"
    write_project(folder, "parcels")
    return folder / "specs"


def changed(specs: Path, which: set[int]) -> dict[str, str]:
    """The texts that an editor would hold after some of the changes."""
    texts: dict[str, str] = {}
    for number in sorted(which):
        path, old, new = CHANGES[number]
        texts[path] = texts.get(path, (specs / path).read_text()).replace(old, new)
    return texts


@settings(max_examples=15, deadline=None)
@given(steps=st.lists(st.sets(st.integers(0, len(CHANGES) - 1), max_size=3), min_size=1, max_size=5))
def test_what_was_examined_before_changes_nothing(specs: Path, steps: list[set[int]]) -> None:
    disk, known = Disk(specs), Examiner(specs)
    for step in steps:
        files = disk.files(changed(specs, step))
        assert known.examine(files, TODAY).diagnostics == Examiner(specs).examine(files, TODAY).diagnostics


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_a_buffer_is_judged_as_the_same_file_is(tmp_path: Path, number: int) -> None:
    write_project(tmp_path / "parcels", "parcels")
    specs = tmp_path / "parcels/specs"
    texts = changed(specs, {number})
    found = Examiner(specs).examine(Disk(specs).files(texts), TODAY).diagnostics
    for path, text in texts.items():
        (specs / path).write_text(text)
    assert found == judge_folder(specs, today=TODAY, cached=False).findings.diagnostics
    assert found


def test_a_file_that_is_too_long_is_said_of_a_buffer_as_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("# plimsoll.dev/v1\n" * 60_000)
    disk = Disk(tmp_path).files({})
    [found] = Disk(tmp_path).files({"a.yaml": (tmp_path / "a.yaml").read_text()}).diagnostics
    assert (found,) == disk.diagnostics
