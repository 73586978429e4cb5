"""Areas made larger or smaller all round. Knows no annotation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labeler.geometry.booleans import Area
from labeler.geometry.faces import GRID, is_thin
from labeler.geometry.late import shapely
from labeler.geometry.rings import Ring

#: How far (px) the straight pieces of a round corner may lie off the circle.
_OFF_CIRCLE = 0.05
#: A sharp corner reaches this many times as far as the sides move; what is sharper is cut off.
_MITRE_LIMIT = 2.0


def grown(areas: Sequence[Area], distance: float, *, sharp: bool = False) -> list[Area]:
    """The areas with all that is within ``distance`` px of them, holes smaller by as much.

    A negative distance takes away what is that near to their border; nothing may be left. Corners become
    round, or stay ``sharp``. What comes to overlap is one area.
    """
    if abs(distance) * GRID < 0.5:
        return list(areas)
    parts = [
        shapely.Polygon(np.rint(a.outer * GRID), [np.rint(hole * GRID) for hole in a.holes]) for a in areas
    ]
    # Sound also where areas touch each other in a point.
    together = shapely.union_all(np.array(parts, dtype=np.object_))
    made = shapely.buffer(
        together,
        distance * GRID,
        quad_segs=_pieces_of_a_quarter(abs(distance)),
        join_style="mitre" if sharp else "round",
        mitre_limit=_MITRE_LIMIT,
    )
    found: list[shapely.Polygon] = list(shapely.get_parts(shapely.set_precision(made, 1.0)))
    return [_area(polygon) for polygon in found if not is_thin(polygon)]


def _pieces_of_a_quarter(radius: float) -> int:
    if radius <= _OFF_CIRCLE:
        return 1
    return int(np.clip(np.ceil(np.pi / 4 / np.arccos(1 - _OFF_CIRCLE / radius)), 2, 32))


def _area(polygon: shapely.Polygon) -> Area:
    holes = [hole for hole in polygon.interiors if not is_thin(shapely.Polygon(hole))]
    return Area(_ring(polygon.exterior), tuple(_ring(hole) for hole in holes))


def _ring(ring: shapely.LinearRing) -> Ring:
    points: Ring = np.round(shapely.get_coordinates(ring)[:-1]) / GRID + 0.0
    return points
