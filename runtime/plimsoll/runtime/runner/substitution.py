"""Argo's ``{{tags}}``: found, and replaced in a single pass."""

import re
from collections.abc import Mapping

from plimsoll.contract.refusal import Refused

_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


def tags(text: str) -> tuple[str, ...]:
    """The names between ``{{`` and ``}}``, trimmed, in order of appearance."""
    return tuple(match.strip() for match in _TAG.findall(text))


def sole_tag(text: str) -> str | None:
    """The tag's name when the text is one tag and nothing else."""
    match = _TAG.fullmatch(text.strip())
    return match[1].strip() if match else None


def substitute(text: str, values: Mapping[str, str], where: str) -> str:
    """The text with each tag replaced by its value.

    Law: one pass. A value that itself contains ``{{`` stands in the result as it is.

    Raises:
        Refused: when a tag has no value.
    """

    def replace(match: re.Match[str]) -> str:
        name = match[1].strip()
        if name not in values:
            raise Refused(f"the reference {{{{{name}}}}}", where, "it has no value")
        return values[name]

    return _TAG.sub(replace, text)
