"""The pixels whose centres are inside of rings, as GEOS sees it: slow, exact, nothing shared with ours."""

from __future__ import annotations

import numpy as np
import shapely
from handing_over import SIZE

#: A centre on an edge belongs to what lies right of it, and below a horizontal one.
_RIGHT, _DOWN = 1e-6, 1e-9


def inside(ring, size=SIZE):
    """Of one ring by the even-odd rule; ``ring`` are points (n, 2) with (0, 0) at the corner of the image."""
    width, height = size
    x, y = np.meshgrid(np.arange(width) + 0.5 + _RIGHT, np.arange(height) + 0.5 + _DOWN)
    return shapely.contains_xy(shapely.Polygon(ring), x, y)


def union(rings, size=SIZE):
    """Of rings that belong together."""
    return np.logical_or.reduce([inside(ring, size) for ring in rings])


def area(geometry, size=SIZE):
    """Of a Polygon or MultiPolygon with its holes."""
    mask = np.zeros(size[::-1], bool)
    for part in shapely.get_parts(geometry):
        mask |= inside(part.exterior, size) & ~np.logical_or.reduce(
            [np.zeros_like(mask), *(inside(hole, size) for hole in part.interiors)]
        )
    return mask
