"""A sigstore instance that answers over HTTP: the services of an embedded one, asked as Fulcio, Rekor and a TSA are."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.trust.instance import EmbeddedInstance


@contextmanager
def served(instance: EmbeddedInstance, folder: Path) -> Iterator["Served"]:
    """Serve an instance on a port of this machine; ``folder`` gets its configuration."""
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(instance, asked))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Served(instance, _configuration(instance, server.server_address[1], folder), asked)
    finally:
        server.shutdown()
        server.server_close()


class Served:
    """An instance with its client trust configuration, and the paths that it was asked for."""

    def __init__(self, instance: EmbeddedInstance, configuration: Path, asked: list[str]) -> None:
        self.instance, self.configuration, self.asked = instance, configuration, asked


def _configuration(instance: EmbeddedInstance, port: int, folder: Path) -> Path:
    whole = json.loads((instance.folder / "client_trust_config.json").read_text())
    for services in ("caUrls", "rekorTlogUrls", "tsaUrls"):
        for one in whole["signingConfig"][services]:
            one["url"] = f"http://127.0.0.1:{port}"
    whole["signingConfig"]["tsaUrls"][0]["url"] += "/api/v1/timestamp"
    path = folder / "sigstore.json"
    path.write_text(json.dumps(whole))
    return path


def _handler(instance: EmbeddedInstance, asked: list[str]) -> type[BaseHTTPRequestHandler]:
    answers: dict[str, Callable[[bytes, str], bytes]] = {
        "/api/v2/signingCert": lambda data, token: _certificate(instance, data, token),
        "/api/v2/log/entries": lambda data, _: _json(instance.log.append(json.loads(data)).to_json()),
        "/api/v1/timestamp": lambda data, _: instance.timestamps.answer(data),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            data = self.rfile.read(int(self.headers["Content-Length"]))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            try:
                answer, code = answers[self.path](data, token), 200
            except Refused as refused:
                answer, code = _json({"message": refused.why}), 400
            self.send_response(code)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


def _certificate(instance: EmbeddedInstance, data: bytes, token: str) -> bytes:
    request = x509.load_pem_x509_csr(base64.b64decode(json.loads(data)["certificateSigningRequest"]))
    chain = (instance.authority.issue(request, token), instance.authority.certificate)
    pems = [one.public_bytes(Encoding.PEM).decode() for one in chain]
    return _json({"signedCertificateEmbeddedSct": {"chain": {"certificates": pems}}})


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
