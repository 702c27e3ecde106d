import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.trust.instance import EmbeddedInstance, create_instance, open_instance
from plimsoll.runtime.trust.signer import Signer
from plimsoll.runtime.trust.statements import statement
from plimsoll.runtime.trust.verifier import verify_statement

TYPES = frozenset({"https://example.org/test/v1"})
APPEND_MANY = """
import json
import sys
from pathlib import Path
from plimsoll.runtime.trust.instance import open_instance

log, request, count = open_instance(Path(sys.argv[1])).log, json.loads(sys.argv[2]), int(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
print(json.dumps([log.append(request).index for _ in range(count)]))
"""


def sample(name: str) -> bytes:
    return statement({name: "sha256:" + "0" * 64}, "https://example.org/test/v1", {})


def index_of(bundle: str) -> int:
    return int(json.loads(bundle)["verificationMaterial"]["tlogEntries"][0]["logIndex"])


def request_of(bundle: str, digest: str) -> dict[str, Any]:
    """What a client asks the log to take, for the signature of a bundle over a digest."""
    value = json.loads(bundle)
    verifier = {
        "x509Certificate": value["verificationMaterial"]["certificate"],
        "keyDetails": "PKIX_ECDSA_P256_SHA_256",
    }
    signature = {"content": value["dsseEnvelope"]["signatures"][0]["sig"], "verifier": verifier}
    return {"hashedRekordRequestV002": {"digest": digest, "signature": signature}}


def logged_digest(bundle: str) -> str:
    body = json.loads(bundle)["verificationMaterial"]["tlogEntries"][0]["canonicalizedBody"]
    return str(json.loads(base64.b64decode(body))["spec"]["hashedRekordV002"]["data"]["digest"])


def test_two_processes_append_to_one_log(tmp_path: Path) -> None:
    instance = create_instance(tmp_path / "instance")
    signer = Signer(instance, "release@plimsoll.invalid")
    first = signer.sign_statement(sample("first"))
    request = json.dumps(request_of(first, logged_digest(first)))
    arguments = [sys.executable, "-c", APPEND_MANY, str(instance.folder), request, "80"]
    environment = {"PYTHONPATH": ":".join(part for part in sys.path if part)}
    processes = [
        subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(2)
    ]
    indexes = [0]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        indexes += json.loads(process.communicate(timeout=60)[0])
    assert sorted(indexes) == list(range(161))
    instance.log.audit()
    last = verify_statement(
        signer.sign_statement(sample("last")).encode(), instance.trusted_root, signer.identity, TYPES
    )
    assert last.log_index == 161


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
    request = request_of(signer.sign_statement(sample("a")), "A" * 43 + "=")
    with pytest.raises(Refused, match="InvalidSignature"):
        instance.log.append(request)
