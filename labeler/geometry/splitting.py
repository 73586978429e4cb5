"""Areas cut in two by a line. Knows no annotation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.geometry import faces as cells
from labeler.geometry.booleans import Area
from labeler.geometry.combining import merged, rings_of
from labeler.geometry.faces import Flags
from labeler.geometry.late import shapely
from labeler.geometry.rings import Ring

#: An end of the line that lies this near (px) to an outline is on it.
_REACH = 0.005


@dataclass(frozen=True)
class Halves:
    """What lies to the right of a line as one follows it, and to the left.

    ``cuts``: it went through an area from edge to edge.
    """

    right: list[Area]
    left: list[Area]
    cuts: bool


def split(areas: Sequence[Area], path: Ring) -> Halves:
    """Cut areas that do not overlap along an open line, (n, 2) in px.

    Each piece goes to the side of the line that it was cut on; an area that the line does not cut goes to the
    side of the place of the line that is nearest to it. A line that ends within an area cuts nothing there,
    and one that does not even come between the areas leaves them together, on the right. An end on an outline
    reaches it.
    """
    line = cells.line(_prolonged(path), closed=False)
    corners = [np.rint(area.outer * cells.GRID) for area in areas]
    if not areas or not shapely.intersects(shapely.MultiPoint(np.concatenate(corners)).convex_hull, line):
        return Halves(list(areas), [], cuts=False)
    rings = [ring for area in areas for ring in (area.outer, *area.holes)]
    faces = cells.smallest([*map(cells.line, rings), line])
    positions = cells.places(faces)
    inside = np.zeros(len(faces), dtype=np.bool_)
    for area in areas:
        inside |= cells.walked(rings_of(area), positions)
    faces = faces[inside]
    if not len(faces):
        return Halves([], [], cuts=False)
    votes = _votes(faces, line)
    right = np.where(votes == 0, _lie_right(line, cells.places(faces)), votes > 0)
    return Halves(merged(faces[right], rings), merged(faces[~right], rings), cuts=bool(votes.any()))


def _prolonged(path: Ring) -> Ring:
    """A little longer at both ends: where one is on an outline, rounding may have put it short of it."""
    ends = path[[0, -1]]
    ways = ends - path[[1, -2]]
    lengths = np.maximum(np.hypot(*ways.T), _REACH)
    start, end = ends + ways * (_REACH / lengths)[:, None]
    return np.vstack([start, path, end])


def _votes(faces: NDArray[np.object_], line: shapely.LineString) -> NDArray[np.float64]:
    """For each face how much of the line it lies to the right of, less how much to the left of (steps).

    Two faces that share an edge were cut apart there, since areas themselves share none.
    """
    rings, owners = shapely.get_rings(faces, return_index=True)
    is_outer = np.append(True, owners[1:] != owners[:-1])
    clockwise = shapely.is_ccw(rings) == is_outer  # y points down: the inside lies to the right
    points, numbers = shapely.get_coordinates(rings, return_index=True)
    edges = np.flatnonzero(numbers[1:] == numbers[:-1])
    edges = edges[_occur_twice(points[edges], points[edges + 1])]
    along = points[edges + 1] - points[edges]
    ahead = _directions(line, points[edges] + along / 2) * along
    sign = np.sign(ahead.sum(axis=1)) * np.where(clockwise[numbers[edges]], 1.0, -1.0)
    votes = np.bincount(owners[numbers[edges]], sign * np.hypot(*along.T), minlength=len(faces))
    return votes.astype(np.float64)


def _occur_twice(start: Ring, end: Ring) -> Flags:
    """Which of these edges there are two of, whichever way they run."""
    swapped = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    edges = np.where(swapped[:, None], np.hstack([end, start]), np.hstack([start, end]))
    _, kind, count = np.unique(edges, axis=0, return_inverse=True, return_counts=True)
    twice: Flags = count[kind.ravel()] > 1
    return twice


def _directions(line: shapely.LineString, places: Ring) -> Ring:
    """Which way the line runs where it is nearest to each of the places."""
    corners = shapely.get_coordinates(line)
    along = np.diff(corners, axis=0)
    found: Ring = np.array([along[_apart(corners, place)[0].argmin()] for place in places]).reshape(-1, 2)
    return found


def _lie_right(line: shapely.LineString, places: Ring) -> Flags:
    """Whether each place lies to the right of what is nearest to it of the line."""
    corners = shapely.get_coordinates(line)
    right = np.zeros(len(places), dtype=np.bool_)
    for number, place in enumerate(places):
        apart, sines = _apart(corners, place)
        # At a corner two edges are as near; the one that is seen more from its side tells the side.
        nearest = sines[apart <= apart.min() * (1 + 1e-9)]
        right[number] = nearest[np.abs(nearest).argmax()] > 0
    return right


def _apart(corners: Ring, place: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Squared distance of each edge of a line, and how far to its right (negative: left) a place lies."""
    along, to_place = np.diff(corners, axis=0), place - corners[:-1]
    length = np.maximum(np.hypot(*along.T), 1.0)
    share = np.clip((to_place * along).sum(axis=1) / length**2, 0.0, 1.0)
    apart = ((to_place - share[:, None] * along) ** 2).sum(axis=1)
    return apart, (along[:, 0] * to_place[:, 1] - along[:, 1] * to_place[:, 0]) / length
