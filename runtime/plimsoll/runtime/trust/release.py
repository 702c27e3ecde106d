"""Sign a release, and verify one before anything of it is applied."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from plimsoll.contract.digests import of_bytes
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release import (
    BUNDLE_FILE,
    LOCK_FILE,
    ReleaseLock,
    lock_bytes,
    parse_lock,
    read_lock,
    release_digest,
)
from plimsoll.contract.requests import Identity
from plimsoll.runtime.trust.exact import require_exact
from plimsoll.runtime.trust.files import write_whole
from plimsoll.runtime.trust.provenance import PROVENANCE_TYPE, Provenance, read_provenance, release_statement
from plimsoll.runtime.trust.serials import rollback
from plimsoll.runtime.trust.signer import Signs
from plimsoll.runtime.trust.verifier import VerifiedStatement, verify_statement

_UNSIGNED = frozenset({BUNDLE_FILE})


@dataclass(frozen=True)
class SignedRelease:
    """A release whose bundle was written."""

    digest: str
    environment: str
    provenance: Provenance
    bundle: Path


@dataclass(frozen=True)
class VerifiedRelease:
    """A release that holds exactly what was signed. Only ``verify_release`` makes one."""

    folder: Path
    digest: str
    lock: ReleaseLock
    provenance: Provenance
    statement: VerifiedStatement

    @property
    def signed_at(self) -> datetime:
        """When it was signed, UTC."""
        return self.statement.signed_at

    def read(self, name: str) -> bytes:
        """The bytes of one of its files, compared once more with what was signed, since the folder may have changed.

        Raises:
            Refused: when the file is not of this release, or has changed since it was verified.
        """
        path = self.folder / name
        if name not in self.lock.files:
            raise Refused("release", str(path), "the file is not part of the release")
        data = path.read_bytes()
        if of_bytes(data) != self.lock.files[name]:
            raise Refused("release", str(path), "the file was changed after the release was verified")
        return data


@dataclass(frozen=True)
class VerifiedLock:
    """A release's lock that is what was signed, without the release's files. Only ``verify_lock`` makes one."""

    digest: str
    lock: ReleaseLock
    provenance: Provenance
    statement: VerifiedStatement


def sign_release(release: Path, signer: Signs, provenance: Provenance) -> SignedRelease:
    """Sign a compiled release, and put the bundle beside its files. A former bundle is replaced.

    Raises:
        Refused: when the folder does not hold exactly what its lock says.
    """
    lock = read_lock(release)
    data = lock_bytes(lock)
    require_exact(release, {**lock.files, LOCK_FILE: of_bytes(data)}, "release", beside=_UNSIGNED)
    bundle = release / BUNDLE_FILE
    write_whole(bundle, signer.sign_statement(release_statement(lock, provenance)).encode())
    return SignedRelease(release_digest(data), lock.environment, provenance, bundle)


def verify_release(
    release: Path, trusted_root: Path, identity: Identity, *, last_serial: int = 0, environment: str | None = None
) -> VerifiedRelease:
    """Verify a release folder: who signed it, that it is whole and nothing else, that it is not an old one.

    Args:
        release: the folder with the files, the lock and the bundle.
        trusted_root: the ``trusted_root.json`` to verify against.
        identity: who must have signed.
        last_serial: the serial of the last release that was accepted (``SerialLedger.last``).
        environment: where it is meant to be applied, when known.

    Raises:
        Refused: when anything does not hold; the very file is named.
    """
    bundle = release / BUNDLE_FILE
    if bundle.is_symlink() or not bundle.is_file():
        raise Refused("release", str(bundle), "the release is not signed", "sign it with `plimsoll sign`")
    types = frozenset({PROVENANCE_TYPE})
    verified = verify_statement(bundle.read_bytes(), trusted_root, identity, types, where=str(bundle))
    signed_for, provenance = read_provenance(verified, str(bundle))
    require_exact(release, verified.statement.digests, "release", beside=_UNSIGNED)
    lock = read_lock(release)
    data = lock_bytes(lock)
    if {**lock.files, LOCK_FILE: of_bytes(data)} != verified.statement.digests or lock.environment != signed_for:
        raise Refused("release", str(release / LOCK_FILE), "the lock is not that of the signed files")
    if environment is not None and signed_for != environment:
        why = f"it was signed for '{signed_for}', not for '{environment}'"
        raise Refused("release", str(bundle), why, "compile the release for this environment")
    if provenance.serial < last_serial:
        raise rollback(signed_for, provenance.serial, last_serial, str(bundle))
    return VerifiedRelease(release, release_digest(data), lock, provenance, verified)


def verify_lock(lock: bytes, bundle: bytes, trusted_root: Path, identity: Identity, *, where: str) -> VerifiedLock:
    """Verify the lock of a release of which there is no more than that and the bundle, and maybe some files.

    A file is of the release when its digest is that of the lock; this is for the caller to see.

    Args:
        lock: the bytes of ``LOCK_FILE``.
        bundle: the bytes of ``BUNDLE_FILE``.
        trusted_root: the ``trusted_root.json`` to verify against.
        identity: who must have signed.
        where: what a refusal names as the place of both.

    Raises:
        Refused: when anything does not hold.
    """
    found = parse_lock(lock, where)
    verified = verify_statement(bundle, trusted_root, identity, frozenset({PROVENANCE_TYPE}), where=where)
    signed_for, provenance = read_provenance(verified, where)
    if {**found.files, LOCK_FILE: of_bytes(lock)} != verified.statement.digests or found.environment != signed_for:
        raise Refused("release", where, "the lock is not that of the signed files")
    return VerifiedLock(release_digest(lock), found, provenance, verified)
