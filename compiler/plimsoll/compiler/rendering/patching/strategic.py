"""Merges: a value laid over an object as ``kubectl patch`` lays it.

Kubernetes' own kinds take strategic merges, whose lists are merged by key; custom kinds take JSON merges (RFC 7386), as
the API server has no strategy for them.
"""

import copy
from typing import Any

from plimsoll.compiler.diagnostics import Route
from plimsoll.compiler.rendering.patching.fault import Unfit
from plimsoll.compiler.rendering.patching.lists import Type

_DIRECTIVE = "$patch"


def merged(value: dict[str, Any], patch: dict[str, Any], of: Type) -> dict[str, Any]:
    """The object with the patch laid over it, in its own order with what is new at the end; neither is changed.

    Law: for a custom kind, what RFC 7386 says, but for a null that takes nothing away, which is refused.

    Raises:
        Unfit: with the route within the patch that doesn't fit.
    """
    return _mapping(value, patch, of, (), ())


def _mapping(
    value: dict[str, Any], patch: dict[str, Any], of: Type, keys: tuple[str, ...], at: Route
) -> dict[str, Any]:
    if of.built_in:
        for key in patch:
            if key.startswith("$") and key != _DIRECTIVE:
                raise Unfit(f"the directive {key} is not known here", (*at, key))
        if _DIRECTIVE in patch:
            return _directed(value, patch, of, keys, at)
    result = dict(value)
    for key, new in patch.items():
        route: Route = (*at, key)
        if new is None:
            if key not in result:
                raise Unfit(f"there is no {'.'.join((*keys, key))} that null could take away", route)
            del result[key]
        else:
            result[key] = _over(result.get(key), new, of, (*keys, key), route)
    return result


def _directed(
    value: dict[str, Any], patch: dict[str, Any], of: Type, keys: tuple[str, ...], at: Route
) -> dict[str, Any]:
    rest = {key: item for key, item in patch.items() if key != _DIRECTIVE}
    match patch[_DIRECTIVE]:
        case "replace":
            return _mapping({}, rest, of, keys, at)
        case "merge":
            return _mapping(value, rest, of, keys, at)
        case other:
            raise Unfit(f"{_DIRECTIVE} is replace or merge here, not {other!r}", (*at, _DIRECTIVE))


def _over(old: Any, new: Any, of: Type, keys: tuple[str, ...], at: Route) -> Any:
    if isinstance(new, dict):
        if old is not None and not isinstance(old, dict):
            raise Unfit(f"{'.'.join(keys)} is no mapping", at)
        return _mapping(old or {}, new, of, keys, at)
    if isinstance(new, list) and isinstance(old, list):
        key = of.merge_key(keys)
        if key is not None:
            return _items(old, new, key, of, keys, at)
        if of.unites(keys):
            return [*old, *(one for one in new if one not in old)]
    return _plain(new, of, keys, at)


def _plain(new: Any, of: Type, keys: tuple[str, ...], at: Route) -> Any:
    """A value that takes another's place; a null or a directive inside it has nothing to act on."""
    if isinstance(new, dict):
        return _mapping({}, new, of, keys, at)
    if isinstance(new, list):
        return [_plain(one, of, keys, (*at, index)) for index, one in enumerate(new)]
    if new is None:
        raise Unfit("Kubernetes keeps no null in a list", at)
    return copy.deepcopy(new)


def _items(old: list[Any], new: list[Any], key: str, of: Type, keys: tuple[str, ...], at: Route) -> list[Any]:
    """A list merged by key: items that are known are laid over, new ones come last."""
    result: list[Any] = list(old)
    for index, one in enumerate(new):
        route: Route = (*at, index)
        if not isinstance(one, dict):
            raise Unfit(f"an item of {'.'.join(keys)} is a mapping", route)
        directive = one.get(_DIRECTIVE)
        if directive == "replace" and set(one) == {_DIRECTIVE}:
            result = []
            continue
        if key not in one:
            raise Unfit(f"an item of {'.'.join(keys)} is known by its {key}, which is not given", route)
        place = next((i for i, held in enumerate(result) if held.get(key) == one[key]), None)
        if directive == "delete":
            if place is None:
                raise Unfit(f"{'.'.join(keys)} has no item with {key} {one[key]!r} to delete", route)
            del result[place]
        elif place is None:
            result.append(_mapping({}, one, of, keys, route))
        else:
            result[place] = _mapping(result[place], one, of, keys, route)
    return result
