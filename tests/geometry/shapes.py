"""Rings for tests of what areas make of them, and how large what they made is."""

from __future__ import annotations

import numpy as np
import shapely

from labeler.geometry.booleans import Area
from labeler.geometry.rings import Ring


def box(left: float, top: float, right: float, bottom: float) -> Ring:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float64)


def circle(x: float, y: float, radius: float, points: int = 40) -> Ring:
    turn = np.arange(points) * 2 * np.pi / points
    return np.round(np.c_[x + radius * np.cos(turn), y + radius * np.sin(turn)], 3)


def polygon_of(area: Area) -> shapely.Polygon:
    return shapely.Polygon(area.outer, area.holes)


def size_of(found: list[Area]) -> float:
    return float(sum(polygon_of(area).area for area in found))


def corners(ring: Ring) -> set[tuple[float, float]]:
    return {(x, y) for x, y in ring.tolist()}
