import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plimsoll.contract.digests import of_bytes, of_file
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release import BUNDLE_FILE, LOCK_FILE, lock_bytes, read_lock
from plimsoll.runtime.trust.instance import EmbeddedInstance
from plimsoll.runtime.trust.provenance import PROVENANCE_TYPE, Provenance, release_statement
from plimsoll.runtime.trust.release import VerifiedRelease, sign_release, verify_release
from plimsoll.runtime.trust.signer import Signer
from plimsoll.runtime.trust.statements import statement

ALL = ("flight-delay/serving.yaml", "flight-delay/training.yaml", "policies.yaml", LOCK_FILE)


@pytest.fixture
def verify(release: Path, instance: EmbeddedInstance, signer: Signer) -> Callable[..., VerifiedRelease]:
    def run(**more: Any) -> VerifiedRelease:
        identity = more.pop("identity", signer.identity)
        return verify_release(release, instance.trusted_root, identity, **more)

    return run


def test_a_signed_release_verifies_and_says_where_it_came_from(
    verify: Any, release: Path, provenance: Provenance
) -> None:
    verified = verify(environment="staging", last_serial=7)
    assert verified.provenance == provenance
    assert verified.digest == of_file(release / LOCK_FILE)
    assert verified.lock == read_lock(release)
    assert verified.read("policies.yaml") == b"kind: ValidatingAdmissionPolicy\n"


def test_what_is_signed_is_slsa_provenance_of_every_file(verify: Any, release: Path, provenance: Provenance) -> None:
    signed = json.loads(verify().statement.payload)
    assert signed["predicateType"] == "https://slsa.dev/provenance/v1"
    assert [s["name"] for s in signed["subject"]] == sorted(ALL)
    build = signed["predicate"]["buildDefinition"]
    assert build["externalParameters"] == {"environment": "staging", "serial": 7}
    assert build["resolvedDependencies"] == [
        {"uri": f"git+{provenance.repository}", "digest": {"gitCommit": provenance.commit}}
    ]
    assert signed["predicate"]["runDetails"]["metadata"] == {"invocationId": "run 12"}


def test_signing_returns_the_digest_of_the_lock(compiled: Path, signer: Signer, provenance: Provenance) -> None:
    signed = sign_release(compiled, signer, provenance)
    assert (signed.digest, signed.environment) == (of_file(compiled / LOCK_FILE), "staging")
    assert signed.bundle == compiled / BUNDLE_FILE


def test_signing_again_replaces_the_bundle(verify: Any, release: Path, signer: Signer, provenance: Provenance) -> None:
    sign_release(release, signer, replace(provenance, serial=8))
    assert verify(last_serial=8).provenance.serial == 8


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("how", ["changed", "missing", "symlink", "fifo", "emptied"])
def test_tampering_names_the_very_file(verify: Any, release: Path, spoil: Any, name: str, how: str) -> None:
    path = release / name
    spoil(path, how)
    with pytest.raises(Refused) as refusal:
        verify()
    assert refusal.value.where == str(path)
    assert refusal.value.what == "release"


@pytest.mark.parametrize(
    "name", ["more.yaml", ".git/config", ".gitignore", "flight-delay/.hidden", f"sub/{BUNDLE_FILE}"]
)
def test_an_added_file_is_named(verify: Any, release: Path, name: str) -> None:
    (release / name).parent.mkdir(exist_ok=True)
    (release / name).write_bytes(b"")
    with pytest.raises(Refused, match="not signed") as refusal:
        verify()
    assert refusal.value.where == str(release / name)


def test_an_empty_folder_is_named(verify: Any, release: Path) -> None:
    (release / "hollow").mkdir()
    with pytest.raises(Refused, match="empty") as refusal:
        verify()
    assert refusal.value.where == str(release / "hollow")


def test_two_files_that_change_places_are_found(verify: Any, release: Path) -> None:
    one, two = release / ALL[0], release / ALL[1]
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    with pytest.raises(Refused, match="changed"):
        verify()


def test_modes_do_not_count(verify: Any, release: Path) -> None:
    (release / "policies.yaml").chmod(0o755)
    verify()


def test_a_release_without_a_bundle_is_not_signed(verify: Any, release: Path) -> None:
    (release / BUNDLE_FILE).unlink()
    with pytest.raises(Refused, match="not signed"):
        verify()


def test_an_older_release_is_refused(verify: Any) -> None:
    verify(last_serial=6)
    with pytest.raises(Refused, match="serial for 'staging' is 7, and 8 was accepted"):
        verify(last_serial=8)


def test_another_environment_is_refused(verify: Any) -> None:
    with pytest.raises(Refused, match="signed for 'staging', not for 'production'"):
        verify(environment="production")


def test_another_signer_is_refused(verify: Any, signer: Signer) -> None:
    with pytest.raises(Refused, match="signature"):
        verify(identity=signer.identity.model_copy(update={"subject": "model@plimsoll.invalid"}))


def test_a_bundle_of_another_release_is_refused(
    verify: Any, release: Path, signer: Signer, provenance: Provenance, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(release, other)
    (other / "policies.yaml").write_bytes(b"kind: Nothing\n")
    lock = read_lock(release)
    files = {**lock.files, "policies.yaml": of_bytes(b"kind: Nothing\n")}
    (other / LOCK_FILE).write_bytes(lock_bytes(lock.model_copy(update={"files": files})))
    sign_release(other, signer, provenance)
    shutil.copyfile(other / BUNDLE_FILE, release / BUNDLE_FILE)
    with pytest.raises(Refused, match="changed"):
        verify()


def test_a_file_that_changes_after_verification_is_not_read(verify: Any, release: Path) -> None:
    verified = verify()
    (release / "policies.yaml").write_bytes(b"kind: Nothing\n")
    with pytest.raises(Refused, match="after the release was verified"):
        verified.read("policies.yaml")
    with pytest.raises(Refused, match="not part of"):
        verified.read("../outside")


def test_only_what_its_lock_says_is_signed(compiled: Path, signer: Signer, provenance: Provenance) -> None:
    (compiled / "policies.yaml").write_bytes(b"kind: Edited\n")
    with pytest.raises(Refused) as refusal:
        sign_release(compiled, signer, provenance)
    assert refusal.value.where == str(compiled / "policies.yaml")
    assert not (compiled / BUNDLE_FILE).exists()


def test_a_well_signed_statement_of_another_form_is_refused(verify: Any, release: Path, signer: Signer) -> None:
    lock = read_lock(release)
    subjects = {**lock.files, LOCK_FILE: of_bytes(lock_bytes(lock))}
    (release / BUNDLE_FILE).write_text(signer.sign_statement(statement(subjects, PROVENANCE_TYPE, {"serial": 9})))
    with pytest.raises(Refused, match="release provenance"):
        verify()


def test_a_lock_of_another_environment_is_refused(
    verify: Any, release: Path, signer: Signer, provenance: Provenance
) -> None:
    lock = read_lock(release)
    elsewhere = json.loads(release_statement(lock.model_copy(update={"environment": "production"}), provenance))
    subjects = {**lock.files, LOCK_FILE: of_bytes(lock_bytes(lock))}
    signed = statement(subjects, PROVENANCE_TYPE, elsewhere["predicate"])
    (release / BUNDLE_FILE).write_text(signer.sign_statement(signed))
    with pytest.raises(Refused, match="lock is not that"):
        verify()


def test_a_signed_file_that_the_lock_does_not_list_is_refused(
    verify: Any, release: Path, signer: Signer, provenance: Provenance
) -> None:
    lock = read_lock(release)
    (release / "more.yaml").write_bytes(b"more")
    more = lock.model_copy(update={"files": {**lock.files, "more.yaml": of_bytes(b"more")}})
    predicate = json.loads(release_statement(more, provenance))["predicate"]
    subjects = {**more.files, LOCK_FILE: of_bytes(lock_bytes(lock))}
    (release / BUNDLE_FILE).write_text(signer.sign_statement(statement(subjects, PROVENANCE_TYPE, predicate)))
    with pytest.raises(Refused, match="lock is not that"):
        verify()


def test_a_bundle_behind_a_link_is_none(verify: Any, release: Path, tmp_path: Path) -> None:
    shutil.move(release / BUNDLE_FILE, tmp_path / "aside")
    (release / BUNDLE_FILE).symlink_to(tmp_path / "aside")
    with pytest.raises(Refused, match="not signed"):
        verify()


@pytest.mark.parametrize("wrong", [{"commit": "main"}, {"commit": "c" * 41}, {"repository": ""}, {"serial": 0}])
def test_provenance_without_an_origin_is_a_bug(provenance: Provenance, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="full commit"):
        replace(provenance, **wrong)


def test_the_instances_ledger_gives_the_serial(compiled: Path, instance: EmbeddedInstance, signer: Signer) -> None:
    for _ in range(2):
        serial = instance.serials.issue("staging")
        sign_release(compiled, signer, Provenance("a" * 40, "repository", serial))
    verified = verify_release(compiled, instance.trusted_root, signer.identity, last_serial=serial)
    assert verified.provenance.serial == instance.serials.last("staging")
