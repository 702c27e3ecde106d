"""Values in words and figures, as a reader expects them."""

import re
import unicodedata
from datetime import date, datetime, timedelta

from plimsoll.contract.requests import Gate

_DIGEST = re.compile(r"\b((?:sha256:)?[0-9a-f]{12})(?:[0-9a-f]{52}|[0-9a-f]{28})\b")
"""A digest of ours, or the name of a git object."""
_MINUTE, _HOUR = 60.0, 3600.0


def seconds(value: float | None) -> str:
    """A duration given in seconds: ``0.04 s``, ``12.3 s``, ``2 min 05 s``, ``1 h 02 min``; a dash for none."""
    if value is None:
        return "–"
    if value < 1:
        return f"{value:.2f} s"
    if round(value, 1) < _MINUTE:
        return f"{value:.1f} s"
    whole = round(value)
    if whole < _HOUR:
        return f"{whole // 60} min {whole % 60:02d} s"
    minutes = round(value / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def between(started: datetime | None, finished: datetime | None) -> float | None:
    """The seconds from one time to another, where both are known."""
    return (finished - started).total_seconds() if started and finished else None


def moment(value: datetime) -> str:
    """A time to the second, as the record gives it."""
    return f"{value:%Y-%m-%d %H:%M:%S}"


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 gate``, ``3 gates``."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def share(value: float) -> str:
    """A share of 0 to 1 as whole per cents, except that little is never nothing and much never all."""
    if 0 < value < 0.01:
        return "< 1 %"
    return "> 99 %" if 0.99 < value < 1 else f"{value:.0%}".replace("%", " %")


def metric(value: float | None) -> str:
    """A metric to four decimals; a dash where it has no value."""
    return "–" if value is None else f"{value:.4f}"


def bar(gate: Gate) -> str:
    """A gate in symbols, to four decimals: ``≥ 0.62``, ``≤ 0.22``, or both."""
    bounds = (("≥", gate.minimum), ("≤", gate.maximum))
    return " and ".join(f"{sign} {round(bound, 4):g}" for sign, bound in bounds if bound is not None) or "none"


def short(text: str) -> str:
    """A text with every digest and git object name in it cut to twelve hex digits."""
    return _DIGEST.sub(r"\1…", text)


def window(start: date, end: date) -> str:
    """A window of days, ``end`` exclusive: a month by its name, anything else by its first and last day."""
    last = end - timedelta(days=1)
    if start.day == 1 and end.day == 1 and (start.year, start.month) == (last.year, last.month):
        return f"{start:%b %Y}"
    return f"{start:%d %b} – {last:%d %b %Y}" if start != last else f"{start:%d %b %Y}"


def visible(text: str) -> str:
    r"""A text with what cannot be seen written out, such as ``\u202e`` for the mark that turns the reading direction.

    Law: the result holds printable characters, tabs and line feeds only, and so always encodes as UTF-8.
    """
    return "".join(char if char.isprintable() or char in "\n\t" else _escape(char) for char in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")


def letters(text: str) -> int:
    """The width of a text in letters; East Asian wide signs count as two, combining ones as none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def fit(text: str, room: int) -> str:
    """A text as it is shown, cut to so many letters, an ellipsis among them, where it has more."""
    shown = visible(text)
    if letters(shown) <= room:
        return shown
    kept = ""
    for char in shown:
        if letters(kept + char) > room - 1:
            break
        kept += char
    return f"{kept}…"
