"""The dashes of an outline, as segments. No Qt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler.geometry.clipping import visible_spans
from labeler.geometry.rings import Box, Ring


def dashes(ring: Ring, dash: float, gap: float, box: Box) -> NDArray[np.float64]:
    """The dashes of a closed ring that a box sees: (n, 2, 2) segments, none around a corner.

    Dashes start at the ring's first point, whatever the box is.
    """
    edges, spans = visible_spans(ring, box)
    along = np.roll(ring, -1, axis=0) - ring
    lengths = np.hypot(along[:, 0], along[:, 1])
    start_of_edge = np.concatenate([[0.0], np.cumsum(lengths)[:-1]])[edges]
    start, stop = (start_of_edge[:, None] + spans * lengths[edges, None]).T
    period = dash + gap
    first = np.floor(start / period)
    counts = (np.floor(stop / period) - first + 1).astype(int)
    edge = np.repeat(np.arange(len(edges)), counts)
    number = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    begin = (first[edge] + number) * period
    ends = np.column_stack([np.maximum(begin, start[edge]), np.minimum(begin + dash, stop[edge])])
    drawn = ends[:, 0] < ends[:, 1]
    edge, ends = edge[drawn], ends[drawn]
    shares = (ends - start_of_edge[edge, None]) / lengths[edges[edge], None]
    segments: NDArray[np.float64] = (
        ring[edges[edge]][:, None] + shares[..., None] * along[edges[edge]][:, None]
    )
    return segments
