import json
import subprocess
import sys
from pathlib import Path

import pytest

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.trust.instance import EmbeddedInstance, create_instance, open_instance
from plimsoll.runtime.trust.signer import Signer
from plimsoll.runtime.trust.statements import statement
from plimsoll.runtime.trust.verifier import verify_statement

TYPES = frozenset({"https://example.org/test/v1"})
SIGN_MANY = """
import sys
from pathlib import Path
from plimsoll.runtime.trust.instance import open_instance
from plimsoll.runtime.trust.signer import Signer

folder, out, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
signer = Signer(open_instance(folder), "release@plimsoll.invalid")
print("ready", flush=True)
sys.stdin.readline()
for number in range(count):
    (out / f"{number}.json").write_text(signer.sign_statement(sys.argv[4].encode()))
"""


def sample(name: str) -> bytes:
    return statement({name: "sha256:" + "0" * 64}, "https://example.org/test/v1", {})


def index_of(bundle: str) -> int:
    return int(json.loads(bundle)["verificationMaterial"]["tlogEntries"][0]["logIndex"])


def test_two_processes_append_to_one_log(tmp_path: Path) -> None:
    instance = create_instance(tmp_path / "instance")
    processes = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        arguments = [sys.executable, "-c", SIGN_MANY, str(instance.folder), str(tmp_path / name), "12", sample(name)]
        processes.append(
            subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=path_of_this())
        )
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.communicate("go\n", timeout=60)
        assert process.returncode == 0
    identity = Signer(instance, "release@plimsoll.invalid").identity
    indexes = [
        verify_statement(bundle.read_bytes(), instance.trusted_root, identity, TYPES).log_index
        for name in ("one", "two")
        for bundle in (tmp_path / name).iterdir()
    ]
    assert sorted(indexes) == list(range(24))
    assert instance.log.size == 24
    instance.log.audit()


def path_of_this() -> dict[str, str]:
    return {"PYTHONPATH": ":".join(part for part in sys.path if part)}


def test_an_append_that_was_interrupted_never_happened(tmp_path: Path) -> None:
    instance = create_instance(tmp_path / "instance")
    signer = Signer(instance, "release@plimsoll.invalid")
    head = instance.folder / "log" / "head.json"
    signer.sign_statement(sample("a"))
    before = head.read_bytes()
    assert index_of(signer.sign_statement(sample("lost"))) == 1
    head.write_bytes(before)
    bundle = signer.sign_statement(sample("b"))
    assert index_of(bundle) == 1
    instance.log.audit()
    verify_statement(bundle.encode(), instance.trusted_root, signer.identity, TYPES)


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_an_audit_finds_a_damaged_entry(tmp_path: Path, damage: str) -> None:
    instance = create_instance(tmp_path / "instance")
    signer = Signer(instance, "release@plimsoll.invalid")
    for name in ("a", "b", "c"):
        signer.sign_statement(sample(name))
    entry = instance.folder / "log" / "entries" / "000000001.json"
    if damage == "changed":
        entry.write_bytes(entry.read_bytes().replace(b"0.0.2", b"0.0.3"))
    else:
        entry.unlink()
    with pytest.raises(Refused, match="transparency log"):
        open_instance(instance.folder).log.audit()


@pytest.mark.parametrize("request_", [{}, {"hashedRekordRequestV002": None}, {"hashedRekordRequestV002": {}}])
def test_the_log_takes_only_signatures_that_hold(instance: EmbeddedInstance, request_: dict[str, object]) -> None:
    size = instance.log.size
    with pytest.raises(Refused, match="log entry"):
        instance.log.append(request_)
    assert instance.log.size == size


def test_a_signature_over_something_else_is_not_logged(instance: EmbeddedInstance, signer: Signer) -> None:
    bundle = json.loads(signer.sign_statement(sample("a")))
    material = bundle["verificationMaterial"]
    verifier = {"x509Certificate": material["certificate"], "keyDetails": "PKIX_ECDSA_P256_SHA_256"}
    signature = {"content": bundle["dsseEnvelope"]["signatures"][0]["sig"], "verifier": verifier}
    other = "A" * 43 + "="
    with pytest.raises(Refused, match="InvalidSignature"):
        instance.log.append({"hashedRekordRequestV002": {"digest": other, "signature": signature}})
