"""Toggles to pixels and back, 8 to a byte: PNG's own rows of 1-bit grey."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler.raster.toggles import Toggles


def packed(toggles: Toggles, width: int, height: int) -> NDArray[np.uint8]:
    """(height, ceil(width / 8)) uint8, the leftmost pixel in the highest bit, unused bits 0."""
    plane = np.zeros((height + 1, -(-width // 64) * 8), dtype=np.uint8)
    column = toggles // (height + 1)
    row = toggles - column * (height + 1)
    np.bitwise_xor.at(plane, (row, column >> 3), np.right_shift(0x80, column & 7).astype(np.uint8))
    words = plane.view(np.uint64)
    np.bitwise_xor.accumulate(words, axis=0, out=words)
    return plane[:height, : -(-width // 8)]


def unpacked(plane: NDArray[np.uint8], width: int) -> NDArray[np.bool_]:
    """(height, width) bool of a packed plane."""
    return np.unpackbits(plane, axis=1, count=width).view(np.bool_)


def patch(toggles: Toggles, height: int, box: tuple[int, int, int, int]) -> NDArray[np.bool_]:
    """The pixels of a box (x, y, width, height) that holds the whole mask, (box height, box width) bool."""
    x, y, across, down = box
    column = toggles // (height + 1)
    row = toggles - column * (height + 1)
    return unpacked(packed((column - x) * (down + 1) + row - y, across, down), across)


def toggles_of(mask: NDArray[np.bool_]) -> Toggles:
    """Where a (height, width) bool mask turns on and off, going down its columns."""
    height, width = mask.shape
    plane = np.zeros((height + 1, -(-width // 64) * 8), dtype=np.uint8)
    plane[:height, : -(-width // 8)] = np.packbits(mask, axis=1)
    turned = plane.copy()
    turned[1:] ^= plane[:-1]
    words = turned.view(np.uint64).ravel()
    changed = np.flatnonzero(words != 0)
    if 4 * len(changed) > len(words):
        return _of_noise(mask)
    place = np.flatnonzero(np.unpackbits(words[changed].view(np.uint8)).view(np.bool_))
    word = changed[place >> 6]
    row = word // max(turned.shape[1] // 8, 1)
    column = (word << 6) + (place & 63) - row * (turned.shape[1] * 8)
    toggles: Toggles = (column * (height + 1) + row).astype(np.int64, copy=False)
    toggles.sort()
    return toggles


def _of_noise(mask: NDArray[np.bool_]) -> Toggles:
    """The same column by column: where there is more to sort than to look at."""
    height, width = mask.shape
    columns = np.zeros((width, height + 2), dtype=np.bool_)
    columns[:, 1:-1] = mask.T
    turns = np.flatnonzero(columns[:, 1:] != columns[:, :-1])
    return turns.astype(np.int64, copy=False)
