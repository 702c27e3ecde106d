"""Everything that can be reached from a spec, step by step."""

from collections.abc import Callable, Iterable

from plimsoll.compiler.project.unit import Key


class Reach:
    """What a relation leads to, directly or by way of others; each answer is kept."""

    def __init__(self, onward: Callable[[Key], Iterable[Key]]) -> None:
        self._onward = onward
        self._known: dict[Key, frozenset[Key]] = {}

    def of(self, start: Key) -> frozenset[Key]:
        """All that can be reached from a spec, itself left out.

        Each is worked out after those that it leads to, without recursion, since chains may be long. On a cycle, which
        is a finding elsewhere, what is being worked out counts as leading nowhere yet.
        """
        known = self._known
        ahead, begun = [start], dict[Key, tuple[Key, ...]]()
        while ahead:
            one = ahead[-1]
            if one not in known and one not in begun:
                begun[one] = tuple(self._onward(one))
                missing = [next_ for next_ in begun[one] if next_ not in known and next_ not in begun]
                if missing:
                    ahead += missing
                    continue
            ahead.pop()
            if one not in known:
                others = begun[one]
                known[one] = frozenset(others).union(*(known[other] for other in others if other in known)) - {one}
        return known[start]
