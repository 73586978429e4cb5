"""Where rings meet that should not, and which rings a change of shape would jump over. Knows no mask."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler.geometry.late import shapely

Positions = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]


def meeting(starts: Positions, ends: Positions, following: Indices, asked: Flags) -> Flags:
    """Which edges meet another one, other than in the end that an edge shares with the one after it.

    ``starts`` and ``ends`` are (n, 2), ``following`` (n,) is the number of the next edge of the same ring.
    Only what meets one of the ``asked`` edges (n,) is found.
    """
    edges = np.asarray(shapely.linestrings(np.stack([starts, ends], axis=1)), dtype=np.object_)
    one, other = shapely.STRtree(edges).query(edges[asked], predicate="intersects")
    one = np.flatnonzero(asked)[one]
    apart = (one != other) & (following[one] != other) & (following[other] != one)
    along, back = ends - starts, (ends - starts)[following]
    turned = (along[:, 0] * back[:, 1] == along[:, 1] * back[:, 0]) & ((along * back).sum(axis=1) < 0)
    meets: Flags = turned.copy()
    meets[following[turned]] = True
    meets[one[apart]] = meets[other[apart]] = True
    return meets


def holding(points: Positions, counts: Indices, positions: Positions) -> tuple[Indices, Indices]:
    """Which rings hold which of the (m, 2) positions, as pairs (ring, position), by the even-odd rule.

    The rings stand one after the other in ``points`` (n, 2), ``counts`` says how many points each has: three
    or more.
    """
    rings = shapely.linearrings(points, indices=np.repeat(np.arange(len(counts)), counts))
    tree = shapely.STRtree(np.asarray(shapely.points(positions), dtype=np.object_))
    ring, position = tree.query(shapely.polygons(rings), predicate="contains")
    return ring, position
