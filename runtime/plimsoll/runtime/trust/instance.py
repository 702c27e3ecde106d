"""An embedded sigstore instance: a folder that holds all that signing needs, without a network or an account.

```
keys/              five private keys, 0600           log/      the transparency log
certificates/      the authorities' certificates     serials/  the last serial of each environment's releases
trusted_root.json  what verifiers must know: public, to be committed
```

A Secret of a cluster knows no folders and is never written to. There keys and certificates lie beside each other under
the same names, and the log lies elsewhere.
"""

import errno
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from plimsoll.contract.digests import of_file
from plimsoll.contract.refusal import Refused
from plimsoll.runtime.trust.authority import CertificateAuthority
from plimsoll.runtime.trust.certificates import LIFETIME, Authorities, issue_authorities, now
from plimsoll.runtime.trust.files import write_whole
from plimsoll.runtime.trust.keys import new_key, read_key, write_key
from plimsoll.runtime.trust.log import TransparencyLog, create_log, ensure_log
from plimsoll.runtime.trust.oidc import ISSUER, IdentityProvider
from plimsoll.runtime.trust.serials import SerialLedger
from plimsoll.runtime.trust.timestamping import TimestampAuthority
from plimsoll.runtime.trust.trusted_root import client_trust_config, trusted_root

TRUSTED_ROOT = "trusted_root.json"
CLIENT_TRUST_CONFIG = "client_trust_config.json"

_KEYS = ("authority", "receipts", "log", "timestamps", "identities")
_CERTIFICATES = ("ca", "tsa_root", "tsa")


@dataclass(frozen=True)
class EmbeddedInstance:
    """The services of an instance, in this process. ``open_instance`` and ``create_instance`` make one."""

    folder: Path
    authority: CertificateAuthority
    log: TransparencyLog
    timestamps: TimestampAuthority
    identities: IdentityProvider

    @property
    def issuer(self) -> str:
        """The OIDC issuer that its certificates name."""
        return ISSUER

    @property
    def trusted_root(self) -> Path:
        """The file that verifiers need."""
        return self.folder / TRUSTED_ROOT

    @property
    def serials(self) -> SerialLedger:
        """The serials of the releases that were signed here."""
        return SerialLedger(self.folder / "serials")


def create_instance(folder: Path, *, start: datetime | None = None, lifetime: timedelta = LIFETIME) -> EmbeddedInstance:
    """Make a new instance, valid from ``start`` (UTC, now by default) for ``lifetime``.

    It is built beside the folder and renamed into place, so that the folder never holds half of one.

    Raises:
        Refused: when the folder exists and is not empty.
        OSError: when the folder can't be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        _fill(unfinished, start or now(), lifetime)
        unfinished.rename(folder)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise
        why = "the folder is in use; an instance's keys are never overwritten"
        raise Refused("sigstore instance", str(folder), why, "name a folder that does not exist") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return open_instance(folder)


def open_instance(folder: Path, log: Path | None = None) -> EmbeddedInstance:
    """Open an instance for signing.

    Args:
        folder: the instance, or what a Secret holds of one.
        log: where the transparency log lies when the instance has none of its own; begun where nothing is there yet.

    Raises:
        Refused: when the folder holds none, or its keys and its trusted root are not of one instance.
        OSError: when a file of it can't be read, or a log can't be begun.
    """
    if not folder.is_dir():
        raise Refused("sigstore instance", str(folder), "there is none", "create one with `plimsoll trust init`")
    try:
        keys = {name: read_key(_file(folder, "keys", name)) for name in _KEYS}
        authorities = Authorities(**{name: _read_certificate(folder, name) for name in _CERTIFICATES})
        public = (folder / TRUSTED_ROOT).read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        mend = "create one with `plimsoll trust init`"
        raise Refused("sigstore instance", str(folder), f"it can't be opened: {error}", mend) from error
    if public != trusted_root(authorities, keys["log"], keys["receipts"]) or not _belong(keys, authorities):
        why = "the keys, the certificates and the trusted root are not of one instance"
        raise Refused("sigstore instance", str(folder / TRUSTED_ROOT), why, "restore the folder as it was created")
    return _services(folder, keys, authorities, _log(folder, log))


def trusted_root_digest(folder: Path) -> str:
    """The digest of an instance's trusted root, by which an environment pins it."""
    return of_file(folder / TRUSTED_ROOT)


def _services(
    folder: Path, keys: dict[str, ec.EllipticCurvePrivateKey], authorities: Authorities, log: Path
) -> EmbeddedInstance:
    identities = IdentityProvider(keys["identities"])
    return EmbeddedInstance(
        folder=folder,
        authority=CertificateAuthority(keys["authority"], authorities.ca, keys["receipts"], identities),
        log=TransparencyLog(log, keys["log"]),
        timestamps=TimestampAuthority(keys["timestamps"], authorities.tsa),
        identities=identities,
    )


def _fill(folder: Path, start: datetime, lifetime: timedelta) -> None:
    keys = {name: new_key() for name in _KEYS}
    authorities = issue_authorities(keys["authority"], keys["timestamps"], start, lifetime)
    for part in ("keys", "certificates", "log", "serials"):
        (folder / part).mkdir(mode=0o700)
    for name, key in keys.items():
        write_key(folder / "keys" / f"{name}.pem", key)
    for name in _CERTIFICATES:
        pem = getattr(authorities, name).public_bytes(serialization.Encoding.PEM)
        write_whole(folder / "certificates" / f"{name}.pem", pem)
    create_log(folder / "log")
    write_whole(folder / CLIENT_TRUST_CONFIG, client_trust_config(authorities, keys["log"], keys["receipts"]))
    write_whole(folder / TRUSTED_ROOT, trusted_root(authorities, keys["log"], keys["receipts"]))


def _log(folder: Path, other: Path | None) -> Path:
    own = folder / "log"
    if other is None or own.is_dir():
        return own
    ensure_log(other)
    return other


def _file(folder: Path, part: str, name: str) -> Path:
    apart = folder / part / f"{name}.pem"
    return apart if (folder / part).is_dir() else folder / apart.name


def _read_certificate(folder: Path, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(_file(folder, "certificates", name).read_bytes())


def _belong(keys: dict[str, ec.EllipticCurvePrivateKey], authorities: Authorities) -> bool:
    return (
        authorities.ca.public_key() == keys["authority"].public_key()
        and authorities.tsa.public_key() == keys["timestamps"].public_key()
    )
