"""Outlines over the layers, drawn by OpenCV where the painter shows something: Qt takes ten times as long.

What is painted is cut out of what the whole would be, so that parts meet without a seam.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from labeler.editor.painting.camera import Camera, Pixels, Rect
from labeler.editor.painting.dashes import dashes
from labeler.editor.painting.placing import SHIFT, Placing, Points
from labeler.editor.painting.style import Bgra
from labeler.geometry.rings import Box, Ring
from labeler.geometry.viewport import Viewport
from labeler.raster.late import cv2

_SHADE: Bgra = (0, 0, 0, 160)
#: Lengths of dashes and the gaps between them, in device-independent pixels.
_DASH_PX, _GAP_PX = 8.0, 5.0
#: Lines fray where OpenCV cuts them: so much more is painted than shown, and more than lines reach.
_BORDER_PX = 6


@dataclass(frozen=True, eq=False)
class Outline:
    """A closed ring and the box around it, in image pixels."""

    ring: Ring
    box: Box
    color: Bgra
    dashed: bool = False


def paint_outlines(
    painter: QPainter, view: Viewport, outlines: Sequence[Outline], *, width: int, shade: int = 0
) -> None:
    """Paint these, ``width`` wide, over a dark rim of ``shade`` if any (device-independent px)."""
    camera = Camera.of(view, painter.device().devicePixelRatio())
    shown = _shown(painter, camera)
    box = camera.box_of(shown, _BORDER_PX)
    seen = [outline for outline in outlines if _overlap(outline.box, box)]
    rect = _cut(shown, seen, camera)
    if rect is None:
        return
    left, top, across, down = rect
    border = camera.pixels(_BORDER_PX)
    placing = Placing(camera, (left - border, top - border, across + 2 * border, down + 2 * border), 0)
    pixels = np.zeros((down + 2 * border, across + 2 * border, 4), np.uint8)
    boxes = np.array([outline.box for outline in seen]).T
    rings = placing.rings([outline.ring for outline in seen], boxes)
    if shade:
        cv2.polylines(pixels, rings, True, _SHADE, camera.pixels(shade), cv2.LINE_8, SHIFT)
    _lines(pixels, placing, seen, rings, camera.pixels(width))
    image = QImage(pixels.data, pixels.shape[1], pixels.shape[0], QImage.Format.Format_ARGB32_Premultiplied)
    ratio = camera.ratio
    target = QRectF(left / ratio, top / ratio, across / ratio, down / ratio)
    painter.drawImage(target, image, QRectF(border, border, across, down))


def shown_box(painter: QPainter, view: Viewport) -> Box:
    """The box of the image where the painter can change what is seen of an outline."""
    camera = Camera.of(view, painter.device().devicePixelRatio())
    return camera.box_of(_shown(painter, camera), _BORDER_PX)


def _lines(
    pixels: Pixels, placing: Placing, outlines: Sequence[Outline], rings: Sequence[Points], width: int
) -> None:
    """In their order; of those that look alike one after the other at once."""
    pairs = zip(outlines, rings, strict=True)
    for (color, dashed), alike in groupby(pairs, key=lambda pair: (pair[0].color, pair[0].dashed)):
        if dashed:
            lines = [line for outline, _ring in alike for line in _dashes(placing, outline)]
        else:
            lines = [ring for _outline, ring in alike]
        cv2.polylines(pixels, lines, not dashed, color, width, cv2.LINE_AA, SHIFT)


def _dashes(placing: Placing, outline: Outline) -> list[Points]:
    ratio, (_left, _top, width, height) = placing.camera.ratio, placing.rect
    ring = placing.exact(outline.ring)
    segments = dashes(ring, _DASH_PX * ratio, _GAP_PX * ratio, (0, 0, width, height))
    return list(np.rint(segments * (1 << SHIFT)).astype(np.int32))


def _shown(painter: QPainter, camera: Camera) -> Rect:
    """The rectangle that the painter can change, in pixels of its device."""
    shown = painter.clipBoundingRect() if painter.hasClipping() else QRectF(painter.window())
    left, top = max(floor(shown.left() * camera.ratio), 0), max(floor(shown.top() * camera.ratio), 0)
    right = min(ceil(shown.right() * camera.ratio), camera.width)
    bottom = min(ceil(shown.bottom() * camera.ratio), camera.height)
    return left, top, max(right - left, 1), max(bottom - top, 1)


def _cut(rect: Rect, seen: Sequence[Outline], camera: Camera) -> Rect | None:
    """The part of the rectangle around these outlines; None when there is none."""
    if not seen:
        return None
    left, top, right, bottom = zip(*(outline.box for outline in seen), strict=True)
    around = camera.rect_of((min(left), min(top), max(right), max(bottom)), _BORDER_PX)
    if around is None:
        return None
    first_x, first_y = max(rect[0], around[0]), max(rect[1], around[1])
    last_x = min(rect[0] + rect[2], around[0] + around[2])
    last_y = min(rect[1] + rect[3], around[1] + around[3])
    if last_x <= first_x or last_y <= first_y:
        return None
    return first_x, first_y, last_x - first_x, last_y - first_y


def _overlap(a: Box, b: Box) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]
