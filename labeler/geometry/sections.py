"""Stretches of a ring between two places on it. Knows no annotation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeler.geometry.nearest import Position, nearest_edge
from labeler.geometry.rings import Ring


@dataclass(frozen=True)
class Place:
    """A place on a ring: on the edge from ``vertex`` to the next."""

    vertex: int
    position: Position


def place_on(ring: Ring, position: Position, tolerance: float) -> Place | None:
    """Where on the ring's outline the position lies, if it does within ``tolerance`` px."""
    near = nearest_edge(ring, position, tolerance)
    return Place(near.vertex, position) if near else None


def sections(ring: Ring, start: Place, end: Place) -> tuple[Ring, Ring]:
    """The points of the ring between two places on it, without them: going on in the ring's own direction,
    and the other way round; each from ``start`` to ``end``, (n, 2)."""
    onward = _onward(ring, start, end)
    back = _onward(ring, end, start)[::-1]
    return _between(onward, start, end), _between(back, start, end)


def shorter_section(ring: Ring, start: Place, end: Place) -> Ring:
    """Of the two ways between two places on the ring the points of the shorter, from ``start`` to ``end``."""
    ways = sections(ring, start, end)
    return min(ways, key=lambda way: length([start.position, *way, end.position]))


def length(line: Ring | list[Position]) -> float:
    """How long an open line is in px."""
    steps = np.diff(np.asarray(line), axis=0)
    return float(np.hypot(steps[:, 0], steps[:, 1]).sum())


def _onward(ring: Ring, start: Place, end: Place) -> Ring:
    """The ring's points after ``start`` up to ``end``."""
    count = (end.vertex - start.vertex) % len(ring)
    if count == 0 and _share(ring, end) < _share(ring, start):
        count = len(ring)
    return ring[(start.vertex + 1 + np.arange(count)) % len(ring)]


def _share(ring: Ring, place: Place) -> float:
    """How far along its edge a place is, in px."""
    x, y = ring[place.vertex].tolist()
    return float(np.hypot(place.position[0] - x, place.position[1] - y))


def _between(points: Ring, start: Place, end: Place) -> Ring:
    """The points but for the places themselves, where those are vertices."""
    if len(points) and tuple(points[0].tolist()) == start.position:
        points = points[1:]
    if len(points) and tuple(points[-1].tolist()) == end.position:
        points = points[:-1]
    return points
