"""A picture of the viewport that is kept and only repaired: where something changed or a pan uncovers it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from PySide6.QtGui import QImage

from labeler.editor.painting.camera import Camera, Pixels, Rect
from labeler.geometry.rings import Box


class Layer:
    """``render(pixels, rect, camera)`` paints one rectangle of the layer anew.

    ``pixels`` is that rectangle's part of the buffer, (height, width, 4) uint8, BGRA with premultiplied
    alpha, cleared to transparent; ``rect`` says where in the layer it lies.
    """

    def __init__(self, render: Callable[[Pixels, Rect, Camera], None], margin: int) -> None:
        self._render = render
        #: How far beyond the geometry paint reaches, in device-independent pixels (pens, anti-aliasing).
        self._margin = margin
        self._camera: Camera | None = None
        self._dirty: list[Box] = []
        self._all_dirty = True
        self._pixels: Pixels = np.zeros((1, 1, 4), np.uint8)
        self.image = QImage()

    def mark(self, boxes: Iterable[Box]) -> None:
        """These boxes of the image no longer look as painted."""
        self._dirty.extend(boxes)

    def mark_all(self) -> None:
        self._all_dirty = True

    def sync(self, camera: Camera) -> QImage:
        """The layer as seen by ``camera``, repaired where it must be."""
        for rect in self._repairs(camera):
            left, top, width, height = rect
            pixels = self._pixels[top : top + height, left : left + width]
            pixels[:] = 0
            self._render(pixels, rect, camera)
        self._camera, self._all_dirty = camera, False
        self._dirty.clear()
        return self.image

    def _repairs(self, camera: Camera) -> list[Rect]:
        shift = self._camera.shift_to(camera) if self._camera else None
        if self._all_dirty or shift is None or max(map(abs, shift)) >= min(camera.width, camera.height):
            self._resize(camera)
            return [camera.whole]
        uncovered = self._scroll(*shift) if shift != (0, 0) else []
        changed = [camera.rect_of(box, self._margin) for box in self._dirty]
        return uncovered + _joined([rect for rect in changed if rect])

    def _resize(self, camera: Camera) -> None:
        if self._pixels.shape[:2] != (camera.height, camera.width):
            self._pixels = np.zeros((camera.height, camera.width, 4), np.uint8)
            self.image = QImage(
                self._pixels.data,
                camera.width,
                camera.height,
                QImage.Format.Format_ARGB32_Premultiplied,
            )

    def _scroll(self, dx: int, dy: int) -> list[Rect]:
        """Move what is painted; returns the strips that are uncovered."""
        height, width = self._pixels.shape[:2]
        source = self._pixels[max(-dy, 0) : height - max(dy, 0), max(-dx, 0) : width - max(dx, 0)]
        self._pixels[max(dy, 0) : height - max(-dy, 0), max(dx, 0) : width - max(-dx, 0)] = source.copy()
        strips: list[Rect] = []
        if dy:
            strips.append((0, 0 if dy > 0 else height + dy, width, abs(dy)))
        if dx:
            strips.append((0 if dx > 0 else width + dx, 0, abs(dx), height))
        return strips


def _joined(rects: list[Rect]) -> list[Rect]:
    """One rectangle around all when they overlap much or are many, else as they are."""
    if len(rects) < 2:
        return rects
    left = min(r[0] for r in rects)
    top = min(r[1] for r in rects)
    right = max(r[0] + r[2] for r in rects)
    bottom = max(r[1] + r[3] for r in rects)
    area = sum(r[2] * r[3] for r in rects)
    if len(rects) > 64 or (right - left) * (bottom - top) <= 1.5 * area:
        return [(left, top, right - left, bottom - top)]
    return rects
