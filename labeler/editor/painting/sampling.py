"""Where the pixels of a picture's level fall in a rectangle of a layer, and their values there."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.editor.painting.camera import Rect
from labeler.raster.late import cv2

#: OpenCV's warps end here.
_LONGEST = 32_000


@dataclass(frozen=True)
class Place:
    """From the pixels of a level to the layer's: device = level · scale + (left, top)."""

    scale_x: float
    scale_y: float
    left: float
    top: float
    #: The painted part of the layer.
    rect: Rect

    @property
    def is_whole(self) -> bool:
        """One for one: Qt would round the offset of each rectangle in its own way."""
        return self.scale_x == self.scale_y == 1.0

    def columns(self, count: int) -> tuple[slice, NDArray[np.intp]]:
        """Where in the rectangle columns of the level are, and which of ``count``."""
        return _nearest(self.rect[0], self.rect[2], self.left, self.scale_x, count)

    def rows(self, count: int) -> tuple[slice, NDArray[np.intp]]:
        return _nearest(self.rect[1], self.rect[3], self.top, self.scale_y, count)


def _nearest(
    start: int, length: int, offset: float, scale: float, count: int
) -> tuple[slice, NDArray[np.intp]]:
    """Along one axis: the part of the rectangle that the level covers, and its pixel for each there."""
    # At a tie rounding errors would decide, and a repaired rectangle differ from its surroundings.
    centers = np.arange(start, start + length) + (0.5 + 1e-6)
    pixels = np.floor((centers - offset) / scale).astype(np.intp)
    first, last = np.searchsorted(pixels, (0, count)).tolist()
    return slice(first, last), pixels[first:last]


def sampled(
    values: NDArray[Any], place: Place, *, sharp: bool
) -> tuple[tuple[slice, slice], NDArray[Any]] | None:
    """The values of a level, (height, width[, 3]), at each layer pixel that it covers, and which those are.

    ``sharp``: each as a square, else interpolated. None when the level is out of sight.
    """
    x, columns = place.columns(values.shape[1])
    y, rows = place.rows(values.shape[0])
    if not len(columns) or not len(rows):
        return None
    if sharp or place.is_whole:
        # Across first: of a level that is enlarged these are few rows.
        wide = values[rows[0] : rows[-1] + 1][:, columns]
        return (y, x), wide[rows - rows[0]]
    size = x.stop - x.start, y.stop - y.start
    return (y, x), _interpolated(values, place, (place.rect[0] + x.start, place.rect[1] + y.start, *size))


def _interpolated(values: NDArray[Any], place: Place, rect: Rect) -> NDArray[Any]:
    left, top, width, height = rect
    # Between the centres of pixels, as the picture itself is painted.
    start_x = (left + 0.5 - place.left) / place.scale_x - 0.5
    start_y = (top + 0.5 - place.top) / place.scale_y - 0.5
    first_x, first_y = max(floor(start_x), 0), max(floor(start_y), 0)
    last_x = min(ceil(start_x + width / place.scale_x) + 2, values.shape[1], first_x + _LONGEST)
    last_y = min(ceil(start_y + height / place.scale_y) + 2, values.shape[0], first_y + _LONGEST)
    seen = values[first_y:last_y, first_x:last_x]
    to_level = np.array(
        [[1 / place.scale_x, 0, start_x - first_x], [0, 1 / place.scale_y, start_y - first_y]]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(seen, to_level, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
