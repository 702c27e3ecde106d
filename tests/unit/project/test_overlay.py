"""Laws of laying an environment's values over a spec."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.project.overlay import lay_over, origin

KEYS = st.sampled_from("abcd")
LEAVES = st.none() | st.integers(0, 9) | st.text("xyz", max_size=2) | st.lists(st.integers(0, 3), max_size=2)


def mappings(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    nested = st.recursive(leaves, lambda inside: st.dictionaries(KEYS, inside, max_size=3), max_leaves=12)
    return st.dictionaries(KEYS, nested, max_size=4)


ANY = mappings(LEAVES)


def at(value: Any, route: tuple[str, ...]) -> Any:
    for part in route:
        value = value[part]
    return value


def leaves(value: Any, route: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The routes of everything that is no mapping, or an empty one."""
    if isinstance(value, dict) and value:
        return [found for key in value for found in leaves(value[key], (*route, key))]
    return [route]


@given(ANY)
def test_nothing_laid_over_changes_nothing(base: dict[str, Any]) -> None:
    assert lay_over(base, {}) == base


@given(ANY, ANY)
def test_laying_the_same_twice_changes_nothing_more(base: dict[str, Any], overlay: dict[str, Any]) -> None:
    once = lay_over(base, overlay)
    assert lay_over(once, overlay) == once


@given(ANY, ANY)
def test_neither_side_is_changed(base: dict[str, Any], overlay: dict[str, Any]) -> None:
    before = repr((base, overlay))
    lay_over(base, overlay)
    assert repr((base, overlay)) == before


@given(ANY, ANY)
def test_keys_that_the_overlay_does_not_name_stay_and_null_removes(
    base: dict[str, Any], overlay: dict[str, Any]
) -> None:
    laid = lay_over(base, overlay)
    assert {key: laid[key] for key in base.keys() - overlay.keys()} == {
        key: base[key] for key in base.keys() - overlay.keys()
    }
    assert not {key for key, value in overlay.items() if value is None} & laid.keys()


@given(mappings(st.integers()), mappings(st.integers()))
def test_every_value_stands_where_its_origin_says(base: dict[str, Any], overlay: dict[str, Any]) -> None:
    document = {"spec": {**base, "environments": {"live": overlay}}}
    laid = lay_over(base, overlay)
    for route in leaves(laid):
        if not route:
            continue
        assert at(document, origin(overlay, ("spec", "environments", "live"), route)) == at(laid, route)


def test_a_mapping_takes_the_place_of_a_plain_value_whole() -> None:
    assert lay_over({"a": 1}, {"a": {"b": 2}}) == {"a": {"b": 2}}


def test_a_list_is_replaced_and_not_joined() -> None:
    assert lay_over({"a": [1, 2]}, {"a": [3]}) == {"a": [3]}


def test_the_origin_of_the_whole_is_the_spec() -> None:
    assert origin({"a": 1}, ("spec", "environments", "live"), ()) == ("spec",)
