"""The part of a ring that a box can see. Drawn, it looks the same, but no coordinate is far away."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler.geometry.rings import Box, Ring


def clipped(ring: Ring, box: Box) -> Ring:
    """The ring cut to the box (left, top, right, bottom): inside, the even-odd filling is the same.

    What lies outside runs along the box's border; nothing is left of a ring that is all on one side.
    """
    left, top, right, bottom = box
    for axis, sign, limit in ((0, 1, right), (0, -1, -left), (1, 1, bottom), (1, -1, -top)):
        ring = _kept_below(ring, axis, sign, limit)
    return ring


def _kept_below(ring: Ring, axis: int, sign: int, limit: float) -> Ring:
    """Cut along one side of the box: keep what has ``sign`` · coordinate ≤ ``limit``."""
    beyond = ring[:, axis] * sign - limit
    if not (beyond > 0).any():
        return ring
    after = np.roll(beyond, -1)
    crosses = (beyond > 0) != (after > 0)
    share = np.divide(beyond, beyond - after, out=np.zeros_like(beyond), where=crosses)
    crossing = ring + share[:, None] * (np.roll(ring, -1, axis=0) - ring)
    crossing[:, axis] = limit * sign
    # Each point is followed by where its edge crosses.
    both = np.stack([ring, crossing], axis=1).reshape(-1, 2)
    kept: Ring = both[np.column_stack([beyond <= 0, crosses]).ravel()]
    return kept


def visible_spans(ring: Ring, box: Box) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The edges of a closed ring that the box sees, and the span of each that it sees.

    Edge ``i`` runs from point ``i`` to the next; spans are (n, 2) shares of the edge, 0 at its start.
    """
    along = np.roll(ring, -1, axis=0) - ring
    enter, leave = np.zeros(len(ring)), np.ones(len(ring))
    low, high = np.array(box[:2]), np.array(box[2:])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for axis in (0, 1):
            to_low = (low[axis] - ring[:, axis]) / along[:, axis]
            to_high = (high[axis] - ring[:, axis]) / along[:, axis]
            enter = np.fmax(enter, np.fmin(to_low, to_high))
            leave = np.fmin(leave, np.fmax(to_low, to_high))
    # An edge along an axis has no share at which it enters, only a side it lies on.
    still = (along == 0) & ((ring < low) | (ring > high))
    seen = np.flatnonzero((enter < leave) & ~still.any(axis=1))
    return seen, np.column_stack([enter[seen], leave[seen]])
