"""Where a pointer is drawn to: the border of the image, directions of 45°, edges on the way. Knows no ring's
owner and no screen."""

from __future__ import annotations

import numpy as np

from labeler.geometry.nearest import Position, nearest_edge, nearest_vertex
from labeler.geometry.rings import Ring

#: Steps of a pixel that positions are kept to: what is stored must lie where it was shown.
_DECIMALS = 3


def border(width: int, height: int) -> Ring:
    """The border of an image as a ring, clockwise from the top-left corner."""
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float64)


def rounded(position: Position) -> Position:
    """The position as a polygon keeps it."""
    return round(position[0], _DECIMALS), round(position[1], _DECIMALS)


def snapped_to_ring(ring: Ring, position: Position, tolerance: float) -> Position | None:
    """The ring's nearest vertex, else the nearest place on its edges, within ``tolerance`` px."""
    vertex = nearest_vertex(ring, position, tolerance)
    if vertex:
        x, y = ring[vertex.vertex].tolist()
        return x, y
    edge = nearest_edge(ring, position, tolerance)
    return rounded(edge.position) if edge else None


def straightened(origin: Position, position: Position) -> Position:
    """The position brought to the nearest direction from ``origin`` that is a multiple of 45°.

    Horizontal and vertical keep the coordinate exactly, diagonals go equally far in both.
    """
    dx, dy = position[0] - origin[0], position[1] - origin[1]
    # tan 22.5°: nearer to an axis than to a diagonal.
    flat = np.sqrt(2) - 1
    if abs(dy) <= flat * abs(dx):
        return position[0], origin[1]
    if abs(dx) <= flat * abs(dy):
        return origin[0], position[1]
    way = round((abs(dx) + abs(dy)) / 2, _DECIMALS)
    return origin[0] + float(np.copysign(way, dx)), origin[1] + float(np.copysign(way, dy))


def met(ring: Ring, origin: Position, ahead: Position, tolerance: float) -> Position | None:
    """Where the line from ``origin`` through ``ahead`` meets the ring, within ``tolerance`` px of ``ahead``.

    Edges that run along the line count with their ends.
    """
    along = np.subtract(ahead, origin)
    edges = np.roll(ring, -1, axis=0) - ring
    to_ring = ring - origin
    across = along[0] * edges[:, 1] - along[1] * edges[:, 0]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        shares = (to_ring[:, 0] * along[1] - to_ring[:, 1] * along[0]) / across
        places = ring + shares[:, None] * edges
        distances = np.hypot(*(places - ahead).T)
    distances[~((shares >= 0) & (shares <= 1))] = np.inf
    nearest = int(distances.argmin())
    if not distances[nearest] <= tolerance:
        return None
    x, y = places[nearest].tolist()
    return rounded((x, y))
