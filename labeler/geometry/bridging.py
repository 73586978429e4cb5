"""Areas as one closed ring, for formats that know no holes and no parts, and back. Knows no annotation.

The rings are joined by channels without width: straight lines between two of their points, walked once each
way. By the even-odd rule a channel changes nothing, whatever it crosses. It also changes nothing for readers
that count how often a ring runs around a place, as outer rings and holes run opposite ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from labeler.geometry import faces as cells
from labeler.geometry.booleans import Area
from labeler.geometry.faces import GRID
from labeler.geometry.late import shapely
from labeler.geometry.rings import Ring

#: So many pairs of points are looked at for a ring's shortest channel; with more, only its first point's.
_PAIRS = 1 << 22

Steps = NDArray[np.int64]


def bridged(areas: Sequence[Area]) -> Ring:
    """One ring whose inside by the even-odd rule is that of all areas, with no point that they have not.

    The areas do not overlap and have, like all that is stored, points on the grid of 1/1000 px. A single ring
    is returned as it is. Channels take a short way: from each ring to the nearest point of those above it.
    """
    if len(areas) == 1 and not areas[0].holes:
        return areas[0].outer
    rings = [_turned(area.outer, True) for area in areas]
    rings += [_turned(hole, False) for area in areas for hole in area.holes]
    rings = sorted((_from_top(ring) for ring in rings), key=lambda ring: (*ring[0, ::-1].tolist(), len(ring)))
    points = np.concatenate(rings)
    steps = np.rint(points * GRID).astype(np.int64)
    ends = np.cumsum([len(ring) for ring in rings]).tolist()
    walk = list(range(ends[0]))
    for start, end in pairwise(ends):
        near, own = _shortest(steps[:start], steps[start:end])
        place = walk.index(near)
        walk[place + 1 : place + 1] = [*range(start + own, end), *range(start, start + own + 1), near]
    ring = points[walk]
    # Where rings touch there is no channel, and the point would come twice in a row.
    kept: Ring = ring[(ring != np.roll(ring, 1, axis=0)).any(axis=1)]
    return kept


def unbridged(ring: Ring) -> list[tuple[Ring, bool]]:
    """The rings that channels without width join, in walking order: True adds its inside, False removes it.

    A channel is an edge that the ring goes both ways. What has none, or has a ring that crosses itself, comes
    back as the one ring that it is. Rings that cross each other cannot be walked: who needs the very same
    inside compares.
    """
    steps = np.rint(ring * GRID).astype(np.int64)
    pairs = _both_ways(steps)
    loops = [loop for loop in _loops(len(ring), pairs) if len(loop) > 2] if pairs else []
    if len(loops) < 2:
        return [(ring, True)]
    rings = [ring[loop] for loop in loops]
    depths = _depths(rings)
    if depths is None:
        return [(ring, True)]
    order = sorted(range(len(rings)), key=lambda number: depths[number])
    return [(rings[number], depths[number] % 2 == 0) for number in order]


# --- joining -----------------------------------------------------------------------------------------------


def _turned(ring: Ring, clockwise: bool) -> Ring:
    """The ring run through clockwise on screen, or the other way round."""
    x, y = (ring - ring[0]).T
    doubled = float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())
    return ring if (doubled > 0) == clockwise else ring[::-1]


def _from_top(ring: Ring) -> Ring:
    """The ring from its topmost point on; of several the leftmost."""
    return np.roll(ring, -int(np.lexsort(ring.T)[0]), axis=0)


def _shortest(others: Steps, ring: Steps) -> tuple[int, int]:
    """The places, among the others and in the ring, of two points as near to each other as can be."""
    if len(others) * len(ring) > _PAIRS:
        ring = ring[:1]
    apart = ((others[:, None] - ring) ** 2).sum(axis=2)
    near, own = divmod(int(apart.argmin()), len(ring))
    return near, own


# --- taking apart ------------------------------------------------------------------------------------------


def _both_ways(steps: Steps) -> list[tuple[int, int]]:
    """Pairs of edges, by the places of their first points, that run between the same points opposite ways."""
    here, there = cells.keys(steps), cells.keys(np.roll(steps, -1, axis=0))
    edges = np.column_stack([np.minimum(here, there), np.maximum(here, there)])
    _, kinds, counts = np.unique(edges, axis=0, return_inverse=True, return_counts=True)
    waiting: dict[tuple[int, int], list[int]] = {}
    pairs = []
    for place in np.flatnonzero((counts > 1)[kinds.ravel()] & (here != there)).tolist():
        start, end = int(here[place]), int(there[place])
        if others := waiting.get((end, start)):
            pairs.append((others.pop(), place))
        else:
            waiting.setdefault((start, end), []).append(place)
    return pairs


def _loops(count: int, pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """What is left of a closed walk of so many edges without these: closed walks, as places of points."""
    following = [*range(1, count), 0]
    before = [count - 1, *range(count - 1)]

    def join(first: int, second: int) -> None:
        following[first], before[second] = second, first

    gone = set()
    for one, other in pairs:
        gone |= {one, other}
        ends = before[one], following[one], before[other], following[other]
        if ends[1] != other:
            join(ends[2], ends[1])
        if ends[3] != one:
            join(ends[0], ends[3])
    loops = []
    left = set(range(count)) - gone
    for first in range(count):
        loop, place = [], first
        while place in left:
            left.remove(place)
            loop.append(place)
            place = following[place]
        if loop:
            loops.append(loop)
    return loops


def _depths(rings: Sequence[Ring]) -> list[int] | None:
    """How many of the others each ring lies in; None when one crosses itself."""
    polygons = np.array([shapely.Polygon(np.rint(ring * GRID)) for ring in rings])
    if not shapely.is_valid(polygons).all():
        return None
    inner, _outer = shapely.STRtree(polygons).query(polygons, predicate="covered_by")
    depths: list[int] = (np.bincount(inner, minlength=len(rings)) - 1).tolist()
    return depths
