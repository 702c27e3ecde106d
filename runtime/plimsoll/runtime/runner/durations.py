"""Durations as Argo writes them."""

import re

from plimsoll.contract.refusal import Refused

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


def seconds(text: str, where: str) -> float:
    """A duration in seconds: ``30``, ``30s``, ``1m30s``, ``2h``.

    Raises:
        Refused: when the text is no duration.
    """
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    if not text or _PART.sub("", text):
        raise Refused(f"the duration `{text}`", where, "it is no number with a unit of ms, s, m, h or d")
    return sum(float(amount) * _UNITS[unit] for amount, unit in _PART.findall(text))
