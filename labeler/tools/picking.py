"""What lies under the pointer: boxes first, then the few candidates' points. No loop over all vertices."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import Annotation, Owner, PolygonRef
from labeler.geometry.nearest import Position, nearest_edge, nearest_vertex
from labeler.geometry.rings import contains

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
    """The hit test over one annotation; built when it is first asked after a change."""

    def __init__(self) -> None:
        self._annotation: Annotation | None = None
        self._left_out: frozenset[Owner] = frozenset()
        self._refs: list[PolygonRef] = []
        self._boxes: NDArray[np.float64] = np.empty((0, 4))

    def over(self, annotation: Annotation, left_out: frozenset[Owner]) -> Picker:
        """This picker, brought up to date: polygons of the owners ``left_out`` are not there."""
        if annotation is not self._annotation or left_out != self._left_out:
            self._annotation, self._left_out = annotation, left_out
            self._refs = [ref for ref in annotation.refs() if ref.owner not in left_out]
            boxes = [annotation.polygon(ref).bounds for ref in self._refs]
            self._boxes = np.array(boxes, dtype=np.float64).reshape(-1, 4)
        return self

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
        left, top, right, bottom = self._boxes.T
        inside = (
            (x >= left - tolerance)
            & (x <= right + tolerance)
            & (y >= top - tolerance)
            & (y <= bottom + tolerance)
        )
        for index in reversed(np.flatnonzero(inside).tolist()):
            ref = self._refs[index]
            if (among is None or ref in among) and ref not in but:
                yield ref

    def points(self, ref: PolygonRef) -> NDArray[np.float64]:
        assert self._annotation is not None
        return self._annotation.polygon(ref).points

    def _box_area(self, ref: PolygonRef) -> float:
        assert self._annotation is not None
        left, top, right, bottom = self._annotation.polygon(ref).bounds
        return (right - left) * (bottom - top)
