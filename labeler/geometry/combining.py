"""Several things made one, or one cut out of another. Knows no annotation and no mask.

A thing is an ordered list of rings: True adds a ring's inside, False removes it. All things of an operation
are laid on the grid of 1/1000 px at once, so an outline moves by a grid step at most, whatever comes of it;
what is thinner than two steps is left over from that and dropped. Points of the rings stay where they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from labeler.geometry import faces as cells
from labeler.geometry.booleans import Area
from labeler.geometry.faces import GRID, Flags
from labeler.geometry.late import shapely
from labeler.geometry.rings import Ring

Rings = Sequence[tuple[Ring, bool]]
#: More things than this are united in bundles first.
_MANY = 64

Steps = NDArray[np.int64]


def union(things: Sequence[Rings]) -> list[Area]:
    """What lies in any of the things."""
    if len(things) > _MANY:
        things = [rings_of(area) for some in _neighbours(things) for area in union(some)]
    return _combined(things, lambda inside: reduce(np.logical_or, inside))


def _neighbours(things: Sequence[Rings]) -> Iterator[list[Rings]]:
    """The things in bundles of such as lie near each other: what is between them is settled in small parts.

    Not more bundles than members, so that outlines are laid on the grid twice only.
    """
    things = [thing for thing in things if thing]
    size = max(_MANY, int(np.ceil(np.sqrt(len(things)))))
    middles = np.array([thing[0][0].mean(axis=0) for thing in things])
    columns = max(1, int(np.sqrt(len(things) / size)))
    column = np.argsort(np.argsort(middles[:, 0])) * columns // len(things)
    order = np.lexsort((middles[:, 1], column)).tolist()
    for start in range(0, len(order), size):
        yield [things[number] for number in order[start : start + size]]


def intersection(things: Sequence[Rings]) -> list[Area]:
    """What lies in all of the things."""
    return _combined(things, lambda inside: reduce(np.logical_and, inside))


def difference(thing: Rings, cutting: Sequence[Rings]) -> list[Area]:
    """What of a thing lies in none of the others."""
    return _combined([thing, *cutting], lambda inside: next(inside) & ~reduce(np.logical_or, inside))


def filled(areas: Iterable[Area]) -> list[Area]:
    """The areas without holes, and without the islands that lay in them."""
    return [Area(area.outer) for area in _levels(list(areas))[0]]


def without_fragments(areas: Sequence[Area], smallest: float, *, fill: bool = False) -> list[Area]:
    """The areas without those smaller than ``smallest`` px²; the largest always stays.

    ``fill`` closes holes that are smaller too, with the islands in them.
    """
    if not areas:
        return []
    sizes = shapely.area(_polygons(areas)) / GRID**2
    keep = sizes >= min(smallest, sizes.max())
    kept = [area for area, stays in zip(areas, keep) if stays]
    if not fill:
        return kept
    return union([rings_of(_without_small_holes(area, smallest)) for area in kept])


def ordered(areas: Sequence[Area]) -> list[tuple[Ring, bool]]:
    """Rings in a walking order that leaves these areas: outlines, then the holes in them, then the islands in
    those, and so on."""
    rings: list[tuple[Ring, bool]] = []
    for level in _levels(areas):
        rings += [(area.outer, True) for area in level]
        rings += [(hole, False) for area in level for hole in area.holes]
    return rings


def rings_of(area: Area) -> Rings:
    """The area as a thing."""
    return [(area.outer, True), *((hole, False) for hole in area.holes)]


def size(areas: Sequence[Area]) -> float:
    """What the areas cover in px²."""
    return float(shapely.area(_polygons(areas)).sum()) / GRID**2


# --- one layout for all ------------------------------------------------------------------------------------


def _combined(things: Sequence[Rings], keeps: Callable[[Iterator[Flags]], Flags]) -> list[Area]:
    """The areas of those faces that ``keeps`` says, given for each thing in turn which faces lie in it."""
    if not any(things):
        return []
    faces = cells.smallest([cells.line(ring) for rings in things for ring, _ in rings])
    positions = cells.places(faces)
    inside = (cells.walked(rings, positions) for rings in things)
    return merged(faces[keeps(inside)], [ring for rings in things for ring, _ in rings])


# --- from faces to areas -----------------------------------------------------------------------------------


def merged(faces: NDArray[np.object_], rings: Sequence[Ring]) -> list[Area]:
    """Faces (grid steps) that share an edge as one area, with no more points than ``rings`` (px) need."""
    if not len(faces):
        return []
    vertices = np.unique(np.concatenate([cells.keys(np.rint(ring * GRID)) for ring in rings]))
    found = shapely.get_parts(shapely.coverage_union_all(faces))
    return [_area(polygon, vertices) for polygon in found if not cells.is_thin(polygon)]


def _area(polygon: shapely.Polygon, vertices: Steps) -> Area:
    holes = [hole for hole in polygon.interiors if not cells.is_thin(shapely.Polygon(hole))]
    return Area(_ring(polygon.exterior, vertices), tuple(_ring(hole, vertices) for hole in holes))


def _ring(ring: shapely.LinearRing, vertices: Steps) -> Ring:
    """The ring in px, without the points that lie on its edges since some other ring crossed there."""
    points = np.round(shapely.get_coordinates(ring)[:-1])
    keys = cells.keys(points)
    # Not np.isin, which would sort all vertices again for every ring.
    drawn = vertices[np.minimum(np.searchsorted(vertices, keys), len(vertices) - 1)] == keys
    if not drawn.all() and drawn.sum() >= 3:
        points = points[drawn | ~_on_edges(points, drawn)]
    ring_px: Ring = points / GRID + 0.0  # + 0.0: no -0.0
    return ring_px


def _on_edges(points: Ring, drawn: Flags) -> Flags:
    """Which points lie, but for rounding, on an edge between two drawn points that follow each other."""
    places = np.flatnonzero(drawn)
    edge = np.searchsorted(places, np.arange(len(points)), side="right") % len(places)
    start, end = points[places[edge - 1]], points[places[edge]]
    along, to_point = end - start, points - start
    length = np.hypot(*along.T)
    with np.errstate(divide="ignore", invalid="ignore"):
        beside = np.abs(along[:, 0] * to_point[:, 1] - along[:, 1] * to_point[:, 0]) / length
        share = (along * to_point).sum(axis=1) / length**2
    off: Flags = ~((beside <= 1.0) & (share > 0) & (share < 1)) & ~drawn
    # With a corner among them the way between the two drawn points is no edge, wherever the others lie.
    return ~drawn & ~np.isin(edge, edge[off])


# --- areas among themselves --------------------------------------------------------------------------------


def _levels(areas: Sequence[Area]) -> list[list[Area]]:
    """The areas by how many others they lie within: first those that are islands in nothing."""
    if not any(area.holes for area in areas):
        return [list(areas)]
    places = shapely.point_on_surface(_polygons(areas))
    outlines = np.array([shapely.Polygon(area.outer * GRID) for area in areas], dtype=np.object_)
    island, _around = shapely.STRtree(outlines).query(places, predicate="within")
    depths = np.bincount(island, minlength=len(areas)) - 1
    return [[areas[n] for n in np.flatnonzero(depths == depth).tolist()] for depth in range(depths.max() + 1)]


def _without_small_holes(area: Area, smallest: float) -> Area:
    holes = (hole for hole in area.holes if shapely.Polygon(hole).area >= smallest)
    return Area(area.outer, tuple(holes))


def _polygons(areas: Sequence[Area]) -> NDArray[np.object_]:
    return np.array([shapely.Polygon(a.outer * GRID, [h * GRID for h in a.holes]) for a in areas], object)
