"""Measures of one ring, an (n, 2) float64 array of points in image pixels. Knows no annotation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler.geometry.late import shapely

Ring = NDArray[np.float64]
Box = tuple[float, float, float, float]


def contains(ring: Ring, position: tuple[float, float]) -> bool:
    """Whether the position lies inside by the even-odd rule."""
    px, py = position
    x, y = ring[:, 0], ring[:, 1]
    x2, y2 = np.roll(x, -1), np.roll(y, -1)
    crosses = (y > py) != (y2 > py)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        at = x + (py - y) * (x2 - x) / (y2 - y)
    return bool(np.count_nonzero(crosses & (px < at)) % 2)


def simplified(line: Ring, tolerance: float) -> Ring:
    """An open line with as few points as stay within ``tolerance`` px of it; its ends are kept."""
    if len(line) < 3:
        return line
    return shapely.get_coordinates(shapely.simplify(shapely.LineString(line), tolerance))
