"""Finding and reading spec files: what is listed, what is refused, and that nothing can make the reader wait."""

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.loading.sources import MAX_BYTES, SourceFile, find_sources, list_files, read_listed, read_source

NOBODY = 65534


def findings(root: Path) -> list[tuple[str, str]]:
    return [(one.code, one.span.path) for one in find_sources(root).diagnostics]


def read_paths(root: Path) -> list[str]:
    sources = find_sources(root).value
    return [] if sources is None else [file.path for file in sources.files]


def test_the_list_is_sorted_and_knows_what_the_system_knows(tmp_path: Path) -> None:
    for path in ("b.yaml", "a/z.yml", "a.yaml", "a-b/c.yaml", "a/.x.yaml", ".git/d.yaml", "a/notes.txt", "c.YAML"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(path)
    listed = list_files(tmp_path)
    assert [one.path for one in listed] == ["a-b/c.yaml", "a.yaml", "a/z.yml", "b.yaml"]
    known = (tmp_path / "a/z.yml").stat()
    assert (listed[2].size, listed[2].mtime_ns, listed[2].inode) == (known.st_size, known.st_mtime_ns, known.st_ino)
    assert [read_listed(tmp_path, one).value for one in listed] == [SourceFile(one.path, one.path) for one in listed]


def test_a_missing_folder_has_no_files(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert list_files(tmp_path / "gone") == list_files(tmp_path / "file") == ()


def test_a_folder_that_is_named_like_a_spec_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "folder.yaml" / "a.yaml").write_text("a: 1")
    assert read_paths(tmp_path) == ["folder.yaml/a.yaml"]


def test_a_pipe_and_a_socket_are_refused_without_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.yaml")
        assert findings(tmp_path) == [("PLM-SRC-006", "pipe.yaml"), ("PLM-SRC-002", "socket.yaml")]
    assert [one.code for one in read_source(tmp_path / "pipe.yaml", "p", tmp_path).diagnostics] == ["PLM-SRC-006"]


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/stdin", "/dev/tty"])
def test_a_link_to_a_device_leaves_the_project(tmp_path: Path, device: str) -> None:
    (tmp_path / "device.yaml").symlink_to(device)
    assert findings(tmp_path) == [("PLM-SRC-001", "device.yaml")]


def test_links_inside_the_project_are_read_and_know_their_target(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "real.yaml").write_text("a: 1")
    (tmp_path / "link.yaml").symlink_to("a/real.yaml")
    real, link = list_files(tmp_path)
    assert (link.linked, link.inode, link.size) == (True, real.inode, real.size)
    assert read_listed(tmp_path, link).value == SourceFile("link.yaml", "a: 1")


def test_a_link_that_leaves_by_a_detour_is_refused(tmp_path: Path) -> None:
    (tmp_path / "specs-private").mkdir()
    (tmp_path / "specs-private" / "a.yaml").write_text("password: hidden")
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "hop").symlink_to("../specs-private")
    (tmp_path / "specs" / "a.yaml").symlink_to("hop/a.yaml")
    assert findings(tmp_path / "specs") == [("PLM-SRC-001", "a.yaml"), ("PLM-SRC-007", "hop")]


def test_loops_of_links_end(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to("b.yaml")
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "spec.yaml").write_text("a: 1")
    assert findings(tmp_path) == [("PLM-SRC-002", "a.yaml"), ("PLM-SRC-002", "b.yaml"), ("PLM-SRC-007", "loop")]
    assert read_paths(tmp_path) == ["spec.yaml"]


def test_a_folder_with_nothing_but_a_linked_folder_is_not_clean(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "link").symlink_to("../there")
    assert findings(tmp_path / "specs") == [("PLM-SRC-007", "link"), ("PLM-SRC-005", ".")]


def test_a_root_that_is_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.yaml").write_text("a: 1")
    (tmp_path / "b.yaml").write_text("a: 1")
    (tmp_path / "real" / "b.yaml").symlink_to("a.yaml")
    (tmp_path / "root").symlink_to("real")
    assert read_paths(tmp_path / "root") == ["a.yaml", "b.yaml"]


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder that anybody may enter, while whoever runs the tests has no more rights than anybody."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def test_what_may_not_be_read_is_a_finding(as_nobody: Path) -> None:
    (as_nobody / "closed").mkdir()
    (as_nobody / "closed" / "hidden.yaml").write_text("a: 1")
    (as_nobody / "secret.yaml").write_text("a: 1")
    (as_nobody / "spec.yaml").write_text("a: 1")
    (as_nobody / "closed").chmod(0)
    (as_nobody / "secret.yaml").chmod(0)
    me = os.geteuid()
    try:
        if me == 0:
            os.seteuid(NOBODY)
        found = [(one.code, one.span.path, one.message) for one in find_sources(as_nobody).diagnostics]
    finally:
        os.seteuid(me)
        (as_nobody / "closed").chmod(0o700)
    assert found == [
        ("PLM-SRC-002", "closed", "cannot be listed: Permission denied"),
        ("PLM-SRC-002", "secret.yaml", "cannot be read: Permission denied"),
    ]


def test_the_limit_of_a_file_is_exact_and_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"#" * MAX_BYTES)
    (tmp_path / "b.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    assert read_paths(tmp_path) == ["a.yaml"]
    (found,) = find_sources(tmp_path).diagnostics
    assert found.message == "is 1,000,001 bytes long; at most 1,000,000 are read"


def test_a_sparse_file_of_a_terabyte_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.yaml").open("wb") as file:
        file.truncate(2**40)
    assert findings(tmp_path) == [("PLM-SRC-003", "a.yaml")]


@pytest.mark.parametrize(("data", "words"), [("utf-16", "is UTF-16 by"), ("utf-32", "is UTF-32 by")])
def test_wide_encodings_are_named(tmp_path: Path, data: str, words: str) -> None:
    (tmp_path / "a.yaml").write_text("a: 1", encoding=data)
    (found,) = find_sources(tmp_path).diagnostics
    assert (found.code, words in found.message) == ("PLM-SRC-004", True)


def test_names_that_some_systems_take_for_one(tmp_path: Path) -> None:
    for name in (
        "A.yaml",
        "a.yaml",
        "caf\N{LATIN SMALL LETTER E WITH ACUTE}.yaml",
        "cafe\N{COMBINING ACUTE ACCENT}.yaml",
    ):
        (tmp_path / name).write_text("a: 1")
    assert [code for code, _ in findings(tmp_path)] == ["PLM-SRC-008", "PLM-SRC-008"]
    assert len(read_paths(tmp_path)) == 2


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"\xff.yaml", "\\udcff.yaml"),
        (b"a\x1b[2J.yaml", "a\\x1b[2J.yaml"),
        (b"a\nb.yaml", "a\\nb.yaml"),
        ("a\u202eb.yaml".encode(), "a\\u202eb.yaml"),
    ],
)
def test_names_that_cannot_be_shown(tmp_path: Path, name: bytes, shown: str) -> None:
    Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_text("a: 1")
    assert findings(tmp_path) == [("PLM-SRC-008", shown)]


def test_a_folder_deeper_than_the_system_allows_a_path(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(30):
        os.mkdir("d" * 200, dir_fd=here)
        here, before = os.open("d" * 200, os.O_RDONLY, dir_fd=here), here
        os.close(before)
    os.close(here)
    ((code, _),) = findings(tmp_path)
    assert code == "PLM-SRC-002"


@given(st.text(alphabet=st.sampled_from("ab \r\n\x0b\x0c\x1c\x85\u2028\u2029😀"), max_size=30))
def test_lines_end_where_editors_end_them(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    source = SourceFile("a.yaml", text)
    assert [source.line(number) for number in range(len(lines) + 2)] == ["", *lines, ""]
