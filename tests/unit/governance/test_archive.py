"""A folder of rules as one file: the same bytes for the same rules, and nothing else is read."""

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.governance.archive import files_of, pack, unpack
from plimsoll.compiler.loading.sources import MAX_BYTES
from plimsoll.contract.refusal import Refused

FILES = {"own/OWN-01/policy.yaml": b"a: 1\n", "own/OWN-01/pass.yaml": b"b: 2\n"}

_names = st.from_regex(r"\A[a-z0-9][a-z0-9.-]{0,6}(/[a-z0-9]{1,6}){0,2}\.yaml\Z")


@given(st.dictionaries(_names, st.binary(max_size=600), min_size=1, max_size=6))
def test_what_is_packed_is_unpacked(files: dict[str, bytes]) -> None:
    data = pack(files)
    assert unpack(data, "x") == files
    assert pack(dict(reversed(files.items()))) == data


def test_times_modes_and_order_of_a_folder_are_nothing(tmp_path: Path) -> None:
    for folder, names in (("a", sorted(FILES)), ("b", sorted(FILES, reverse=True))):
        for name in names:
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(FILES[name])
            path.chmod(0o600 if folder == "a" else 0o755)
        (tmp_path / folder / ".hidden.yaml").write_text("c: 3\n")
        (tmp_path / folder / "README.md").write_text("no rule")
    assert files_of(tmp_path / "a") == FILES
    assert pack(files_of(tmp_path / "a")) == pack(files_of(tmp_path / "b"))


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").symlink_to("/etc/hostname")
    with pytest.raises(Refused, match="link"):
        files_of(tmp_path)


def _tar(change: Callable[[tarfile.TarFile], None]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        change(archive)
    return made.getvalue()


def _member(name: str, data: bytes = b"a: 1\n", kind: bytes = tarfile.REGTYPE, **more: object) -> bytes:
    def add(archive: tarfile.TarFile) -> None:
        member = tarfile.TarInfo(name)
        member.type, member.size, member.mode = kind, len(data) if kind == tarfile.REGTYPE else 0, 0o644
        for key, value in more.items():
            setattr(member, key, value)
        archive.addfile(member, io.BytesIO(data))

    return _tar(add)


def _twice(archive: tarfile.TarFile) -> None:
    for text in (b"a: 1\n", b"a: 2\n"):
        member = tarfile.TarInfo("own/policy.yaml")
        member.size, member.mode = len(text), 0o644
        archive.addfile(member, io.BytesIO(text))


HOSTILE = {
    "a path that leaves": _member("../policy.yaml"),
    "a path inside that leaves": _member("own/../../policy.yaml"),
    "an absolute path": _member("/etc/policy.yaml"),
    "a dot": _member("./policy.yaml"),
    "a hidden file": _member("own/.policy.yaml"),
    "another file": _member("own/policy.py"),
    "a back slash": _member("own\\policy.yaml"),
    "a line end": _member("own/policy.yaml\n.yaml"),
    "a link": _member("own/policy.yaml", kind=tarfile.SYMTYPE, linkname="/etc/passwd"),
    "a hard link": _member("own/policy.yaml", kind=tarfile.LNKTYPE, linkname="own/other.yaml"),
    "a device": _member("own/policy.yaml", kind=tarfile.CHRTYPE),
    "a pipe": _member("own/policy.yaml", kind=tarfile.FIFOTYPE),
    "a folder": _member("own.yaml", kind=tarfile.DIRTYPE),
    "a huge member": _member("own/policy.yaml", b" " * (MAX_BYTES + 1)),
    "an owner": _member("own/policy.yaml", uid=1000),
    "a time": _member("own/policy.yaml", mtime=1),
    "a mode": _member("own/policy.yaml", mode=0o755),
    "a long name, in a header of its own": _member("own/" + "x" * 200 + "/policy.yaml"),
    "one name twice": _tar(_twice),
    "nothing": _tar(lambda _: None),
    "no bytes": b"",
    "no archive": b"apiVersion: plimsoll.dev/v1\n" * 50,
    "something behind the end": pack(FILES) + b"\0" * 512,
    "cut short": pack(FILES)[:600],
    "one bit flipped": bytes([pack(FILES)[0] ^ 1]) + pack(FILES)[1:],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_anything_else_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        unpack(HOSTILE[name], "company.policies")


def test_names_that_not_every_system_can_have_are_refused() -> None:
    for name in ("own/ä.yaml", "own/a b.yaml", "x" * 120 + ".yaml"):
        with pytest.raises(Refused, match="rename it"):
            pack({name: b""})
