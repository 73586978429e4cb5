"""Vertices and edges that neighbours have in common: an option moves them together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from labeler.document import edits
from labeler.document.model import Annotation, PolygonRef
from labeler.geometry.faces import GRID, keys
from labeler.geometry.nearest import Position
from labeler.geometry.rings import Ring
from labeler.tools.context import Context
from labeler.tools.picking import EdgeHit, VertexHit


def shared_vertices(context: Context, base: Annotation, hit: VertexHit) -> tuple[VertexHit, ...]:
    """The vertices of other polygons at the very same place, when they are to move together.

    Only of those that are shown and not locked.
    """
    if not context.options.shared:
        return ()
    here = base.polygon(hit.ref).points[hit.vertex]
    found: list[VertexHit] = []
    for ref in context.picker.near(_position(here), 0.0, but=[hit.ref]):
        same = (base.polygon(ref).points == here).all(axis=1)
        found += [VertexHit(ref, vertex) for vertex in np.flatnonzero(same).tolist()]
    return tuple(found)


def with_shared_vertices(
    context: Context, vertices: Mapping[PolygonRef, tuple[int, ...]]
) -> dict[PolygonRef, tuple[int, ...]]:
    """These vertices of ``base`` and those at the same places that are to move with them."""
    if not context.options.shared or not vertices:
        return dict(vertices)
    moving = np.concatenate([context.base.polygon(ref).points[list(some)] for ref, some in vertices.items()])
    (left, top), (right, bottom) = moving.min(axis=0).tolist(), moving.max(axis=0).tolist()
    near = list(context.picker.meeting((left, top, right, bottom)))
    rings = [context.base.polygon(ref).points for ref in near]
    # All at once: there may be as many chosen as there are points.
    goes = np.isin(_keys(np.concatenate([moving, *rings])), _keys(moving))[len(moving) :]
    found = dict(vertices)
    for ref, its in zip(near, np.split(goes, np.cumsum([len(ring) for ring in rings])[:-1])):
        if its.any():
            found[ref] = tuple(np.union1d(vertices.get(ref, ()), np.flatnonzero(its)).astype(int).tolist())
    return found


def with_shared_edges(context: Context, annotation: Annotation, hit: EdgeHit) -> Annotation:
    """The annotation with a vertex at ``hit`` in the other polygons that have the very same edge too."""
    if not context.options.shared:
        return annotation
    ends = context.base.polygon(hit.ref).points.take([hit.vertex, hit.vertex + 1], axis=0, mode="wrap")
    for ref in context.picker.near(hit.position, 0.0, but=[hit.ref]):
        ring = context.base.polygon(ref).points
        edges = np.stack([ring, np.roll(ring, -1, axis=0)], axis=1)
        same = (edges == ends).all(axis=(1, 2)) | (edges == ends[::-1]).all(axis=(1, 2))
        for vertex in np.flatnonzero(same).tolist()[:1]:
            annotation = edits.insert_vertex(annotation, ref, vertex + 1, hit.position)
    return annotation


def _keys(points: Ring) -> NDArray[np.int64]:
    return keys(np.rint(points * GRID))


def _position(point: NDArray[np.float64]) -> Position:
    x, y = point.tolist()
    return x, y
