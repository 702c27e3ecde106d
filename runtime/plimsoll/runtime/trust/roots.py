"""A trusted root as it was at one moment: only the authorities and logs whose validity covers it.

sigstore-python ignores ``validFor.end`` of certificate authorities and logs when it verifies. Here what is outside its
window is left out before the library sees the root, so that nothing can be verified by it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from sigstore.models import TrustedRoot
from sigstore_models.common.v1 import TimeRange
from sigstore_models.trustroot.v1 import CertificateAuthority, TransparencyLogInstance
from sigstore_models.trustroot.v1 import TrustedRoot as TrustedRootModel

from plimsoll.contract.digests import of_bytes
from plimsoll.contract.refusal import Refused, first_fault

_Member = TypeVar("_Member", CertificateAuthority, TransparencyLogInstance)

_PUT = "put the trusted_root.json of the instance that signed there"


def read_root(path: Path, pinned: str | None) -> bytes:
    """The bytes of a trusted root file, read once, so that what is checked is what is used.

    Raises:
        Refused: when there is no such file, or its digest is not the pinned one.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refused("trusted root", str(path), f"it can't be read: {error.strerror}", _PUT) from error
    if pinned is not None and of_bytes(data) != pinned:
        why = f"its digest is {of_bytes(data)}, and {pinned} is pinned"
        raise Refused("trusted root", str(path), why, "if the change is meant, pin the new digest in the environment")
    return data


def root_at(data: bytes, time: datetime, where: str) -> TrustedRoot:
    """The part of a trusted root that was valid at a time (UTC), bounds included.

    Raises:
        Refused: when it is none, or no certificate authority, log, receipt log or timestamp authority of it was.
        Exception: whatever the libraries raise at malformed input; the verifier turns it into a refusal.
    """
    try:
        model = TrustedRootModel.from_json(data)
    except ValidationError as error:
        raise Refused("trusted root", where, f"it is none: {first_fault(error)}", _PUT) from error

    def valid(members: Sequence[_Member], window: Callable[[_Member], TimeRange | None], what: str) -> list[_Member]:
        kept = [member for member in members if _covers(window(member), time)]
        if not kept:
            why = f"none of its {what} was valid at {time.isoformat()}, when the signature claims to be made"
            mend = f"{_PUT}, or sign again by this one while its clock is right"
            raise Refused("trusted root", where, why, mend)
        return kept

    at_time = {
        "certificate_authorities": valid(model.certificate_authorities, _authority_window, "certificate authorities"),
        "timestamp_authorities": valid(model.timestamp_authorities, _authority_window, "timestamp authorities"),
        "tlogs": valid(model.tlogs, _log_window, "transparency logs"),
        "ctlogs": valid(model.ctlogs, _log_window, "certificate logs"),
    }
    return TrustedRoot(model.model_copy(update=at_time))


def _authority_window(authority: CertificateAuthority) -> TimeRange | None:
    return authority.valid_for


def _log_window(log: TransparencyLogInstance) -> TimeRange | None:
    return log.public_key.valid_for


def _covers(window: TimeRange | None, time: datetime) -> bool:
    if window is None:
        return True
    return window.start <= time and (window.end is None or time <= window.end)
