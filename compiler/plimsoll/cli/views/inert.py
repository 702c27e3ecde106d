"""Text from specs inside Markdown: whatever it says, it is shown as text.

Words of letters, digits and common punctuation stand as they are; any other word becomes code. In code nothing is a
mention, a reference to an issue, a link, HTML, emphasis or a picture, on GitHub and on GitLab alike, and what is copied
from there is what the spec says. Escaping character by character would not do: both forges look for mentions after
Markdown has taken its backslashes and entities away.
https://github.github.com/gfm/#code-spans
"""

import re
from collections.abc import Iterable
from itertools import groupby

from plimsoll.cli.views.paint import safe

_PLAIN = re.compile(r"""["'(‘“…-]*[^\W_]+(?:[-/.,'’=+…–—→:]+[^\W_]+)*["').,;:?!%’”…]*|[-–—→·/=+×…]+""")
_TELLING = re.compile(r"(?i)www\.|://|mailto:|xmpp:|\b[a-z]+-[0-9]|[0-9a-f]{7}|:[^\W_]+:")
"""Addresses, references such as GH-12, the digests of commits, and names of emoji: forges make something of each."""

_LONGEST = 1_000
"""How many characters of one text are shown."""


def inert(text: str) -> str:
    """A text as one line of Markdown without any effect; it must not be the beginning of a line."""
    words = safe(shortened(" ".join(text.splitlines()))).split()
    groups = ((plain, " ".join(group)) for plain, group in groupby(words, key=_is_plain))
    return " ".join(run if plain else code(run) for plain, run in groups)


def code(text: str) -> str:
    """A text as a code span on one line. The fence is longer than any run of backticks inside."""
    shown = safe(" ".join(text.split()))
    fence = "`" * (_longest_run(shown) + 1)
    edge = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{edge}{shown}{edge}{fence}" if shown else ""


def block(lines: Iterable[str], indent: str = "") -> str:
    """Lines as a fenced block of text, which no line can end."""
    shown = [safe(line) for line in lines]
    fence = "`" * max(3, *(_longest_run(line) + 1 for line in shown)) if shown else "```"
    return "\n".join(f"{indent}{line}".rstrip() for line in (f"{fence}text", *shown, fence))


def shortened(text: str, most: int = _LONGEST) -> str:
    """A text, or its beginning and an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _is_plain(word: str) -> bool:
    return bool(_PLAIN.fullmatch(word)) and not _TELLING.search(word)


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
