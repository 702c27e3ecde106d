"""Import this before Feast: it spares the seconds in which Feast has its own functions rewritten to check their types.

Feast decorates many classes with ``typeguard.typechecked``, which parses and recompiles their source at every import:
3.9 of 5.7 s here, in every step that joins features and at every start of a server. Python's ``-O`` turns it off as
well, and all assertions with it. Typeguard itself is left as it was found once Feast is in.
"""

from typing import Any

import typeguard


def _as_it_is(target: Any = None, **_options: Any) -> Any:
    """What ``typechecked`` becomes: a decorator, with or without arguments, that changes nothing."""
    return _same if target is None else target


def _same(target: Any) -> Any:
    return target


_checking = typeguard.typechecked
typeguard.typechecked = _as_it_is
try:
    import feast  # noqa: F401
finally:
    typeguard.typechecked = _checking
