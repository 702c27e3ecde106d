"""A file → its documents and what stands between them, so that one can be rewritten without touching another."""

import re
from dataclasses import dataclass

from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]
from ruamel.yaml.tokens import DirectiveToken, DocumentEndToken, DocumentStartToken, StreamEndToken

_REST = re.compile(r"[ \t]*(#[^\r\n]*)?(\r\n|\r|\n|\Z)")
"""What may follow a mark on its line and belongs to it."""


@dataclass(frozen=True)
class Part:
    """A piece of a file: a document's text, or what parts documents."""

    text: str
    is_document: bool


def split(text: str) -> tuple[Part, ...]:
    """The parts of a file, which is YAML. A document that is empty but for comments is none.

    Law: the texts of the parts, one behind the other, are the file.

    Raises:
        YAMLError: when the text is not YAML.
    """
    parts: list[Part] = []
    done, content = 0, False
    scanner = CParser(text)
    while scanner.check_token():
        token = scanner.get_token()
        mark = isinstance(token, DocumentStartToken | DocumentEndToken | DirectiveToken)
        if mark or isinstance(token, StreamEndToken):
            start = token.start_mark.index if mark else len(text)
            parts.append(Part(text[done:start], content))
            done, content = start, False
        if mark:
            end = _end(text, token.end_mark.index)
            parts.append(Part(text[done:end], is_document=False))
            done = end
        elif token.start_mark.index < token.end_mark.index:
            content = True
    return tuple(part for part in parts if part.text)


def _end(text: str, offset: int) -> int:
    """The end of a mark's line, where nothing but a comment follows the mark on it."""
    rest = _REST.match(text, offset)
    return rest.end() if rest else offset
