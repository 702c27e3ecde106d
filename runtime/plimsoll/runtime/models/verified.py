"""Open a signed model package: copy it, verify the copy, and read only the copy."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plimsoll.contract.package import Package
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Identity
from plimsoll.runtime.trust.model import load_verified_copy

TRUSTED_ROOT = "trusted_root.json"


@contextmanager
def open_verified(package: Path, trust: Path, identity: Identity, digest: str | None) -> Iterator[Package]:
    """A private copy of a package whose signature, signer and digest hold, for as long as the context lasts.

    Raises:
        Refused: when the package is missing, or anything about it does not hold; the file and the reason are named.
    """
    if not package.is_dir():
        raise Refused("model package", str(package), "there is no such package", "run the training that publishes it")
    with tempfile.TemporaryDirectory(prefix="plimsoll-model-") as folder:
        copy = load_verified_copy(
            package, Path(folder) / "package", trust / TRUSTED_ROOT, identity, expected_digest=digest
        )
        yield Package(copy)


def publish(source: Path, target: Path) -> None:
    """Copy a package to where servers look, whole or not at all. A digest that is there already stays as it is.

    Raises:
        OSError: when the target cannot be written; nothing of it is left then.
    """
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name[:12]}-", dir=target.parent) as folder:
        copy = Path(folder) / "package"
        shutil.copytree(source, copy, copy_function=shutil.copyfile)
        copy.chmod(0o755)
        copy.rename(target)
