"""What rings mean together as areas: the one place for boolean geometry. Knows no annotation and no mask.

Everything here happens on the grid that sidecars keep (1/1000 px), in whole grid steps: crossings of edges
are snapped to it, so that what comes out can be stored without moving again. An edge that is split at a
crossing may bend by up to a grid step; whoever needs the very same mask compares (`formats.outlines` does).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from labeler.geometry import faces as cells
from labeler.geometry.late import shapely
from labeler.geometry.rings import Ring

GRID = cells.GRID
#: Less than this (px²) is left over from snapping, nothing that somebody drew.
SLIVER = 1e-3
#: Rows and columns that are tried per axis to cut through a hole.
_TRIES = 3
#: Of so many holes and fewer the first is opened first.
_FEW_HOLES = 8


@dataclass(frozen=True)
class Area:
    """An outer ring and the holes in it, (n, 2) float64 arrays in image pixels, not crossing each other."""

    outer: Ring
    holes: tuple[Ring, ...] = ()


def areas(rings: Sequence[tuple[Ring, bool]], clip: tuple[int, int] | None = None) -> list[Area]:
    """The areas that ordered rings leave: walk them in order, True adds its inside, False removes it.

    The inside of a ring is by the even-odd rule, so rings that cross themselves are fine. ``clip`` is a
    (width, height) in pixels that the areas are cut to. Areas touch each other in single points at most.
    """
    if _is_plain(rings, clip):
        return [Area(rings[0][0])]
    faces = cells.smallest([cells.line(ring) for ring, _ in rings] + _frame(clip))
    positions = cells.places(faces)
    inside = cells.walked(rings, positions)
    if clip is not None:
        inside &= ((positions > 0) & (positions < np.array(clip) * GRID)).all(axis=1)
    return [_area(polygon) for polygon in _merged(faces[inside])]


def pixel_areas(boxes: NDArray[np.int64]) -> list[Area]:
    """The areas that (n, 4) boxes of whole pixels (left, top, right, bottom), none over another, cover."""
    left, top, right, bottom = (boxes * GRID).T
    # Boxes of neighbouring columns share parts of their sides only, so this is no coverage.
    union = shapely.union_all(shapely.box(left, top, right, bottom))
    return [_area(polygon) for polygon in _polygons(union.simplify(0))]


def without_holes(area: Area) -> list[Ring]:
    """The area as rings without holes: cut along a row or a column through each hole, from edge to edge.

    Cuts lie at whole x or y where the hole reaches one and never on pixel centres, so the rings share the
    area's pixels out among them.
    """
    pending, done = [_polygon(area)], []
    while pending:
        polygon = pending.pop()
        if len(polygon.interiors) == 0:
            done.append(polygon)
        else:
            pending += _opened(polygon)
    rings = [_ring(polygon.exterior) for polygon in done if polygon.area >= SLIVER * GRID**2]
    return sorted(rings, key=lambda ring: (*ring.min(axis=0)[::-1].tolist(), ring.tolist()))


# --- faces -------------------------------------------------------------------------------------------------


def _is_plain(rings: Sequence[tuple[Ring, bool]], clip: tuple[int, int] | None) -> bool:
    """Most instances are one ring inside the image: those points stay as they were drawn."""
    if len(rings) != 1 or not rings[0][1]:
        return False
    ring = rings[0][0]
    if clip is not None and not ((ring >= 0) & (ring <= clip)).all():
        return False
    return bool(shapely.is_valid(shapely.Polygon(ring)))


def _merged(faces: NDArray[np.object_]) -> list[shapely.Polygon]:
    """Faces that share an edge as one polygon; slivers are gone."""
    return _polygons(shapely.coverage_union_all(faces))


def _polygons(geometry: shapely.Geometry) -> list[shapely.Polygon]:
    return [part for part in shapely.get_parts(geometry) if part.area >= SLIVER * GRID**2]


# --- cuts --------------------------------------------------------------------------------------------------


def _opened(polygon: shapely.Polygon) -> list[shapely.Polygon]:
    """The polygon in pieces that have fewer holes between them."""
    for cut in _cuts(polygon, polygon.interiors[_first(polygon)]):
        faces = cells.smallest([*(_line_of(ring) for ring in (polygon.exterior, *polygon.interiors)), cut])
        pieces = faces[shapely.contains_xy(polygon, cells.places(faces))]
        if sum(len(piece.interiors) for piece in pieces) < len(polygon.interiors):
            return list(pieces)
    # No row and no column of the grid runs through this hole: too small for anything to tell it apart.
    first = _first(polygon)
    return [shapely.Polygon(polygon.exterior, [*polygon.interiors[:first], *polygon.interiors[first + 1 :]])]


def _first(polygon: shapely.Polygon) -> int:
    """The hole to open first. Of many the one in the middle: each cut goes through all that are together."""
    if len(polygon.interiors) <= _FEW_HOLES:
        return 0
    left, top, right, bottom = shapely.bounds(np.array(polygon.interiors)).T
    along = left + right if np.ptp(left) >= np.ptp(top) else top + bottom
    return int(np.argsort(along, kind="stable")[len(along) // 2])


def _cuts(polygon: shapely.Polygon, hole: shapely.LinearRing) -> list[shapely.LineString]:
    """Straight cuts through the hole, each from where the outer ring is met on one side to the other; those
    through its middle first, the shorter before the longer."""
    filled = shapely.Polygon(polygon.exterior)
    bounds = np.array(hole.bounds, dtype=np.int64).reshape(2, 2)
    cuts: list[tuple[int, float, shapely.LineString]] = []
    for axis in (0, 1):
        for rank, at in enumerate(_places(*bounds[:, axis].tolist())):
            across = shapely.get_parts(shapely.intersection(_straight(filled, axis, at), filled))
            through = [part for part in across if part.length > 0 and shapely.intersects(part, hole)]
            cuts += [(rank, part.length, _longer(part, axis)) for part in through]
    return [cut for _rank, _length, cut in sorted(cuts, key=lambda cut: cut[:2])]


def _places(low: int, high: int) -> list[int]:
    """Where to cut a hole that reaches from ``low`` to ``high`` (grid steps): in its middle for choice."""
    middle = (low + high) // 2
    whole = [at * GRID for at in range(low // GRID + 1, -(-high // GRID))]
    if whole:
        return sorted(whole, key=lambda at: abs(at - middle))[:_TRIES]
    # Within one row of pixels. A hole that is one whole pixel opens along its own sides.
    sides = [at for at in (low, high) if at % GRID == 0] if high - low == GRID else []
    near = (at for at in range(middle, high) if at > low and at % GRID != GRID // 2)
    return [*sides, *islice(near, _TRIES)]


def _straight(polygon: shapely.Polygon, axis: int, at: int) -> shapely.LineString:
    bounds = np.array(polygon.bounds).reshape(2, 2) + [[-GRID], [GRID]]
    bounds[:, axis] = at
    return shapely.LineString(bounds)


def _longer(part: shapely.LineString, axis: int) -> shapely.LineString:
    """A grid step longer on both ends, so that rounding cannot leave it short of the outer ring."""
    ends = np.sort(shapely.get_coordinates(part), axis=0)[[0, -1]]
    ends[:, 1 - axis] += [-1, 1]
    return shapely.LineString(ends)


# --- between pixels and the grid ---------------------------------------------------------------------------


def _line_of(ring: shapely.LinearRing) -> shapely.LineString:
    return shapely.LineString(ring.coords)


def _frame(clip: tuple[int, int] | None) -> list[shapely.Geometry]:
    return [] if clip is None else [_line_of(shapely.box(0, 0, clip[0] * GRID, clip[1] * GRID).exterior)]


def _polygon(area: Area) -> shapely.Polygon:
    return shapely.Polygon(np.rint(area.outer * GRID), [np.rint(hole * GRID) for hole in area.holes])


def _area(polygon: shapely.Polygon) -> Area:
    return Area(_ring(polygon.exterior), tuple(_ring(hole) for hole in polygon.interiors))


def _ring(ring: shapely.LinearRing) -> Ring:
    return np.round(shapely.get_coordinates(ring)[:-1]) / GRID
