"""How large a value an expression may make: an estimate from its text, before it is ever evaluated.

The engine ends a comprehension that takes too many steps, but not a text that doubles again and again, or a list of
such texts. So each part is given a weight: the characters and elements that it may have. What a spec says is taken to
weigh ``USUAL``. What grows all the same, since a spec says far more, ends where it takes too much memory.
"""

from plimsoll.compiler.governance.syntax import Node, NotCel, parse

USUAL = 100
"""What a value of a spec is taken to weigh: characters of a text, or elements of a list."""
MOST = 1_000_000
"""The most that a value may weigh: a list in a list in a list is as much."""
_PRECISE = 1000
"""The most characters that the engine's format makes of a number."""
_SHORT = frozenset({"matches", "size", "has", "contains", "startsWith", "endsWith", "indexOf", "int", "double", "bool"})
"""The functions that make a number or a truth value."""

Weights = dict[str, int]


def heaviest(text: str) -> int:
    """What the heaviest value weighs that a part of an expression may have; 0 for a text that is nested too deep."""
    try:
        estimate = _Estimate()
        estimate.weight(parse(text), {})
    except NotCel:
        return 0
    return estimate.heaviest


class _Estimate:
    """The weights of one expression."""

    def __init__(self) -> None:
        self.heaviest = 0

    def weight(self, node: Node, bound: Weights) -> int:
        """What a part may weigh."""
        if node.is_macro:
            made = self._macro(node, bound)
        else:
            made = _made(node, [self.weight(part, bound) for part in _parts(node)], bound)
        self.heaviest = max(self.heaviest, made)
        return made

    def _macro(self, node: Node, bound: Weights) -> int:
        over = self.weight(node.parts[0], bound)
        made = [self.weight(part, {**bound, node.parts[1].word: over}) for part in node.parts[2:]]
        if node.word == "map":
            return max(1, over) * made[-1]
        return over if node.word == "filter" else 1


def _parts(node: Node) -> list[Node]:
    """The parts of a part; a chain of ``&&``, which the engine takes side by side, is not gone down one by one."""
    parts, due = list[Node](), list(node.parts)
    while due:
        part = due.pop()
        if part.form == "binary" and part.word in ("&&", "||") and node.word == part.word:
            due += part.parts
        else:
            parts.append(part)
    return parts[::-1]


def _made(node: Node, weights: list[int], bound: Weights) -> int:
    """What a part weighs that is made from others of some weights."""
    match node.form:
        case "literal":
            return len(node.word)
        case "name":
            return bound.get(node.word, USUAL)
        case "call":
            return _called(node, weights)
        case "binary" if node.word != "+":
            return 1
        case "unary":
            return 1
    return max(1, sum(weights))


def _called(node: Node, weights: list[int]) -> int:
    if node.word in _SHORT:
        return 1
    match node.word:
        case "replace" if len(weights) > 2:
            return weights[0] * (1 + weights[2]) if _may_be_empty(node.parts[1]) else weights[0] * max(1, weights[2])
        case "join":
            return weights[0] * (1 + sum(weights[1:]))
        case "format":
            clauses = node.parts[0].word.count("%") if node.parts[0].form == "literal" else weights[0]
            return weights[0] + clauses * (_PRECISE + sum(weights[1:]))
    return 2 * max(1, sum(weights))


def _may_be_empty(node: Node) -> bool:
    """Whether a text may be the empty one, which stands between all characters."""
    return node.form != "literal" or len(node.word) <= 2
