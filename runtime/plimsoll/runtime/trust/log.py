"""The transparency log of an embedded instance: Rekor v2's part, in a folder.

``entries/<index>.json`` are the leaves as they were hashed; ``head.json`` holds the tree's right edge and its signed
checkpoint, and is replaced last and as a whole. An append that was interrupted therefore never happened: the next one
takes its index. Formats: https://github.com/sigstore/rekor-tiles/blob/main/docs and https://c2sp.org/tlog-checkpoint.
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rfc8785
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.trust.files import exclusive, write_whole
from plimsoll.runtime.trust.keys import SIGNATURE, base64_text, key_id
from plimsoll.runtime.trust.merkle import Edge, leaf_hash

_KIND, _VERSION = "hashedrekord", "0.0.2"
_EMPTY_HEAD: dict[str, Any] = {"size": 0, "edge": []}


@dataclass(frozen=True)
class LogEntry:
    """An entry and the proof that it is in the tree right after it: the checkpoint's size is its index plus one."""

    body: bytes
    index: int
    proof: tuple[bytes, ...]
    root: bytes
    checkpoint: str
    log_id: bytes

    def to_json(self) -> dict[str, Any]:
        """The entry as protobuf's JSON for ``dev.sigstore.rekor.v1.TransparencyLogEntry``."""
        return {
            "logIndex": str(self.index),
            "logId": {"keyId": base64_text(self.log_id)},
            "kindVersion": {"kind": _KIND, "version": _VERSION},
            "inclusionProof": {
                "logIndex": str(self.index),
                "rootHash": base64_text(self.root),
                "treeSize": str(self.index + 1),
                "hashes": [base64_text(sibling) for sibling in self.proof],
                "checkpoint": {"envelope": self.checkpoint},
            },
            "canonicalizedBody": base64_text(self.body),
        }


class TransparencyLog:
    """An append-only log of signatures. Appending costs O(log n), and is safe across threads and processes."""

    def __init__(self, folder: Path, key: ec.EllipticCurvePrivateKey) -> None:
        self._folder = folder
        self._key = key
        self.log_id = key_id(key)

    @property
    def origin(self) -> str:
        """The name in the log's checkpoints, unique to its key: the host of the log's base URL, as clients ask."""
        return log_host(self._key)

    @property
    def size(self) -> int:
        """The number of entries."""
        return self._edge().size

    def append(self, request: dict[str, Any]) -> LogEntry:
        """Log a ``CreateEntryRequest`` of Rekor v2 (its JSON form), once its signature checks out.

        Raises:
            Refused: when the request is no hashedrekord, or its signature does not hold.
            OSError: when the log's folder can't be written.
        """
        body = _canonical_body(request)
        with exclusive(self._folder / "lock"):
            before = self._edge()
            after = before.append(leaf_hash(body))
            checkpoint = self._sign(after)
            write_whole(self._entry(before.size), body)
            head = {"size": after.size, "edge": [h.hex() for h in after.hashes], "checkpoint": checkpoint}
            write_whole(self._head, json.dumps(head).encode())
        return LogEntry(body, before.size, before.proof(), after.root(), checkpoint, self.log_id)

    def audit(self) -> None:
        """Hash every entry anew and compare with the head: O(n).

        Raises:
            Refused: when an entry is missing, or the entries do not hash to the tree that was signed.
        """
        kept, edge = self._edge(), Edge()
        for index in range(kept.size):
            entry = self._entry(index)
            if not entry.is_file():
                raise Refused("transparency log", str(entry), f"entry {index} of {kept.size} is missing")
            edge = edge.append(leaf_hash(entry.read_bytes()))
        if edge != kept:
            raise Refused("transparency log", str(self._head), "the entries are not those that were signed")

    @property
    def _head(self) -> Path:
        return self._folder / "head.json"

    def _entry(self, index: int) -> Path:
        return self._folder / "entries" / f"{index:09d}.json"

    def _edge(self) -> Edge:
        head = json.loads(self._head.read_bytes())
        return Edge(head["size"], tuple(bytes.fromhex(text) for text in head["edge"]))

    def _sign(self, edge: Edge) -> str:
        note = f"{self.origin}\n{edge.size}\n{base64_text(edge.root())}\n"
        signature = self.log_id[:4] + self._key.sign(note.encode(), SIGNATURE)
        return f"{note}\n\u2014 {self.origin} {base64_text(signature)}\n"


def create_log(folder: Path) -> None:
    """Lay out an empty log in a folder that exists."""
    (folder / "entries").mkdir()
    write_whole(folder / "head.json", json.dumps(_EMPTY_HEAD).encode())


def ensure_log(folder: Path) -> None:
    """Lay out an empty log where none is yet. Safe across processes: a log that another has begun is left as it is.

    Raises:
        OSError: when the folder can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with exclusive(folder / "lock"):
        if not (folder / "head.json").exists():
            (folder / "entries").mkdir(exist_ok=True)
            write_whole(folder / "head.json", json.dumps(_EMPTY_HEAD).encode())


def log_host(key: ec.EllipticCurvePrivateKey) -> str:
    """The host of the log that signs with a key: a reserved name that tells this log from every other."""
    return f"{key_id(key).hex()[:16]}.log.plimsoll.invalid"


def _canonical_body(request: dict[str, Any]) -> bytes:
    """The leaf of a request: a hashedrekord entry in canonical JSON (RFC 8785), its signature verified."""
    try:
        record = request["hashedRekordRequestV002"]
        signature, digest = record["signature"], record["digest"]
        certificate = x509.load_der_x509_certificate(
            base64.b64decode(signature["verifier"]["x509Certificate"]["rawBytes"])
        )
        key = certificate.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise Refused("log entry", "certificate", "its key is not on an elliptic curve")
        key.verify(
            base64.b64decode(signature["content"]), base64.b64decode(digest), ec.ECDSA(Prehashed(hashes.SHA256()))
        )
    except (KeyError, TypeError, ValueError, InvalidSignature) as error:
        raise Refused("log entry", "request", f"{type(error).__name__}: {error}", "sign it with sigstore") from error
    data = {"algorithm": "SHA2_256", "digest": digest}
    spec = {"hashedRekordV002": {"data": data, "signature": signature}}
    return rfc8785.dumps({"apiVersion": _VERSION, "kind": _KIND, "spec": spec})
