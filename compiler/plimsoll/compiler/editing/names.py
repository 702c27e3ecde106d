"""The fixes that there are, by the name that ``plimsoll check --fix NAME`` calls them."""

from dataclasses import dataclass
from difflib import get_close_matches

from plimsoll.contract.refusal import Refused


@dataclass(frozen=True)
class FixKind:
    """What fixes of one name do, and whether they are applied without being named."""

    meaning: str
    safe: bool


FIXES: dict[str, FixKind] = {
    "quote": FixKind("quote text that some readers take for something else", safe=True),
    "remove-repeat": FixKind("remove a key that stands twice with one and the same value", safe=True),
    "indent": FixKind("indent by spaces where every line is indented by tabs", safe=True),
    "spell": FixKind("write the nearest known word for one that is not known", safe=False),
    "remove-tag": FixKind("remove a tag and keep its value as text", safe=False),
}
"""Every fix by its name. A safe one never changes a value that this compiler reads."""


def fix_names(words: str) -> frozenset[str]:
    """Read a list of names with commas between them.

    Raises:
        Refused: when there is no such fix.
    """
    names = [name for word in words.split(",") if (name := word.strip())]
    for name in names:
        if name not in FIXES:
            near = get_close_matches(name, FIXES, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(FIXES)}"
            raise Refused("fix", name, "there is no fix of this name", hint)
    return frozenset(names)
