"""A layered graph made ready to be drawn: which edges are needed, what stands in which layer, and in which order.

After Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System Structures" (1981): an edge
over several layers passes through a place of its own in each of them, so that it never runs behind a node, and each
layer is ordered by the mean position of its neighbours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

_SWEEPS = 4


@dataclass(frozen=True)
class Place:
    """A place in a layer: a node's, or one through which an edge from ``node`` to ``to`` passes."""

    layer: int
    node: str
    to: str = ""

    @property
    def passing(self) -> bool:
        """Whether an edge passes here and no node stands."""
        return bool(self.to)


Link = tuple[Place, Place]


@dataclass(frozen=True)
class Layered:
    """Layers from the first to the last, and links between places of neighbouring layers only."""

    layers: tuple[tuple[Place, ...], ...]
    links: tuple[Link, ...]


def layered(layers: Sequence[Sequence[str]], parents: Mapping[str, Sequence[str]], *, reduced: bool = True) -> Layered:
    """Lay a graph out in the layers that are given.

    Args:
        layers: the nodes, each in a later layer than its parents.
        parents: for each node those that it waits for.
        reduced: leave an edge out that a longer way implies.
    """
    depth = {node: number for number, layer in enumerate(layers) for node in layer}
    places = [[Place(depth[node], node) for node in layer] for layer in layers]
    links: list[Link] = []
    for node, needed in (_reduced(parents, depth) if reduced else parents).items():
        for parent in needed:
            way = [Place(depth[parent], parent)]
            for number in range(depth[parent] + 1, depth[node]):
                way.append(Place(number, parent, node))
                places[number].append(way[-1])
            way.append(Place(depth[node], node))
            links += pairwise(way)
    return Layered(_ordered(places, links), tuple(links))


def _reduced(parents: Mapping[str, Sequence[str]], depth: Mapping[str, int]) -> dict[str, list[str]]:
    """The parents of each node without those that another parent already waits for: the transitive reduction."""
    before: dict[str, set[str]] = {}
    for node in sorted(depth, key=depth.__getitem__):
        direct = set(parents[node])
        before[node] = direct.union(*(before[parent] for parent in direct))
    return {
        node: [one for one in parents[node] if not any(one in before[other] for other in parents[node])]
        for node in depth
    }


def _ordered(places: list[list[Place]], links: Sequence[Link]) -> tuple[tuple[Place, ...], ...]:
    """Each layer by the mean of its neighbours' positions, swept downwards and upwards by turns."""
    above: dict[Place, list[Place]] = {}
    below: dict[Place, list[Place]] = {}
    for upper, lower in links:
        above.setdefault(lower, []).append(upper)
        below.setdefault(upper, []).append(lower)
    for sweep in range(_SWEEPS):
        neighbours, backwards = (below, True) if sweep % 2 else (above, False)
        numbers = range(len(places) - 1, -1, -1) if backwards else range(len(places))
        for number in numbers:
            beside = places[number + 1 if backwards else number - 1] if 0 < number + backwards < len(places) else []
            places[number] = _by_mean(places[number], beside, neighbours)
    return tuple(map(tuple, places))


def _by_mean(layer: list[Place], beside: list[Place], neighbours: Mapping[Place, Sequence[Place]]) -> list[Place]:
    """Sorted stably; positions are relative to the middle, and a place without neighbours keeps its own."""
    position = {place: index - (len(beside) - 1) / 2 for index, place in enumerate(beside)}
    means = {}
    for index, place in enumerate(layer):
        known = [position[one] for one in neighbours.get(place, ()) if one in position]
        means[place] = fmean(known) if known else index - (len(layer) - 1) / 2
    return sorted(layer, key=means.__getitem__)
