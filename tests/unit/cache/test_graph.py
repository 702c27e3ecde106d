"""Who has to do with whom, against a walk along every reference."""

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.compiler.cache.verdicts import concerned_by
from plimsoll.compiler.project.graph import Graph
from plimsoll.compiler.project.unit import Edge, Key, Unit

NAMES = st.sampled_from("abcdef")
PLACED = ("Deployment", "Environment")
SOURCES = ("DataSource", "FeatureSet")


def _unit(kind: str, name: str, edges: Iterable[Edge]) -> Unit:
    return Unit(kind, name, f"{kind}-{name}.yaml", 0, tuple(dict.fromkeys(edges)))


@st.composite
def estates(draw: st.DrawFn) -> list[Unit]:
    """Specs that refer to each other, some to nothing; a feature set only to those before it in the alphabet."""
    units = [_unit("DataSource", name, ()) for name in draw(st.sets(NAMES))]
    for name in draw(st.sets(NAMES)):
        made_from = draw(st.lists(st.tuples(st.sampled_from([SOURCES]), NAMES), max_size=3))
        units.append(_unit("FeatureSet", name, [edge for edge in made_from if edge[1] < name]))
    for name in draw(st.sets(NAMES)):
        reads = st.tuples(st.sampled_from([("DataSource",), ("FeatureSet",)]), NAMES)
        units.append(_unit("Model", name, draw(st.lists(reads, max_size=3))))
    units += [_unit("Environment", name, ()) for name in draw(st.sets(NAMES, max_size=3))]
    for name in draw(st.sets(NAMES)):
        places = draw(st.lists(st.tuples(st.just(("Environment",)), NAMES), max_size=3))
        units.append(_unit("Deployment", name, [(("Model",), draw(NAMES)), *places]))
    return units


def _direct(units: list[Unit]) -> dict[Key, set[Key]]:
    """What each spec refers to: the first kind that there is of those that may be meant."""
    known = {(unit.kind, unit.name) for unit in units}
    return {
        (unit.kind, unit.name): {
            next((kind, name) for kind in kinds if (kind, name) in known)
            for kinds, name in unit.edges
            if any((kind, name) in known for kind in kinds)
        }
        for unit in units
    }


def _reached(direct: dict[Key, set[Key]], start: Key) -> set[Key]:
    seen, ahead = set[Key](), [start]
    while ahead:
        new = direct[ahead.pop()] - seen
        seen |= new
        ahead += new
    return seen


def _of(kind: str, keys: Iterable[Key]) -> tuple[str, ...]:
    return tuple(sorted(name for one, name in keys if one == kind))


@settings(max_examples=200, deadline=None)
@given(estates())
def test_what_is_read_is_what_a_walk_reaches(units: list[Unit]) -> None:
    graph, direct = Graph(units), _direct(units)
    for kind, name in direct:
        reached = _reached(direct, (kind, name))
        if kind == "Model":
            reads = graph.of_model(name)
        elif kind == "FeatureSet":
            reads = graph.of_feature_set(name)
        else:
            continue
        assert (reads.data_sources, reads.feature_sets) == (_of("DataSource", reached), _of("FeatureSet", reached))


@settings(max_examples=200, deadline=None)
@given(estates())
def test_models_and_places_are_those_from_which_a_walk_comes(units: list[Unit]) -> None:
    graph, direct = Graph(units), _direct(units)
    all_reached = {key: _reached(direct, key) for key in direct}
    for kind, name in direct:
        above = {key for key in direct if (kind, name) in all_reached[key]}
        if kind in SOURCES:
            assert graph.models_of(kind, name) == _of("Model", above)
            assert graph.sets_of(kind, name) == _of("FeatureSet", above)
        elif kind == "Environment":
            placed = [direct[key] for key in above if key[0] == "Deployment"]
            assert graph.models_of(kind, name) == _of("Model", set().union(*placed))
        elif kind == "Model":
            placed = [(key[1], place) for key in above for place in _of("Environment", direct[key])]
            assert graph.placed_of_model(name) == tuple(sorted(placed))
            assert graph.environments_of((name,)) == tuple(sorted({place for _, place in placed}))


@settings(max_examples=200, deadline=None)
@given(estates())
def test_whoever_has_something_to_do_with_a_spec_is_concerned_by_it(units: list[Unit]) -> None:
    """Those that reach it or are reached, and those that share a model with it."""
    graph, direct = Graph(units), _direct(units)
    for changed in direct:
        concerned = set(concerned_by([changed], graph))
        for model in graph.models_of(*changed):
            family = {("Model", model), *_reached(direct, ("Model", model))}
            family |= {
                (kind, name)
                for placed in graph.placed_of_model(model)
                for kind, name in zip(PLACED, placed, strict=True)
            }
            assert family <= concerned
        if changed[0] == "FeatureSet":
            assert {key for key in _reached(direct, changed) if key[0] == "DataSource"} <= concerned


@given(estates(), NAMES)
def test_naming_finds_whoever_may_mean_a_name(units: list[Unit], name: str) -> None:
    graph = Graph(units)
    for kind in ("DataSource", "FeatureSet", "Model", "Environment"):
        meaning = {unit.key for unit in units for kinds, target in unit.edges if kind in kinds and target == name}
        assert {unit.key for unit in graph.naming(kind, name)} == meaning


def test_chains_may_be_longer_than_the_stack() -> None:
    sets = [_unit("FeatureSet", f"s{number}", [(SOURCES, f"s{number - 1}")]) for number in range(1, 3000)]
    graph = Graph([_unit("DataSource", "s0", ()), *sets, _unit("Model", "m", [(("FeatureSet",), "s2999")])])
    assert len(graph.of_model("m").feature_sets) == 2999
    assert graph.models_of("DataSource", "s0") == ("m",)
