"""Findings about files that cannot be committed as fixtures: wrong bytes, links, sizes, tabs of an editor."""

import os
from pathlib import Path

import pytest

from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.limits import MAX_NESTING
from plimsoll.compiler.loading.sources import MAX_BYTES, SourceFile, find_sources
from plimsoll.compiler.project.resolve import load_project

SPEC = """\
apiVersion: plimsoll.dev/v1
kind: DataSource
metadata: {name: weather, description: "%s"}
spec:
  location: {type: file, path: a.parquet}
  region: me-central-1
  jurisdiction: AE
  classification: public
  personalData: none
  timestamp: at
  columns: {at: timestamp}
"""


def found_in(folder: Path) -> list[tuple[str, str, int, int]]:
    sources = find_sources(folder)
    found: tuple[Diagnostic, ...] = sources.diagnostics
    if sources.value is not None:
        found = (*found, *load_project(sources.value).diagnostics)
    return [(one.code, one.span.path, one.span.line, one.span.column) for one in found]


def test_an_empty_folder_is_not_clean(tmp_path: Path) -> None:
    assert found_in(tmp_path) == [("PLM-SRC-005", ".", 1, 1)]


def test_a_folder_without_specs_is_not_clean(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "a.yaml").write_text(SPEC)
    assert found_in(tmp_path) == [("PLM-SRC-005", ".", 1, 1)]


def test_an_empty_file_is_no_spec_and_no_fault(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("# nothing yet\n")
    (tmp_path / "spec.yml").write_text(SPEC)
    assert found_in(tmp_path) == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
def test_a_byte_order_mark_is_no_fault(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC % "الطقس", encoding=encoding)
    sources = find_sources(tmp_path).value
    assert sources is not None
    outcome = load_project(sources)
    assert outcome.diagnostics == ()
    assert outcome.value is not None
    assert outcome.value.data_sources["weather"].spec.metadata.description == "الطقس"


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_line_endings_are_no_fault(tmp_path: Path, ending: str) -> None:
    (tmp_path / "spec.yaml").write_bytes(SPEC.replace("\n", ending).replace("region", "regiom").encode())
    places = [place for place in found_in(tmp_path) if place[0] == "PLM-TYP-003"]
    assert places == [("PLM-TYP-003", "spec.yaml", 6, 3)]


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (SPEC.encode("utf-16"), 1, 1),
        (SPEC.encode("utf-32"), 1, 1),
        ((SPEC % "Zürich").encode("latin-1"), 3, 42),
        (b"\xef\xbb\xbf" + (SPEC % "Z\xfcrich").encode("latin-1"), 3, 42),
        ("a: 1\r\nb: é".encode() + b"\xff", 2, 5),
        (b"a: \xed\xa0\x80", 1, 4),
    ],
)
def test_bytes_that_are_not_utf_8(tmp_path: Path, data: bytes, line: int, column: int) -> None:
    (tmp_path / "spec.yaml").write_bytes(data)
    assert found_in(tmp_path) == [("PLM-SRC-004", "spec.yaml", line, column)]


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC + "#" * MAX_BYTES)
    assert found_in(tmp_path) == [("PLM-SRC-003", "spec.yaml", 1, 1)]


def test_a_link_that_leaves_the_project(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("password: hidden")
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "spec.yaml").symlink_to(tmp_path / "secret.yaml")
    assert found_in(tmp_path / "specs") == [("PLM-SRC-001", "spec.yaml", 1, 1)]


def test_a_link_to_nothing_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").symlink_to(tmp_path / "gone.yaml")
    assert found_in(tmp_path) == [("PLM-SRC-002", "spec.yaml", 1, 1)]


@pytest.mark.parametrize("text", ["[" * 5_000, "a: " + "{b: " * 5_000, "- " * 5_000, "? " * 5_000])
def test_nesting_that_would_exhaust_the_stack(text: str) -> None:
    assert [one.code for one in parse(SourceFile("deep.yaml", text)).diagnostics] == ["PLM-YML-002"]


def test_nesting_within_the_bound_is_read() -> None:
    text = "a: " + "[" * (MAX_NESTING - 1) + "]" * (MAX_NESTING - 1)
    outcome = parse(SourceFile("deep.yaml", text))
    assert outcome.diagnostics == ()
    assert outcome.value


def test_a_control_character_is_not_yaml() -> None:
    assert [one.code for one in parse(SourceFile("bell.yaml", "name: a\x07b")).diagnostics] == ["PLM-YML-001"]


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "spec.yaml").write_text(SPEC)
    assert found_in(tmp_path) == [("PLM-SRC-006", "pipe.yaml", 1, 1)]


def test_a_link_to_a_folder_is_not_entered(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "spec.yaml").write_text(SPEC)
    (tmp_path / "again").symlink_to("real")
    assert found_in(tmp_path) == [("PLM-SRC-007", "again", 1, 1)]


def test_names_that_differ_by_case(tmp_path: Path) -> None:
    (tmp_path / "Spec.yaml").write_text("# nothing yet\n")
    (tmp_path / "spec.yaml").write_text(SPEC)
    (tmp_path / "spec.yml").write_text("# nothing yet\n")
    assert found_in(tmp_path) == [("PLM-SRC-008", "spec.yaml", 1, 1)]


@pytest.mark.parametrize("character", ["\u2028", "\u202e", "\ufeff"])
def test_a_character_that_hides_what_is_written(tmp_path: Path, character: str) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC.replace("region:", f"# é{character}\n  region:"))
    assert found_in(tmp_path) == [("PLM-YML-009", "spec.yaml", 6, 6)]


def test_more_findings_than_are_shown(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC + "".join(f"extra{n}: 1\n" for n in range(101)))
    *found, last = found_in(tmp_path)
    assert found == [("PLM-TYP-003", "spec.yaml", 12 + n, 1) for n in range(100)]
    assert last == ("PLM-YML-010", "spec.yaml", 111, 1)
    (tmp_path / "spec.yaml").write_text(SPEC + "".join(f"extra{n}: 1\n" for n in range(100)))
    assert found_in(tmp_path) == found
