"""The smallest pieces between lines on the grid of 1/1000 px, and which rings they lie in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from labeler.geometry.late import shapely
from labeler.geometry.rings import Ring

#: Grid steps per pixel: what the three decimals of a sidecar tell apart.
GRID = 1000
#: So many pairs of position and edge are compared at once: memory does not follow the size of an image.
_PAIRS = 1 << 21

#: What is no wider than this (grid steps), and nowhere twice as wide, is left over from rounding.
_THIN = 2.0

Flags = NDArray[np.bool_]


def line(ring: Ring, *, closed: bool = True) -> shapely.LineString:
    """A ring (or an open line) in px as a line on the grid, in whole steps."""
    return shapely.LineString(np.rint((np.vstack([ring, ring[:1]]) if closed else ring) * GRID))


def keys(steps: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.int64]:
    """A number for each of (n, 2) points in whole grid steps, the same for the same place only."""
    whole = steps.astype(np.int64)
    numbers: NDArray[np.int64] = (whole[:, 0] << 32) + whole[:, 1]
    return numbers


def smallest(lines: Sequence[shapely.Geometry]) -> NDArray[np.object_]:
    """The smallest polygons between these lines, once every crossing is a point of the grid.

    They are in the order of their ``places`` from left to right, so that those in a ring are soon found.
    """
    noded = shapely.union_all(np.array(lines, dtype=np.object_), grid_size=1.0)
    faces = np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))
    return faces[np.argsort(places(faces)[:, 0])]


def places(faces: NDArray[np.object_]) -> NDArray[np.float64]:
    """A position inside each of the faces, (n, 2) in grid steps."""
    return np.asarray(shapely.get_coordinates(shapely.point_on_surface(faces)))


def is_thin(polygon: shapely.Polygon) -> bool:
    """Whether a polygon (grid steps) is left over from rounding, and nothing that somebody drew."""
    # Twice its area by its outline is a strip's width, and little for anything with a very long spike.
    is_strip = 2 * polygon.area <= _THIN * polygon.length
    return bool(is_strip and shapely.buffer(polygon, -_THIN).is_empty)


def within(ring: Ring, positions: NDArray[np.float64]) -> NDArray[np.intp]:
    """The numbers of those (n, 2) positions (grid steps, from left to right) that lie inside the ring (px).

    The inside is by the even-odd rule.
    """
    steps = np.rint(ring * GRID)
    low, high = steps.min(axis=0), steps.max(axis=0)
    start, stop = np.searchsorted(positions[:, 0], (low[0], high[0]))
    y = positions[start:stop, 1]
    near = start + np.flatnonzero((y >= low[1]) & (y <= high[1]))
    if len(near) * len(steps) > _PAIRS and shapely.is_valid(polygon := shapely.Polygon(steps)):
        shapely.prepare(polygon)
        return np.asarray(near[shapely.contains_xy(polygon, positions[near])])
    count = max(1, _PAIRS // len(steps))
    chunks = (near[at : at + count] for at in range(0, max(len(near), 1), count))
    return np.concatenate([some[_crossed_oddly(steps, positions[some])] for some in chunks])


def walked(rings: Sequence[tuple[Ring, bool]], positions: NDArray[np.float64]) -> Flags:
    """Which positions (grid steps, from left to right) ordered rings leave.

    True adds a ring's inside, False removes it.
    """
    inside = np.zeros(len(positions), dtype=np.bool_)
    for ring, adds in rings:
        inside[within(ring, positions)] = adds
    return inside


def _crossed_oddly(steps: Ring, positions: NDArray[np.float64]) -> Flags:
    x, y = steps[:, 0], steps[:, 1]
    x2, y2 = np.roll(x, -1), np.roll(y, -1)
    px, py = positions[:, 0, None], positions[:, 1, None]
    crosses = (y > py) != (y2 > py)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x + (py - y) * ((x2 - x) / (y2 - y))
    inside: Flags = np.count_nonzero(crosses & (px < at), axis=1) % 2 == 1
    return inside
