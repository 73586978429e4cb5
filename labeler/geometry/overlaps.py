"""Whether rings lie over each other: boxes first, then the areas. Knows no annotation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from labeler.geometry.booleans import GRID, areas
from labeler.geometry.contacts import to_steps
from labeler.geometry.rings import Ring

#: Rings that share a border may overlap by what their points were rounded: this far (px) along it.
BORDER = 0.002


def overlapping(rings: Sequence[Ring], others: Sequence[Ring], pairs: NDArray[np.intp]) -> NDArray[np.bool_]:
    """For (2, m) pairs of ``rings`` and ``others`` whether they share an area, more than along a border."""
    if not pairs.size:
        return np.zeros(0, dtype=np.bool_)
    ones, twos = _polygons(rings, pairs[0]), _polygons(others, pairs[1])
    shared = shapely.area(shapely.intersection(ones, twos)) / GRID**2
    border = np.minimum(shapely.length(ones), shapely.length(twos)) / GRID
    return np.asarray(shared > border * BORDER)


def boxes_meet(box: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of (m, 4) boxes (left, top, right, bottom) share more than a border with one of them."""
    return np.asarray(
        (boxes[:, 0] < box[2]) & (boxes[:, 2] > box[0]) & (boxes[:, 1] < box[3]) & (boxes[:, 3] > box[1])
    )


def _polygons(rings: Sequence[Ring], numbers: NDArray[np.intp]) -> NDArray[np.object_]:
    """The rings of these numbers as valid geometry, on the grid, insides by the even-odd rule."""
    needed, where = np.unique(numbers, return_inverse=True)
    found = np.empty(len(needed), dtype=np.object_)
    found[:] = [_polygon(rings[number]) for number in needed.tolist()]
    return found[where]


def _polygon(ring: Ring) -> shapely.Geometry:
    polygon = shapely.Polygon(to_steps(ring))
    if shapely.is_valid(polygon):
        return polygon
    parts = [
        shapely.Polygon(to_steps(area.outer), [to_steps(hole) for hole in area.holes])
        for area in areas([(ring, True)])
    ]
    return shapely.MultiPolygon(parts)
