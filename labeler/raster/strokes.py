"""What a round brush paints along a path, exactly: the pixels whose centres are within its radius."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler.raster.runs import Runs, covered
from labeler.raster.toggles import Toggles

Floats = NDArray[np.float64]

#: So many spans of columns are worked on at once: a long stroke of a large brush must not take all memory.
_BATCH = 1 << 19


def stroke(path: Floats, radius: float, width: int, height: int) -> Runs:
    """The pixels of a ``width`` × ``height`` image within ``radius`` px of the path.

    ``path`` is (n, 2), n ≥ 1: positions in image pixels joined by straight lines, anywhere. A pixel counts
    when its centre is within the radius, or exactly so far.
    """
    path = np.asarray(path, dtype=np.float64)
    starts, ends = (path, path) if len(path) == 1 else (path[:-1], path[1:])
    painted = Runs(width, height, np.empty(0, dtype=np.int64))
    low = np.minimum(starts[:, 0], ends[:, 0]) - radius
    high = np.maximum(starts[:, 0], ends[:, 0]) + radius
    first = np.clip(np.ceil(low - 0.5), 0, width).astype(np.int64)
    count = np.clip(np.floor(high - 0.5) + 1, first, width).astype(np.int64) - first
    rounds = np.cumsum(count) // _BATCH
    for number in np.unique(rounds).tolist():
        some = rounds == number
        toggles = _toggles(starts[some], ends[some], radius, first[some], count[some], height)
        painted = covered(np.concatenate([painted.toggles, toggles]), width, height)
    return painted


def _toggles(
    starts: Floats, ends: Floats, radius: float, first: Toggles, count: Toggles, height: int
) -> Toggles:
    """On and off in every column that any of the parts of the path paints in."""
    part = np.repeat(np.arange(len(starts)), count)
    column = np.arange(len(part)) + np.repeat(first - (np.cumsum(count) - count), count)
    top, bottom = _span(starts[part], (ends - starts)[part], radius, column + 0.5)
    on = np.clip(np.ceil(top - 0.5), 0, height)
    off = np.clip(np.floor(bottom - 0.5) + 1, 0, height)
    painted = on < off
    rows = np.column_stack([on[painted], off[painted]]).astype(np.int64)
    toggles: Toggles = (rows + column[painted, None] * (height + 1)).ravel()
    return toggles


def _span(start: Floats, along: Floats, radius: float, x: Floats) -> tuple[Floats, Floats]:
    """From which to which y the lines ``x`` are within the radius of a part of the path each; nothing where
    the first is greater. A round end at both sides and a straight piece between are convex together."""
    y, dy = start[:, 1], along[:, 1]
    pieces = [_chord(x - start[:, 0], y, radius), _chord(x - start[:, 0] - along[:, 0], y + dy, radius)]
    pieces.append(_between(x - start[:, 0], start[:, 1], along, radius))
    top = np.minimum.reduce([piece[0] for piece in pieces])
    bottom = np.maximum.reduce([piece[1] for piece in pieces])
    return top, bottom


def _chord(dx: Floats, y: Floats, radius: float) -> tuple[Floats, Floats]:
    """Where a line at ``dx`` from the middle of a disc is inside of it."""
    squared = radius * radius - dx * dx
    half = np.where(squared >= 0, np.sqrt(np.maximum(squared, 0)), -np.inf)
    return y - half, y + half


def _between(dx: Floats, y: Floats, along: Floats, radius: float) -> tuple[Floats, Floats]:
    """Where it is inside the rectangle that has the part of the path as its middle line."""
    length = np.hypot(along[:, 0], along[:, 1])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ux, uy = along[:, 0] / length, along[:, 1] / length
        # Lengthwise 0 ≤ dx · ux + dy · uy ≤ length, crosswise -radius ≤ dy · ux - dx · uy ≤ radius.
        lengthwise = _solved(uy, -dx * ux, length - dx * ux)
        crosswise = _solved(ux, dx * uy - radius, dx * uy + radius)
    top, bottom = np.maximum(lengthwise[0], crosswise[0]), np.minimum(lengthwise[1], crosswise[1])
    outside = ~(top <= bottom)
    return y + np.where(outside, np.inf, top), y + np.where(outside, -np.inf, bottom)


def _solved(factor: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """From which to which t ``low ≤ factor · t ≤ high`` holds."""
    one, other = low / factor, high / factor
    level = factor == 0
    holds = (low <= 0) & (high >= 0)
    top = np.where(level, np.where(holds, -np.inf, np.inf), np.minimum(one, other))
    bottom = np.where(level, np.where(holds, np.inf, -np.inf), np.maximum(one, other))
    return top, bottom
