"""Nodes → values: plain Python, as YAML 1.2 has it, and what is wrong with how it was written."""

import re
from typing import Any

from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode

from plimsoll.compiler.diagnostics import Diagnostic, Label, Severity
from plimsoll.compiler.loading.composing import PLAIN, QUOTED, span_of

MAX_NODES = 50_000
"""The most values one file may hold after its aliases are expanded."""

_INT = re.compile(r"[-+]?[0-9]+\Z")
_BASED = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_OLD_YAML = re.compile(r"(?i:y|yes|n|no|on|off)\Z|[-+]?[0-9]+(:[0-5]?[0-9])+\Z")
_SPECIAL = re.compile(r"[-+.0-9~]|(?i:null|true|false|y|yes|n|no|on|off)\Z|\Z")
"""What a plain scalar begins with, or is, that may be something other than text."""


class TooLarge(Exception):
    """More values than ``MAX_NODES``."""


class Builder:
    """Turns the nodes of one file into values, and collects what is wrong with them."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.count = 0
        self.found: list[Diagnostic] = []

    def say(self, code: str, node: Node, message: str, severity: Severity = Severity.ERROR, **more: Any) -> None:
        """Keep a finding about a node."""
        self.found.append(Diagnostic(code, severity, message, span_of(self.path, node), **more))

    def value(self, node: Node) -> Any:
        """The value of a node and of all below it.

        Raises:
            TooLarge: when there are more than ``MAX_NODES``.
        """
        self.count += 1
        if self.count > MAX_NODES:
            raise TooLarge
        tag, kind = node.ctag, type(node)
        if kind is ScalarNode:
            if tag is PLAIN:
                return self._scalar(node) if _SPECIAL.match(node.value) else node.value
            if tag is QUOTED:
                return node.value
        elif tag is QUOTED:
            return [self.value(item) for item in node.value] if kind is SequenceNode else self._mapping(node)
        self.say("PLM-YML-005", node, f"tags such as {node.tag} are not read", help="remove the tag")
        return None

    def _scalar(self, node: Node) -> Any:
        text: str = node.value
        if text in _WORDS:
            return _WORDS[text]
        if _INT.match(text):
            return int(text) if len(text) < 20 else text
        if _BASED.match(text):
            return int(text, 0)
        if _FLOAT.match(text):
            return float(text)
        if _OLD_YAML.match(text):
            message = f"{text} is text here, but a boolean or a number to readers of YAML 1.1"
            self.say("PLM-YML-006", node, message, Severity.WARNING, help=f'write "{text}", true or false')
        return text

    def _mapping(self, node: Node) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, item in node.value:
            if type(key) is not ScalarNode:
                self.say("PLM-YML-004", key, "a key must be text")
            elif key.value == "<<" and key.ctag is PLAIN:
                self.say("PLM-YML-007", key, "merge keys are not read", help="write the values out, or use an overlay")
            elif key.value in result:
                first = next(other for other, _ in node.value if other.value == key.value)
                labels = (Label(span_of(self.path, first), "first written here"),)
                self.say("PLM-YML-003", key, f"the key {key.value!r} stands twice", labels=labels)
            else:
                result[key.value] = self.value(item)
        return result
