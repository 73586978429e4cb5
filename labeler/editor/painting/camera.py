"""Where the image lies in a layer's buffer. Like the viewport, but in device pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from labeler.geometry.rings import Box
from labeler.geometry.viewport import Viewport

#: left, top, width, height in device pixels.
Rect = tuple[int, int, int, int]
#: Part of a layer: (height, width, 4) uint8, BGRA with premultiplied alpha.
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Camera:
    """device = image · scale + (left, top), on a buffer of width × height device pixels.

    ``ratio`` is how many device pixels a device-independent pixel has: pens and patterns grow by it.
    """

    scale: float
    left: float
    top: float
    width: int
    height: int
    ratio: float = 1.0

    @classmethod
    def of(cls, view: Viewport, device_pixel_ratio: float) -> Camera:
        return cls(
            view.scale * device_pixel_ratio,
            view.left * device_pixel_ratio,
            view.top * device_pixel_ratio,
            max(1, round(view.width * device_pixel_ratio)),
            max(1, round(view.height * device_pixel_ratio)),
            device_pixel_ratio,
        )

    @property
    def whole(self) -> Rect:
        return 0, 0, self.width, self.height

    def rect_of(self, box: Box, margin: int) -> Rect | None:
        """The device rectangle around a box of the image, wider by ``margin`` device-independent px.

        None when it is out of sight.
        """
        margin = self.pixels(margin)
        left = max(floor(box[0] * self.scale + self.left) - margin, 0)
        top = max(floor(box[1] * self.scale + self.top) - margin, 0)
        right = min(ceil(box[2] * self.scale + self.left) + margin, self.width)
        bottom = min(ceil(box[3] * self.scale + self.top) + margin, self.height)
        if right <= left or bottom <= top:
            return None
        return left, top, right - left, bottom - top

    def box_of(self, rect: Rect, margin: int) -> Box:
        """The box of the image that a device rectangle shows, wider by ``margin`` device-independent px."""
        margin = self.pixels(margin)
        left, top, width, height = rect
        return (
            (left - margin - self.left) / self.scale,
            (top - margin - self.top) / self.scale,
            (left + width + margin - self.left) / self.scale,
            (top + height + margin - self.top) / self.scale,
        )

    def pixels(self, size: float) -> int:
        """A size in device-independent pixels as whole device pixels, at least one."""
        return max(1, round(size * self.ratio))

    def shift_to(self, other: Camera) -> tuple[int, int] | None:
        """Whole device pixels that the picture moved by; None when more than that changed."""
        if replace(self, left=other.left, top=other.top) != other:
            return None
        dx, dy = other.left - self.left, other.top - self.top
        if abs(dx - round(dx)) > 1e-6 or abs(dy - round(dy)) > 1e-6:
            return None
        return round(dx), round(dy)
