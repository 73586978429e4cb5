"""What lies under the pointer: boxes first, then the few candidates' points. No loop over all vertices."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import Owner, PolygonRef
from labeler.document.table import PolygonTable
from labeler.geometry.nearest import Position, nearest_edge, nearest_vertex
from labeler.geometry.rings import Box, contains

#: How near on screen counts as on it, in screen pixels.
PICK_TOLERANCE_PX = 8.0
#: Distances that differ by less than this share of the tolerance are the same to a hand.
_AS_NEAR = 0.125


@dataclass(frozen=True)
class VertexHit:
    ref: PolygonRef
    vertex: int


@dataclass(frozen=True)
class EdgeHit:
    """A place on the edge from ``vertex`` to the next."""

    ref: PolygonRef
    vertex: int
    position: Position


class Picker:
    """The hit test over the polygons of a table, without those of the owners ``left_out``."""

    def __init__(self, table: PolygonTable, left_out: frozenset[Owner] = frozenset()) -> None:
        self._table = table
        #: (n,) bool: which rows are not there; None when all are.
        self._out: NDArray[np.bool_] | None = table.of_owners(left_out) if left_out else None

    def vertex(
        self,
        position: Position,
        tolerance: float,
        among: Collection[PolygonRef] | None = None,
        but: Collection[PolygonRef] = (),
    ) -> VertexHit | None:
        """The nearest vertex within ``tolerance`` image px; of several polygons' the topmost.

        Only of polygons ``among`` these, if given, and of none of ``but``.
        """
        best: VertexHit | None = None
        distance = np.inf
        for ref in self.near(position, tolerance, among, but):
            hit = nearest_vertex(self.points(ref), position, tolerance)
            if hit and hit.distance < distance:
                best, distance = VertexHit(ref, hit.vertex), hit.distance
        return best

    def edge(
        self,
        position: Position,
        tolerance: float,
        first: Collection[PolygonRef] = (),
        but: Collection[PolygonRef] = (),
    ) -> EdgeHit | None:
        """The nearest place on an outline within ``tolerance`` image px.

        Where outlines lie on each other, as neighbours' shared borders do, ``first`` come first, then the
        topmost. None of ``but`` is found.
        """
        hits: list[tuple[float, EdgeHit]] = []
        for ref in self.near(position, tolerance, but=but):
            hit = nearest_edge(self.points(ref), position, tolerance)
            if hit:
                hits.append((hit.distance, EdgeHit(ref, hit.vertex, hit.position)))
        if not hits:
            return None
        as_near = min(distance for distance, _ in hits) + tolerance * _AS_NEAR
        best = [hit for distance, hit in hits if distance <= as_near]
        return next((hit for hit in best if hit.ref in first), min(hits, key=lambda pair: pair[0])[1])

    def inside(self, position: Position) -> PolygonRef | None:
        """The smallest polygon around ``position``: what lies in something larger stays within reach."""
        around = [r for r in self.near(position, 0.0) if contains(self.points(r), position)]
        return min(around, key=self._box_area, default=None)

    def under(self, position: Position, tolerance: float, *, inside: bool) -> list[PolygonRef]:
        """All that can be picked at ``position``, what is picked first at the front.

        Outlines within ``tolerance`` image px, the topmost first, then, if ``inside``, what lies around the
        position, the smallest first.
        """
        near = list(self.near(position, tolerance))
        outlines = [r for r in near if nearest_edge(self.points(r), position, tolerance)]
        if not inside:
            return outlines
        around = [r for r in near if r not in outlines and contains(self.points(r), position)]
        return outlines + sorted(around, key=self._box_area)

    def near(
        self,
        position: Position,
        tolerance: float,
        among: Collection[PolygonRef] | None = None,
        but: Collection[PolygonRef] = (),
    ) -> Iterator[PolygonRef]:
        """The polygons whose boxes are within ``tolerance`` image px, topmost first."""
        x, y = position
        for ref in self.meeting((x - tolerance, y - tolerance, x + tolerance, y + tolerance)):
            if (among is None or ref in among) and ref not in but:
                yield ref

    def meeting(self, box: Box) -> Iterator[PolygonRef]:
        """The polygons whose boxes meet this one (left, top, right, bottom), topmost first."""
        near = self._table.within(box)
        if self._out is not None:
            near &= ~self._out
        return map(self._table.ref, reversed(np.flatnonzero(near).tolist()))

    def points(self, ref: PolygonRef) -> NDArray[np.float64]:
        return self._table.annotation.polygon(ref).points

    def _box_area(self, ref: PolygonRef) -> float:
        left, top, right, bottom = self._table.annotation.polygon(ref).bounds
        return (right - left) * (bottom - top)
