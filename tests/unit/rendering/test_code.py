"""Code becomes the data of a ConfigMap, and comes out of it as it was."""

import base64
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.diagnostics import Span
from plimsoll.compiler.rendering.code import code_key, read_code
from plimsoll.compiler.rendering.files import Unreadable
from plimsoll.compiler.rendering.owner import Owner
from plimsoll.contract.digests import files_below


class _Model:
    key = "Model/a"

    def span(self, *_: str | int) -> Span:
        return Span("model.yaml", 1, 1, 1)


_PLACE = Owner(_Model(), ("spec", "training", "code"))
PATHS = st.lists(
    st.text(st.sampled_from("ab._-/ é0123456789"), min_size=1, max_size=30), min_size=1, max_size=6, unique=True
)


@given(PATHS)
def test_different_paths_have_different_keys_that_a_config_map_takes(paths: list[str]) -> None:
    keys = [code_key(path) for path in paths]
    assert len(set(keys)) == len(paths)
    assert all(re.fullmatch(r"[-._A-Za-z0-9]{1,253}", key) for key in keys)


def test_a_path_that_looks_like_a_hashed_one_cannot_take_its_key() -> None:
    assert code_key(code_key("a/b.py")) != code_key("a/b.py")


def test_every_file_comes_back(tmp_path: Path) -> None:
    files = {"train.py": b"print(1)\n", "lib/a b.py": "é\r\n".encode(), "lib/table.bin": b"\x00\xff"}
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    code = read_code(tmp_path, _PLACE)
    texts = {key: text.encode() for key, text in code.data.items()}
    binary = {key: base64.b64decode(text) for key, text in code.binary.items()}
    assert {code.paths[key]: content for key, content in {**texts, **binary}.items()} == files


def test_a_link_is_refused_with_the_place_that_names_the_code(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(Unreadable) as refused:
        read_code(tmp_path, _PLACE)
    assert refused.value.finding.span == _PLACE.span


def test_the_files_below_a_folder_are_all_there_are_in_order(tmp_path: Path) -> None:
    for name in ("b/c.py", "b-a.py", "b/d/e.py", ".hidden/x", "ü.txt", "a"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "empty").mkdir()
    found = list(files_below(tmp_path))
    every = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert found == sorted(every, key=lambda path: path.relative_to(tmp_path).as_posix())
    assert len(found) == 6
    assert list(files_below(tmp_path / "none")) == list(files_below(tmp_path / "a")) == []
    (tmp_path / "b/d/link").symlink_to(tmp_path / "empty", target_is_directory=True)
    with pytest.raises(ValueError, match=r"^b/d/link is a symbolic link"):
        list(files_below(tmp_path))
