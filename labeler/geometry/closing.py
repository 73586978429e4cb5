"""Where a line that comes back to its start goes too far. Knows no annotation."""

from __future__ import annotations

import numpy as np

from labeler.geometry.rings import Ring


def trimmed(line: Ring, reach: float) -> Ring:
    """A line that ends within ``reach`` px of its start, as a ring without the piece that it overshot by.

    Where its end crosses its beginning, both are cut at the crossing; else the end is cut where it is nearest
    to the start. What is farther than ``reach`` from the start is never touched.
    """
    near = np.hypot(*(line - line[0]).T) <= reach
    if near.all() or not near[-1]:
        return line
    head = int(near.argmin())  # edges 0 … head - 1 begin near the start
    tail = len(line) - 1 - int(near[::-1].argmin())  # edges tail … end near it
    crossing = _first_crossing(line, head, tail, reach)
    if crossing is not None:
        first, last, place = crossing
        return np.vstack([place, line[first + 1 : last + 1]])
    last, place = _nearest_to_start(line, tail)
    return np.vstack([line[: last + 1], place])


def _first_crossing(line: Ring, head: int, tail: int, reach: float) -> tuple[int, int, Ring] | None:
    """Which edge of the beginning the first edge of the end to do so crosses, and where."""
    starts, steps = line[:head], np.diff(line[: head + 1], axis=0)
    for last in range(max(tail, head), len(line) - 1):
        start, step = line[last], line[last + 1] - line[last]
        across = steps[:, 0] * step[1] - steps[:, 1] * step[0]
        apart = start - starts
        with np.errstate(divide="ignore", invalid="ignore"):
            share = (apart[:, 0] * step[1] - apart[:, 1] * step[0]) / across
            along = (apart[:, 0] * steps[:, 1] - apart[:, 1] * steps[:, 0]) / across
            places = starts + share[:, None] * steps
            crosses = (share > 0) & (share < 1) & (along > 0) & (along <= 1)
            crosses &= np.hypot(*(places - line[0]).T) <= reach
        if crosses.any():
            first = int(np.where(crosses, along, np.inf).argmin())
            return first, last, places[first]
    return None


def _nearest_to_start(line: Ring, tail: int) -> tuple[int, Ring]:
    """The edge of the end that comes nearest to the start, and where."""
    starts, steps = line[tail:-1], np.diff(line[tail:], axis=0)
    lengths = (steps**2).sum(axis=1)
    shares = np.divide(
        ((line[0] - starts) * steps).sum(axis=1), lengths, out=np.ones_like(lengths), where=lengths > 0
    )
    places = starts + np.clip(shares, 0, 1)[:, None] * steps
    nearest = int(((places - line[0]) ** 2).sum(axis=1).argmin())
    return tail + nearest, places[nearest]
