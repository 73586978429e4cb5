"""Whether rings lie over each other: boxes first, then the areas. Knows no annotation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from labeler.geometry.booleans import GRID, Area, areas
from labeler.geometry.contacts import line_rings, to_steps
from labeler.geometry.late import shapely
from labeler.geometry.rings import Ring

#: Rings that share a border may overlap by what their points were rounded: this far (px) along it.
BORDER = 0.002
#: After the first candidate so many at once: most rings lie over the first one that their boxes meet.
_CHUNK = 16


def overlapping(rings: Sequence[Ring], others: Sequence[Ring]) -> NDArray[np.bool_]:
    """For pairs of rings whether they share an area, more than along a border."""
    if not rings:
        return np.zeros(0, dtype=np.bool_)
    ones, twos = _polygons(rings), _polygons(others)
    shared = shapely.area(shapely.intersection(ones, twos)) / GRID**2
    border = np.minimum(shapely.length(ones), shapely.length(twos)) / GRID
    return np.asarray(shared > border * BORDER)


def overlap_any(rings: Sequence[Ring], candidates: Sequence[Sequence[Ring]]) -> list[bool]:
    """For each ring whether it shares an area with any of its candidates."""
    found = [False] * len(rings)
    begin, end = 0, 1
    pending = [number for number, others in enumerate(candidates) if others]
    while pending:
        pairs = [(number, other) for number in pending for other in candidates[number][begin:end]]
        hits = overlapping([rings[number] for number, _other in pairs], [other for _number, other in pairs])
        for (number, _other), hit in zip(pairs, hits.tolist()):
            found[number] |= hit
        pending = [number for number in pending if not found[number] and len(candidates[number]) > end]
        begin, end = end, end + _CHUNK
    return found


def boxes_meet(box: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of (m, 4) boxes (left, top, right, bottom) share more than a border with one of them."""
    return np.asarray(
        (boxes[:, 0] < box[2]) & (boxes[:, 2] > box[0]) & (boxes[:, 1] < box[3]) & (boxes[:, 3] > box[1])
    )


def _polygons(rings: Sequence[Ring]) -> NDArray[np.object_]:
    """The rings as valid geometry in steps of the grid, insides by the even-odd rule."""
    polygons: NDArray[np.object_] = np.asarray(shapely.polygons(line_rings(rings)))
    for number in np.flatnonzero(~shapely.is_valid(polygons)).tolist():
        polygons[number] = _even_odd(rings[number])
    return polygons


def _even_odd(ring: Ring) -> shapely.Geometry:
    return shapely.MultiPolygon(
        [
            shapely.Polygon(to_steps(area.outer), [to_steps(hole) for hole in area.holes])
            for area in areas([(ring, True)])
        ]
    )


def touching(rings: Sequence[Ring], areas: Sequence[Area]) -> NDArray[np.bool_]:
    """Which rings share a place with any of the areas, if only of their borders."""
    found = np.zeros(len(rings), dtype=np.bool_)
    if len(rings) and len(areas):
        parts = [
            shapely.Polygon(to_steps(area.outer), [to_steps(hole) for hole in area.holes]) for area in areas
        ]
        found[shapely.STRtree(parts).query(_polygons(rings), predicate="intersects")[0]] = True
    return found
