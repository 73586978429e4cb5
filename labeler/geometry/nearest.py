"""Nearest vertex or edge of a ring, in image pixels. Knows no annotation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeler.geometry.rings import Ring

Position = tuple[float, float]


@dataclass(frozen=True)
class NearEdge:
    """A place on a ring's edge: ``vertex`` is the edge's first vertex, ``position`` the closest place."""

    vertex: int
    position: Position
    distance: float


@dataclass(frozen=True)
class NearVertex:
    vertex: int
    distance: float


def nearest_vertex(ring: Ring, position: Position, tolerance: float) -> NearVertex | None:
    """The vertex closest to ``position``, unless it is farther than ``tolerance`` px."""
    squared = ((ring - position) ** 2).sum(axis=1)
    vertex = int(squared.argmin())
    distance = float(np.sqrt(squared[vertex]))
    return NearVertex(vertex, distance) if distance <= tolerance else None


def nearest_edge(ring: Ring, position: Position, tolerance: float) -> NearEdge | None:
    """The closest place on the ring's outline, unless it is farther than ``tolerance`` px."""
    start = ring
    along = np.roll(ring, -1, axis=0) - start
    length = (along**2).sum(axis=1)
    to_position = np.asarray(position) - start
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        share = np.where(length > 0, (to_position * along).sum(axis=1) / length, 0.0)
    closest = start + np.clip(share, 0.0, 1.0)[:, None] * along
    squared = ((closest - position) ** 2).sum(axis=1)
    vertex = int(squared.argmin())
    distance = float(np.sqrt(squared[vertex]))
    if distance > tolerance:
        return None
    x, y = closest[vertex].tolist()
    return NearEdge(vertex, (x, y), distance)
