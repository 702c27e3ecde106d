"""Files that are named as evidence: whether they are there, and what their digests are."""

import hashlib
from pathlib import Path


def digest_of(path: Path) -> str:
    """The digest of a file; empty where there is none that can be read."""
    try:
        return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    except (OSError, ValueError):
        return ""
