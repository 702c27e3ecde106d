import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from model_signing import verifying

from plimsoll.contract.digests import of_bytes, of_folder
from plimsoll.contract.package import MODEL_BUNDLE
from plimsoll.contract.refusal import Refused
from plimsoll.runtime.models.verified import open_verified
from plimsoll.runtime.trust.instance import EmbeddedInstance
from plimsoll.runtime.trust.model import load_verified_copy, sign_model
from plimsoll.runtime.trust.openssf import MODEL_SIGNATURE_TYPE, model_statement
from plimsoll.runtime.trust.signer import Signer
from plimsoll.runtime.trust.statements import parse_statement, statement

FILES = ("model-card.json", "model/a.txt", "model/model.skops")


@pytest.fixture
def package(make_package: Callable[..., Path], signer: Signer) -> Path:
    package = make_package()
    sign_model(package, signer)
    return package


@pytest.fixture
def verify(
    package: Path, instance: EmbeddedInstance, signer: Signer, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Path]:
    """Loads the package, or another, as whoever serves it does."""

    def run(expected_digest: str | None = None, other: Path = package, **more: Any) -> Path:
        identity, into = more.get("identity", signer.identity), tmp_path_factory.mktemp("loaded") / "copy"
        return load_verified_copy(other, into, instance.trusted_root, identity, expected_digest=expected_digest)

    return run


def test_the_digest_is_that_of_the_files(verify: Any, package: Path, signer: Signer) -> None:
    digest = of_folder(package / "files")
    copy = verify(digest)
    assert of_folder(copy / "files") == digest
    found = (path for path in (copy / "files").rglob("*") if path.is_file())
    assert tuple(sorted(path.relative_to(copy / "files").as_posix() for path in found)) == FILES
    assert sign_model(package, signer) == digest


@pytest.mark.parametrize("how", ["by its own verifier", "after a change"])
def test_the_openssf_verifier_agrees(instance: EmbeddedInstance, signer: Signer, package: Path, how: str) -> None:
    config = verifying.Config().use_sigstore_verifier(
        identity=signer.identity.subject,
        oidc_issuer=signer.identity.issuer,
        trust_config=instance.folder / "client_trust_config.json",
    )
    if how == "by its own verifier":
        config.verify(package / "files", package / MODEL_BUNDLE)
    else:
        (package / "files" / "model" / "model.skops").write_bytes(b"other")
        with pytest.raises(ValueError, match="Hash mismatch"):
            config.verify(package / "files", package / MODEL_BUNDLE)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("how", ["longer", "missing", "symlink", "fifo"])
def test_tampering_names_the_very_file(verify: Any, package: Path, spoil: Any, name: str, how: str) -> None:
    path = package / "files" / name
    spoil(path, how)
    with pytest.raises(Refused) as refusal:
        verify()
    assert refusal.value.where == str(path)


@pytest.mark.parametrize("place", ["files/", "files/model/", ""])
@pytest.mark.parametrize("name", [".git/hooks/x", ".github/x", ".gitignore", ".gitattributes", "more.bin", "a/b"])
def test_an_added_file_is_refused(verify: Any, package: Path, place: str, name: str) -> None:
    path = package / place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    with pytest.raises(Refused, match="not signed"):
        verify()


@pytest.mark.parametrize("place", ["files/hollow", "files/model/hollow", "hollow"])
def test_an_added_empty_folder_is_refused(verify: Any, package: Path, place: str) -> None:
    (package / place).mkdir()
    with pytest.raises(Refused):
        verify()


@pytest.mark.parametrize("part", ["files", MODEL_BUNDLE])
def test_the_parts_of_a_package_are_no_links(verify: Any, package: Path, tmp_path: Path, part: str) -> None:
    shutil.move(package / part, tmp_path / "aside")
    with pytest.raises(Refused):
        verify()
    (package / part).symlink_to(tmp_path / "aside")
    with pytest.raises(Refused):
        verify()


def test_an_older_signed_model_is_not_the_pinned_one(
    make_package: Callable[..., Path], package: Path, verify: Any, signer: Signer
) -> None:
    newer = make_package("newer", b"better")
    pinned = sign_model(newer, signer)
    verify(pinned, newer)
    with pytest.raises(Refused, match="pinned"):
        verify(pinned, package)


def test_another_signer_is_refused(verify: Any, signer: Signer) -> None:
    with pytest.raises(Refused, match="signature"):
        verify(identity=signer.identity.model_copy(update={"subject": "someone@plimsoll.invalid"}))


@pytest.mark.parametrize("how", [".git/x", ".gitignore", "hollow/", "link", "fifo", "b\udcff"])
def test_what_no_signature_covers_is_not_signed(make_package: Callable[..., Path], signer: Signer, how: str) -> None:
    package = make_package()
    path = package / "files" / how
    path.parent.mkdir(exist_ok=True)
    match how:
        case "hollow/":
            path.mkdir()
        case "link":
            path.symlink_to("model-card.json")
        case "fifo":
            os.mkfifo(path)
        case _:
            path.write_bytes(b"x")
    with pytest.raises(Refused, match="model package"):
        sign_model(package, signer)
    assert not (package / MODEL_BUNDLE).exists()


def test_an_unsigned_or_missing_package_is_refused(
    make_package: Callable[..., Path], verify: Any, instance: EmbeddedInstance, signer: Signer, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="not signed"):
        verify(None, make_package("unsigned"))
    missing = open_verified(tmp_path / "missing", instance.folder, signer.identity, None)
    with pytest.raises(Refused, match="no such package"), missing:
        pass
    with pytest.raises(Refused, match="no such folder"):
        sign_model(tmp_path / "missing", signer)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ignore_paths", ["model"]),
        ("allow_symlinks", True),
        ("method", "shards"),
        ("hash_type", "blake2b"),
    ],
)
def test_a_signature_that_passes_over_files_is_refused(
    verify: Any, package: Path, signer: Signer, field: str, value: object
) -> None:
    signed = parse_statement(model_statement(package / "files"), "")
    predicate = {**signed.predicate, "serialization": {**signed.predicate["serialization"], field: value}}
    (package / MODEL_BUNDLE).write_text(
        signer.sign_statement(statement(signed.digests, MODEL_SIGNATURE_TYPE, predicate))
    )
    with pytest.raises(Refused, match="model signature"):
        verify()


@pytest.mark.parametrize("how", ["twice", "one less"])
def test_a_signature_that_contradicts_itself_is_refused(verify: Any, package: Path, signer: Signer, how: str) -> None:
    signed = parse_statement(model_statement(package / "files"), "")
    resources = signed.predicate["resources"]
    listed = [*resources, resources[0]] if how == "twice" else resources[1:]
    predicate = {**signed.predicate, "resources": listed}
    whole = of_bytes(b"".join(bytes.fromhex(r["digest"]) for r in (listed if how == "twice" else resources)))
    (package / MODEL_BUNDLE).write_text(
        signer.sign_statement(statement({"files": whole}, MODEL_SIGNATURE_TYPE, predicate))
    )
    with pytest.raises(Refused, match="model signature"):
        verify()


def test_a_verified_copy_is_private_and_read_only(
    package: Path, instance: EmbeddedInstance, signer: Signer, tmp_path: Path
) -> None:
    into = tmp_path / "copy"
    digest = of_folder(package / "files")
    copy = load_verified_copy(package, into, instance.trusted_root, signer.identity, expected_digest=digest)
    (package / "files" / "model" / "model.skops").write_bytes(b"changed after verification")
    assert copy == into
    assert of_folder(copy / "files") == digest
    modes = {stat.S_IMODE(p.stat().st_mode) for p in (copy, *copy.rglob("*"))}
    assert modes == {0o500, 0o400}
    with pytest.raises(FileExistsError):
        load_verified_copy(package, into, instance.trusted_root, signer.identity, expected_digest=digest)


@pytest.mark.parametrize("how", ["changed", "link"])
def test_a_copy_that_does_not_verify_is_removed(
    package: Path, instance: EmbeddedInstance, signer: Signer, tmp_path: Path, how: str
) -> None:
    path = package / "files" / "model-card.json"
    path.unlink()
    if how == "changed":
        path.write_bytes(b"[]")
    else:
        path.symlink_to(tmp_path / "outside")
    with pytest.raises(Refused) as refusal:
        load_verified_copy(package, tmp_path / "copy", instance.trusted_root, signer.identity, expected_digest=None)
    assert refusal.value.where == str(path)
    assert not (tmp_path / "copy").exists()
