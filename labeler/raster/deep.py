"""The values of an image with more than 8 bits, kept so that adjusting brings out what 8 bits would lose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.raster.display import BACKDROP, STRIP, opacity_of, shown_range
from labeler.raster.late import cv2

#: More than this is not kept beside the 8-bit picture; adjusting works on that one then.
MOST_BYTES = 400_000_000
#: So many times the shown range is kept below and above it of values that are not 16-bit already.
_BEYOND = 1.0
_TOP = 65535


@dataclass(frozen=True)
class Deep:
    """``values`` is (height, width) or (height, width, 3) RGB, uint16.

    Without adjusting, ``low`` to ``high`` is shown as black to white. The file's own value is
    ``offset + step · value``.
    """

    values: NDArray[np.uint16]
    low: float
    high: float
    offset: float = 0.0
    step: float = 1.0

    def shares(self, values: NDArray[np.uint16]) -> NDArray[np.float64]:
        """Where in the shown range these values are: 0 is black, 1 is white."""
        span = self.high - self.low
        return (values.astype(np.float64) - self.low) / (span if span > 0 else 1.0)

    def at(self, column: int, row: int) -> tuple[float, ...]:
        """The file's own values of one pixel; far beyond the shown range only that they are."""
        return tuple(self.offset + self.step * value for value in np.ravel(self.values[row, column]).tolist())

    def with_values(self, values: NDArray[np.uint16]) -> Deep:
        return replace(self, values=values)


def deep_of(pixels: NDArray[Any]) -> Deep | None:
    """The values of (height, width[, channels]) grey, BGR or BGRA pixels as OpenCV decodes them.

    None when 8 bits hold them, or when they are too many to keep.
    """
    grey = pixels.ndim == 2 or pixels.shape[2] < 3
    if pixels.dtype == np.uint8 or pixels.shape[0] * pixels.shape[1] * (1 if grey else 3) * 2 > MOST_BYTES:
        return None
    colours = pixels if pixels.ndim == 2 else pixels[..., 0] if grey else pixels[..., :3]
    colours = np.ascontiguousarray(colours)
    low, high = shown_range(colours)
    deep = _sixteen_bits(colours, low, high)
    if not grey:
        deep = deep.with_values(np.asarray(cv2.cvtColor(deep.values, cv2.COLOR_BGR2RGB), np.uint16))
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        deep = deep.with_values(_over_grey(deep, opacity_of(pixels[..., 3])))
    return deep


def _sixteen_bits(values: NDArray[Any], low: float, high: float) -> Deep:
    if values.dtype == np.uint16:
        return Deep(np.asarray(values, np.uint16), low, high)
    span = high - low if high > low else 1.0
    offset, step = low - _BEYOND * span, (1 + 2 * _BEYOND) * span / _TOP
    whole = np.empty(values.shape, np.uint16)
    rows = max(1, STRIP // max(1, values[0].size))  # bounds the memory that floats take
    for top in range(0, len(values), rows):
        with np.errstate(invalid="ignore", over="ignore"):
            steps = np.rint((values[top : top + rows].astype(np.float64) - offset) / step)
        steps = np.nan_to_num(steps, nan=0, posinf=_TOP, neginf=0)
        whole[top : top + rows] = np.clip(steps, 0, _TOP)
    return Deep(whole, (low - offset) / step, (high - offset) / step, offset, step)


def _over_grey(deep: Deep, alpha: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """What is transparent lies over the same neutral grey as in the 8-bit picture."""
    if alpha.min() == 255 or alpha.max() == 0:
        return deep.values
    backdrop = deep.low + (deep.high - deep.low) * BACKDROP / 255
    opacity = alpha[..., None].astype(np.float32) / 255
    mixed = deep.values * opacity + np.float32(backdrop) * (1 - opacity)
    return np.asarray(np.clip(np.rint(mixed), 0, _TOP), np.uint16)
