"""One instance for the session, signers, a release and a model package; and no sockets for anyone."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from plimsoll.contract.digests import of_bytes
from plimsoll.contract.release import LOCK_FILE, ReleaseLock, lock_bytes
from plimsoll.runtime.trust.instance import EmbeddedInstance, create_instance
from plimsoll.runtime.trust.provenance import Provenance
from plimsoll.runtime.trust.release import sign_release
from plimsoll.runtime.trust.signer import Signer

RELEASE_FILES = {
    "flight-delay/training.yaml": b"kind: WorkflowTemplate\n",
    "flight-delay/serving.yaml": b"kind: Deployment\n",
    "policies.yaml": b"kind: ValidatingAdmissionPolicy\n",
}


@pytest.fixture(autouse=True)
def no_sockets() -> Iterator[None]:
    """For each test of this folder and no longer: other tests of the same process need sockets."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise AssertionError("signing and verification must not open a socket")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "__init__", refuse)
        yield


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedInstance:
    return create_instance(tmp_path_factory.mktemp("trust") / "instance")


@pytest.fixture(scope="session")
def other_instance(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedInstance:
    return create_instance(tmp_path_factory.mktemp("trust") / "other")


@pytest.fixture(scope="session")
def signer(instance: EmbeddedInstance) -> Signer:
    return Signer(instance, "release@plimsoll.invalid")


@pytest.fixture
def provenance() -> Provenance:
    return Provenance(commit="c" * 40, repository="https://git.example.org/ml.git", serial=7, invocation="run 12")


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    folder = tmp_path / "release"
    for name, data in RELEASE_FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    files = {name: of_bytes(data) for name, data in RELEASE_FILES.items()}
    specs = {"Model/flight-delay": of_bytes(b"spec")}
    lock = ReleaseLock(environment="staging", compiler="0.1.0", files=files, specs=specs)
    (folder / LOCK_FILE).write_bytes(lock_bytes(lock))
    return folder


@pytest.fixture
def release(compiled: Path, signer: Signer, provenance: Provenance) -> Path:
    sign_release(compiled, signer, provenance)
    return compiled


@pytest.fixture
def make_package(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str = "package", weights: bytes = b"\x00\x01weights") -> Path:
        files = tmp_path / name / "files"
        (files / "model").mkdir(parents=True)
        (files / "model" / "model.skops").write_bytes(weights)
        (files / "model" / "a.txt").write_bytes(b"")
        (files / "model-card.json").write_bytes(b"{}")
        return tmp_path / name

    return make


@pytest.fixture
def spoil(tmp_path: Path) -> Callable[[Path, str], None]:
    """Spoils a file in one of six ways."""

    def spoiled(path: Path, how: str) -> None:
        if how == "changed":
            path.write_bytes(path.read_bytes()[:-1] + b"\x00")
        elif how == "longer":
            path.write_bytes(path.read_bytes() + b"\x00")
        elif how == "emptied":
            path.write_bytes(b"")
        else:
            shutil.move(path, tmp_path / "aside")
        if how == "symlink":
            path.symlink_to(tmp_path / "aside")
        if how == "fifo":
            os.mkfifo(path)

    return spoiled
