"""Soft masks: 8 bits that say how far inside or outside of a mask a pixel lies. Exact, nothing is blurred."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.raster.runs import Runs

Mask = NDArray[np.bool_]
Squares = NDArray[Any]
#: First row and column of a part of the image, and behind its last.
Box = tuple[int, int, int, int]

#: Pixels are worked on in tiles of so many rows and columns: most have no border near, the others stay in the
#: cache for the many passes over them.
_ROWS, _COLUMNS = 128, 256
#: The widest feather (px): farther than anyone looks, and the squares of distances stay small numbers.
WIDEST = 10_000


def feathered(mask: Mask | Runs, px: float) -> NDArray[np.uint8]:
    """(height, width) uint8: 255 inside and 0 outside of a mask, with a ramp across its border.

    ``mask`` is (height, width) bool or runs. Within ``px`` pixels on both sides of the border the value grows
    in a straight line with the exact Euclidean distance from the pixel's centre to the border, which lies
    between the pixels; on the border it would be 127.5. So a value is 128 or more exactly where the mask is
    on, and with ``px`` 0 the mask is hard. The border of the image is no border of the mask.

    Raises ValueError unless ``px`` is between 0 and ``WIDEST``.
    """
    if not 0 <= px <= WIDEST:
        raise ValueError(f"a feather is 0 to {WIDEST} px wide")
    on = mask.to_mask() if isinstance(mask, Runs) else np.asarray(mask, dtype=np.bool_)
    soft = on.view(np.uint8) * np.uint8(255)
    # A pixel that touches the border is half a pixel away from it: so far that nothing is left to soften.
    reach = math.ceil(px) if px > 0.5 else 0
    if reach:
        inside = _ramp(px, reach)
        for top, left, bottom, right in _tiles_at_borders(on, reach):
            tile = soft[top:bottom, left:right]
            for level, ramp in ((True, inside), (False, 255 - inside)):
                here = on[top:bottom, left:right] == level
                if here.any():
                    same = _surroundings(on, level, (top, left, bottom, right), reach)
                    np.copyto(tile, ramp[_squares(_squares_down(same, reach), reach)], where=here)
    return soft


def _ramp(px: float, reach: int) -> NDArray[np.uint8]:
    """The value inside the mask at each distance, given as four times its square: a whole number."""
    distance = np.sqrt(np.arange((2 * reach) ** 2 + 1)) / 2
    ramp: NDArray[np.uint8] = np.rint(127.5 + 127.5 * np.minimum(distance / px, 1)).astype(np.uint8)
    return ramp


def _tiles_at_borders(on: Mask, reach: int) -> Iterator[Box]:
    height, width = on.shape
    for top, left in product(range(0, height, _ROWS), range(0, width, _COLUMNS)):
        bottom, right = min(top + _ROWS, height), min(left + _COLUMNS, width)
        near = on[max(top - reach, 0) : bottom + reach, max(left - reach, 0) : right + reach]
        if near.any() and not near.all():
            yield top, left, bottom, right


def _surroundings(on: Mask, level: bool, tile: Box, reach: int) -> Mask:
    """Whether each pixel up to ``reach`` around the tile is at this level; outside of the image all are."""
    top, left, bottom, right = tile
    same = np.ones((bottom - top + 2 * reach, right - left + 2 * reach), dtype=np.bool_)
    above, before = max(reach - top, 0), max(reach - left, 0)
    part = on[top - reach + above : bottom + reach, left - reach + before : right + reach]
    np.equal(part, level, out=same[above : above + part.shape[0], before : before + part.shape[1]])
    return same


def _squares_down(same: Mask, reach: int) -> Squares:
    """(2 × distance)² from each centre to the nearest other pixel of its column, at most (2 × reach)².

    ``same`` begins and ends ``reach`` rows before and behind those that are asked for.
    """
    height = len(same) - 2 * reach
    steps: NDArray[Any] = same[reach : reach + height].astype(np.uint8 if reach < 255 else np.uint16)
    # Whether all up to so many rows above and below are the same.
    clear = same[:-2] & same[1:-1] & same[2:]
    for beyond in range(reach - 1, -1, -1):
        steps += clear[beyond : beyond + height]
        clear = clear[:-2] & clear[2:]
    # A pixel n steps away begins half a pixel before its centre.
    halves = np.minimum(2 * np.arange(reach + 2) - 1, 2 * reach)
    halves[0] = 0
    # Two of these are added: where their sum fits into 16 bits they do.
    kind = np.uint16 if 2 * (2 * reach) ** 2 < 1 << 16 else np.uint32
    squares: Squares = np.square(halves).astype(kind)[steps]
    return squares


def _squares(down: Squares, reach: int) -> Squares:
    """(2 × distance)² to the nearest other pixel in any direction, at most (2 × reach)².

    ``down`` begins and ends ``reach`` columns before and behind those that are asked for.
    """
    width = down.shape[1] - 2 * reach
    nearest = down[:, reach : reach + width].copy()
    way = np.empty_like(nearest)
    for step in range(1, reach + 1):
        aside = down.dtype.type((2 * step - 1) ** 2)
        for left in (reach - step, reach + step):
            np.add(down[:, left : left + width], aside, out=way)
            np.minimum(nearest, way, out=nearest)
    return nearest
