"""Nodes → values: plain Python, as YAML 1.2 has it, and what is wrong with how it was written."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode

from plimsoll.compiler.diagnostics import Diagnostic, Label, Severity
from plimsoll.compiler.editing.offers import quote, remove_repeat, remove_tag
from plimsoll.compiler.loading.composing import PLAIN, QUOTED, is_key, span_of
from plimsoll.compiler.loading.limits import (
    MAX_KEY,
    MAX_NESTING,
    MAX_NODES,
    Exceeded,
    hold_size,
    too_deep,
    too_long,
    too_many,
)
from plimsoll.compiler.loading.scalars import OLD_WORDS, SPECIAL, SPECIAL_FIRST, old_reading, plain, shortened
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.loading.telling import Findings

_UNUSUAL_KEYS = OLD_WORDS | {"<<"}


class Builder:
    """Turns the nodes of one file into values, and collects what is wrong with them."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.count = 0
        self._open: set[int] = set()
        self.found = Findings()

    def say(
        self,
        code: str,
        node: Node,
        message: str,
        severity: Severity = Severity.ERROR,
        *,
        help_: str = "",
        more: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        """Keep a finding about a node. ``more`` gives its other parts, and is asked only if the finding is told."""
        self.found.add(
            severity,
            lambda: Diagnostic(code, severity, message, span_of(self.source, node), help=help_, **more()),
        )

    def value(self, node: Node) -> Any:
        """The value of a node and of all below it.

        Raises:
            Exceeded: when there are too many, or when they nest too deep.
        """
        self.count += 1
        if self.count > MAX_NODES:
            raise too_many(node.start_mark)
        tag, kind = node.ctag, type(node)
        if kind is ScalarNode:
            if tag is PLAIN:
                text: str = node.value
                return self._scalar(node) if text[:1] in SPECIAL_FIRST and SPECIAL.match(text) else text
            if tag is QUOTED:
                return node.value
        elif tag is QUOTED:
            return self._collection(node)
        self._tagged(node)
        return None

    def _collection(self, node: Node) -> Any:
        if id(node) in self._open:
            raise Exceeded("a value holds itself by an alias", node.start_mark, "write the value out")
        if len(self._open) == MAX_NESTING:
            raise too_deep(node.start_mark)
        self._open.add(id(node))
        value = [self.value(item) for item in node.value] if type(node) is SequenceNode else self._mapping(node)
        self._open.discard(id(node))
        return value

    def _mapping(self, node: Node) -> dict[str, Any]:
        result: dict[str, Any] = {}
        firsts: dict[str, Node] = {}
        for key, item in node.value:
            name = key.value
            usual = key.ctag is PLAIN and name not in _UNUSUAL_KEYS and len(name) <= MAX_KEY
            if not usual and not self._is_key(key):
                continue
            if name in result:
                firsts = firsts or {other.value: other for other, _ in reversed(node.value) if is_key(other)}
                more = partial(self._repeat, node, key, firsts[name])
                self.say("PLM-YML-003", key, f"the key {name!r} stands twice", more=more)
            elif type(item) is ScalarNode and item.ctag is PLAIN and item.value[:1] not in SPECIAL_FIRST:
                self.count += 1  # As ``value`` has it, which is called for anything but text.
                if self.count > MAX_NODES:
                    raise too_many(item.start_mark)
                result[name] = item.value
            else:
                result[name] = self.value(item)
        return result

    def _repeat(self, mapping: Node, key: Node, first: Node) -> dict[str, Any]:
        labels = (Label(span_of(self.source, first), "first written here"),)
        return {"labels": labels, "fix": remove_repeat(self.source, mapping, key)}

    def _is_key(self, key: Node) -> bool:
        """Whether a key is text and nothing else; the reader is told when it is not."""
        if type(key) is not ScalarNode:
            self.say("PLM-YML-004", key, "a key must be text", help_="quote it, if it is meant as text")
            return False
        tag, name = key.ctag, key.value
        if tag is PLAIN:
            if name == "<<":
                self.say("PLM-YML-007", key, "merge keys are not read", help_="write the values out, or use an overlay")
                return False
            if name in OLD_WORDS:
                self._warn_of_old_readers(key)
        elif tag is not QUOTED:
            self._tagged(key)
            return False
        hold_size(key, MAX_KEY, "key")
        return True

    def _tagged(self, node: Node) -> None:
        tag: str = node.ctag.suffix
        if len(tag) > MAX_KEY:
            raise too_long("tag", len(tag), MAX_KEY, node.start_mark)
        message = f"tags such as {shortened(tag)} are not read"
        more = partial(self._without_tag, node)
        self.say("PLM-YML-005", node, message, help_="remove the tag", more=more)

    def _without_tag(self, node: Node) -> dict[str, Any]:
        return {"fix": remove_tag(self.source, node)}

    def _warn_of_old_readers(self, node: Node) -> None:
        if told := old_reading(node.value):
            message, help_ = told
            self.say("PLM-YML-006", node, message, Severity.WARNING, help_=help_, more=partial(self._quoted, node))

    def _quoted(self, node: Node) -> dict[str, Any]:
        return {"fix": quote(self.source.path, node) if isinstance(plain(node.value), str) else None}

    def _scalar(self, node: Node) -> Any:
        """The value of a plain scalar. It is told when other readers take it for something else."""
        try:
            value = plain(node.value)
        except ValueError as error:
            self.say(
                "PLM-YML-008", node, str(error), help_="write a smaller number, or quote it if it is meant as text"
            )
            return None
        if type(value) is not float:
            self._warn_of_old_readers(node)
        return value
