"""What stands in for S3: moto's server, on the bridge, where pods reach it and nobody else does."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import botocore.config
import botocore.exceptions
from places import GATEWAY, STORE_PORT
from server import serving

BUCKET = "artifacts"
KEYS = "pods", "of the tests"
"""Who may read and write, and the secret; the server believes everybody who has one."""


@dataclass(frozen=True)
class Store:
    """A bucket."""

    client: Any

    def content(self, key: str) -> dict[str, bytes]:
        """What lies under a key, by the rest of its path: one object with the empty path, or those of a folder."""
        listed = self.client.list_objects_v2(Bucket=BUCKET, Prefix=key).get("Contents", ())
        keys = [one["Key"] for one in listed if one["Key"] == key or one["Key"].startswith(f"{key}/")]
        assert keys, f"nothing lies under {key}"
        objects = {each: self.client.get_object(Bucket=BUCKET, Key=each)["Body"].read() for each in keys}
        return {each.removeprefix(key).removeprefix("/"): content for each, content in objects.items()}


@contextmanager
def store(logs: Path) -> Iterator[Store]:
    """Run the server with an empty bucket, until the context ends.

    Raises:
        NotReady: when it doesn't start; the message ends with its log.
    """
    program = Path(sys.executable).with_name("moto_server")
    command = (str(program), "-H", GATEWAY, "-p", str(STORE_PORT))
    name, secret = KEYS
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{GATEWAY}:{STORE_PORT}",
        region_name="us-east-1",
        aws_access_key_id=name,
        aws_secret_access_key=secret,
        config=botocore.config.Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
    )
    with serving("moto", command, logs, os.environ) as server:
        server.wait_until(lambda: _has_bucket(client))
        yield Store(client)


def _has_bucket(client: Any) -> bool:
    try:
        client.create_bucket(Bucket=BUCKET)
    except botocore.exceptions.EndpointConnectionError:
        return False
    return True
