"""From image pixels to those of a rectangle that is being painted: rings and hatching. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import floor

import numpy as np
from numpy.typing import NDArray

from labeler.editor.painting.camera import Camera, Rect
from labeler.geometry.clipping import clipped
from labeler.geometry.rings import Ring

#: Fractional bits of the coordinates given to OpenCV.
SHIFT = 4
#: Polygons are cut this far (px) outside the view: OpenCV walks every row of what it is given, in 32 bits.
_SURROUNDINGS_PX = 1024
#: A view is often at half a pixel, where rounding errors would decide which pixel a vertex is in.
_NUDGE_PX = 1 / 256

#: (n, 2) int32 in OpenCV's fixed point.
Points = NDArray[np.int32]


class Placing:
    """``rect`` is the painted rectangle of a layer as ``camera`` sees it; ``box`` is what it shows."""

    def __init__(self, camera: Camera, rect: Rect, margin: int) -> None:
        self.camera = camera
        self.rect = rect
        self.box = camera.box_of(rect, margin)
        # The same for every rectangle of a view, so that repairs meet what is there.
        self._surroundings = camera.box_of(camera.whole, _SURROUNDINGS_PX)

    def exact(self, ring: Ring) -> Ring:
        """In pixels of the rectangle, as OpenCV counts: integers are pixel centres, ours are corners."""
        camera, rect = self.camera, self.rect
        return ring * camera.scale + (camera.left - rect[0] - 0.5, camera.top - rect[1] - 0.5)

    def rings(self, rings: Sequence[Ring], boxes: NDArray[np.float64]) -> list[Points]:
        """Each vertex that is in another device pixel than the one before it; ``boxes`` are (4, n).

        Of a ring that reaches far out only what can be seen.
        """
        rings = list(rings)
        for place in self._far(boxes):
            rings[place] = clipped(rings[place], self._surroundings)
        firsts = np.concatenate([[0], np.cumsum(np.fromiter(map(len, rings), np.intp, len(rings)))])
        points = np.concatenate(rings)
        fixed = np.rint(self.exact(points) * (1 << SHIFT)).astype(np.int32)
        kept = self._in_another_pixel(points, firsts[:-1])
        if not kept.all():
            fixed = fixed[kept]
            firsts = np.concatenate([[0], np.cumsum(kept)])[firsts]
        return [fixed[first:end] for first, end in pairwise(firsts.tolist())]

    def _far(self, boxes: NDArray[np.float64]) -> list[int]:
        """Which boxes reach out of the surroundings."""
        left, top, right, bottom = self._surroundings
        inside = (boxes[0] >= left) & (boxes[1] >= top) & (boxes[2] <= right) & (boxes[3] <= bottom)
        return np.flatnonzero(~inside).tolist()

    def _in_another_pixel(self, points: Ring, firsts: NDArray[np.intp]) -> NDArray[np.bool_]:
        """(n,) bool, true for the first of a ring. Told by the layer's pixels: in each rectangle the same."""
        camera = self.camera
        # A pan by whole pixels must not matter either.
        offset = camera.left % 1 + _NUDGE_PX, camera.top % 1 + _NUDGE_PX
        pixels = np.floor(points * camera.scale + offset)
        moved = pixels[1:] != pixels[:-1]
        another = np.concatenate([[True], moved[:, 0] | moved[:, 1]]) if len(points) else np.ones(0, np.bool_)
        another[firsts[firsts < len(points)]] = True
        return another

    def part(self, rect: Rect) -> Placing:
        """A smaller rectangle in this one."""
        left, top, width, height = rect
        return Placing(self.camera, (self.rect[0] + left, self.rect[1] + top, width, height), 0)

    def hatching(self, spacing: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Rising and falling lines over the rectangle, (height, width) each.

        They are fixed to the picture, so that repairs and pans meet without a seam.
        """
        period, line = max(4, self.camera.pixels(spacing)), self.camera.pixels(1)
        left, top, width, height = self.rect
        # A quarter more: a view is often at half a pixel, where rounding errors would decide.
        x = np.arange(width) + left - floor(self.camera.left + 0.25)
        y = np.arange(height) + top - floor(self.camera.top + 0.25)
        rows = np.arange(period)[:, None]
        return ((x + rows) % period < line)[y % period], ((x - rows) % period < line)[y % period]
