"""What a plain scalar means in YAML 1.2, and what readers of YAML 1.1 make of it."""

import math
import re

_INT = re.compile(r"[-+]?[0-9]+\Z")
_BASED = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_OLD_OCTAL = re.compile(r"[-+]?0[0-7]+\Z")
_OLD_NUMBER = re.compile(r"[-+]?([0-9]+(:[0-5]?[0-9])+|[0-9]+_[0-9_]*|0b[01_]+)\Z")

OLD_WORDS = frozenset(
    form for word in ("y", "n", "yes", "no", "on", "off") for form in (word, word.capitalize(), word.upper())
)
"""Text that readers of YAML 1.1 take for true or false."""

SPECIAL = re.compile(r"[-+.0-9~]|(?i:null|true|false|y|yes|n|no|on|off)\Z|\Z")
"""What a plain scalar begins with, or is, that may be something other than text."""

SPECIAL_FIRST = frozenset("-+.0123456789~nNtTfFyYoO") | {""}
"""What a plain scalar that ``SPECIAL`` matches begins with: of most text this is asked alone."""

MOST = 2**63 - 1
"""The largest whole number: Kubernetes, and most other readers, keep 64 bits with a sign."""


def plain(text: str) -> object:
    """The value of a plain scalar by the core schema of YAML 1.2 (10.3.2).

    Raises:
        ValueError: when it is a number that not every reader keeps.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        return _whole(text, 10)
    if _BASED.match(text):
        return _whole(text, 0)
    if _FLOAT.match(text):
        number = float(text)
        if math.isinf(number):
            raise ValueError(f"{shortened(text)} is too large for a number")
        return number
    if _NOT_FINITE.match(text):
        raise ValueError(f"{text} is not a finite number")
    return text


def _whole(text: str, base: int) -> int:
    number = int(text, base) if len(text) <= 30 else MOST + 1
    if not -MOST - 1 <= number <= MOST:
        raise ValueError(f"{shortened(text)} does not fit into 64 bits")
    return number


def old_reading(text: str) -> tuple[str, str] | None:
    """What is to be said of a plain scalar that readers of YAML 1.1 take for something else, and how to mend it."""
    if text in OLD_WORDS:
        return f"{text} is text here, but a boolean to readers of YAML 1.1", f'write "{text}", true or false'
    if _OLD_OCTAL.match(text):
        message = f"{text} is {int(text)} here, but {int(text, 8)} to readers of YAML 1.1"
        return message, f'write "{text}", or the number without a zero in front'
    if _OLD_NUMBER.match(text):
        return f"{shortened(text)} is text here, but a number to readers of YAML 1.1", f'write "{shortened(text)}"'
    return None


def shortened(text: str, most: int = 60) -> str:
    """A text that fits into a message."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
