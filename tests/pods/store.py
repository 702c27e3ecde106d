"""What stands in for S3: moto's server, on the bridge, where pods reach it and nobody else does."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
from places import GATEWAY, STORE_PORT
from server import serving

BUCKET = "artifacts"


@dataclass(frozen=True)
class Store:
    """A bucket."""

    http: httpx.Client

    def content(self, key: str) -> bytes:
        """What lies under a key."""
        answer = self.http.get(f"/{BUCKET}/{key}")
        assert answer.status_code == 200, f"{key}: {answer.status_code} {answer.text[:500]}"
        return answer.content


@contextmanager
def store(logs: Path) -> Iterator[Store]:
    """Run the server with an empty bucket, until the context ends.

    Raises:
        NotReady: when it doesn't start; the message ends with its log.
    """
    program = Path(sys.executable).with_name("moto_server")
    command = (str(program), "-H", GATEWAY, "-p", str(STORE_PORT))
    http = httpx.Client(base_url=f"http://{GATEWAY}:{STORE_PORT}", timeout=60, trust_env=False)
    with http, serving("moto", command, logs, os.environ) as server:
        server.wait_until(lambda: _has_bucket(http))
        yield Store(http)


def _has_bucket(http: httpx.Client) -> bool:
    with suppress(httpx.TransportError):
        return http.put(f"/{BUCKET}").status_code == 200
    return False
