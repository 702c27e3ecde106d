import json
import os
import shutil
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from plimsoll.contract.digests import of_file
from plimsoll.contract.refusal import Refused
from plimsoll.runtime.trust import instance as module
from plimsoll.runtime.trust.instance import EmbeddedInstance, create_instance, open_instance, trusted_root_digest
from plimsoll.runtime.trust.signer import Signer
from plimsoll.runtime.trust.statements import statement

STATEMENT = statement({"subject": "sha256:" + "0" * 64}, "https://example.org/test/v1", {})


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_their_owners_alone(instance: EmbeddedInstance) -> None:
    keys = sorted((instance.folder / "keys").iterdir())
    assert [key.name for key in keys] == [
        "authority.pem",
        "identities.pem",
        "log.pem",
        "receipts.pem",
        "timestamps.pem",
    ]
    assert {mode(key) for key in keys} == {0o600}
    assert mode(instance.folder) == 0o700


def test_an_instance_is_never_overwritten(instance: EmbeddedInstance) -> None:
    before = of_file(instance.folder / "keys" / "authority.pem")
    with pytest.raises(Refused, match="never overwritten"):
        create_instance(instance.folder)
    assert of_file(instance.folder / "keys" / "authority.pem") == before
    assert [p for p in instance.folder.parent.iterdir() if p.name.startswith(".")] == []


def test_a_file_is_never_replaced_by_an_instance(tmp_path: Path) -> None:
    (tmp_path / "instance").write_text("mine")
    with pytest.raises(Refused):
        create_instance(tmp_path / "instance")
    assert (tmp_path / "instance").read_text() == "mine"


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, OSError])
def test_an_interrupted_creation_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interruption: type[BaseException]
) -> None:
    def interrupt(_: Path) -> None:
        raise interruption

    monkeypatch.setattr(module, "create_log", interrupt)
    with pytest.raises(interruption):
        create_instance(tmp_path / "instance")
    assert list(tmp_path.iterdir()) == []


def test_an_instance_can_be_made_in_an_empty_folder(tmp_path: Path) -> None:
    create_instance(tmp_path / "empty")
    (tmp_path / "there").mkdir()
    assert create_instance(tmp_path / "there").log.size == 0


def test_opening_nothing_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="trust init"):
        open_instance(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "part", ["keys/authority.pem", "keys/log.pem", "keys/receipts.pem", "keys/timestamps.pem", "certificates/tsa.pem"]
)
def test_parts_of_two_instances_do_not_mix(
    instance: EmbeddedInstance, other_instance: EmbeddedInstance, tmp_path: Path, part: str
) -> None:
    mixed = tmp_path / "mixed"
    shutil.copytree(instance.folder, mixed)
    shutil.copyfile(other_instance.folder / part, mixed / part)
    with pytest.raises(Refused, match="not of one instance"):
        open_instance(mixed)


@pytest.mark.parametrize("part", ["keys/log.pem", "certificates/ca.pem", "trusted_root.json"])
def test_a_damaged_part_is_refused(instance: EmbeddedInstance, tmp_path: Path, part: str) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(instance.folder, damaged)
    (damaged / part).write_bytes(b"-----BEGIN NOTHING-----\n")
    with pytest.raises(Refused):
        open_instance(damaged)


def test_a_reopened_instance_signs_for_the_same_root(instance: EmbeddedInstance) -> None:
    again = open_instance(instance.folder)
    assert Signer(again, "a@b.example").identity.trusted_root == trusted_root_digest(instance.folder)
    assert again.log.origin == instance.log.origin


def test_the_logs_name_is_the_host_of_its_address(instance: EmbeddedInstance) -> None:
    root = json.loads(instance.trusted_root.read_bytes())
    assert root["tlogs"][0]["baseUrl"] == f"https://{instance.log.origin}"
    assert instance.log.origin.endswith(".invalid")


def test_public_files_hold_no_secret(instance: EmbeddedInstance) -> None:
    for name in ("trusted_root.json", "client_trust_config.json"):
        assert b"PRIVATE" not in (instance.folder / name).read_bytes()
        assert mode(instance.folder / name) == 0o644
    assert os.listdir(instance.folder / "serials") == []  # noqa: PTH208


@pytest.mark.parametrize("subject", ["", "nobody\x00@example.org", "ümlaut@example.org"])
def test_a_subject_that_no_certificate_can_hold_is_refused(instance: EmbeddedInstance, subject: str) -> None:
    with pytest.raises(Refused, match="signer"):
        Signer(instance, subject).sign_statement(
            b'{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a","digest":{"sha256":"00"}}],'
            b'"predicateType":"x","predicate":{}}'
        )


def test_only_this_instances_tokens_get_a_certificate(
    instance: EmbeddedInstance, other_instance: EmbeddedInstance
) -> None:
    with pytest.raises(Refused, match="identity token"):
        instance.identities.subject(other_instance.identities.token("release@plimsoll.invalid"))
    assert instance.identities.subject(instance.identities.token("x@y.example")) == "x@y.example"


def test_a_request_must_prove_that_its_key_is_the_bearers(instance: EmbeddedInstance) -> None:
    key, token = ec.generate_private_key(ec.SECP256R1()), instance.identities.token("x@y.example")
    good = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    der = bytearray(good.public_bytes(serialization.Encoding.DER))
    der[-1] ^= 1
    assert instance.authority.issue(good, token).public_key() == key.public_key()
    with pytest.raises(Refused, match="does not prove"):
        instance.authority.issue(x509.load_der_x509_csr(bytes(der)), token)


def secret_of(instance: EmbeddedInstance, folder: Path) -> Path:
    """What a Secret holds of an instance, mounted: each file by its name alone, and nothing can be written."""
    folder.mkdir()
    parts = [*(instance.folder / "keys").iterdir(), *(instance.folder / "certificates").iterdir()]
    for file in (*parts, instance.trusted_root):
        (folder / file.name).write_bytes(file.read_bytes())
    folder.chmod(0o555)
    return folder


def test_an_instance_in_a_secret_signs_and_logs_elsewhere(instance: EmbeddedInstance, tmp_path: Path) -> None:
    secret, log = secret_of(instance, tmp_path / "secret"), tmp_path / "state" / "log"
    before, own = sorted(path.name for path in secret.iterdir()), instance.log.size
    for size in (1, 2):
        opened = open_instance(secret, log)
        with Signer(opened, "model@plimsoll.invalid") as signer:
            signer.sign_statement(STATEMENT)
        assert opened.log.size == size
    open_instance(secret, log).log.audit()
    assert sorted(path.name for path in secret.iterdir()) == before
    assert instance.log.size == own


def test_an_instance_with_a_log_of_its_own_keeps_to_it(instance: EmbeddedInstance, tmp_path: Path) -> None:
    opened, size = open_instance(instance.folder, tmp_path / "other"), instance.log.size
    with Signer(opened, "model@plimsoll.invalid") as signer:
        signer.sign_statement(STATEMENT)
    assert instance.log.size == size + 1
    assert not (tmp_path / "other").exists()


def test_a_key_that_a_secret_lacks_is_named(instance: EmbeddedInstance, tmp_path: Path) -> None:
    secret = secret_of(instance, tmp_path / "secret")
    secret.chmod(0o755)
    (secret / "log.pem").unlink()
    with pytest.raises(Refused, match=r"log\.pem"):
        open_instance(secret, tmp_path / "log")
