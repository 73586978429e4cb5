"""The image as the canvas paints it: halved again and again, so that a small view reads few pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from labeler.editor.painting.camera import Camera, Pixels, Rect
from labeler.editor.painting.style import bgra

#: Above this scale pixels are shown as what they are.
NEAREST_ABOVE = 2.0
_SMALLEST_LEVEL = 512
#: A view is often at half a pixel: there rounding errors would decide where the picture ends.
_NUDGE_PX = 1 / 256


@dataclass(frozen=True)
class Level:
    """One size of a picture: ``pixels`` is (height, width, 4) BGRA or (height, width) grey, uint8."""

    pixels: NDArray[np.uint8]

    @cached_property
    def image(self) -> QImage:
        """The same pixels for Qt, not copied."""
        height, width = self.pixels.shape[:2]
        grey = self.pixels.ndim == 2
        kind = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB32
        return QImage(self.pixels.data, width, height, self.pixels.strides[0], kind)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.pixels.shape[1], self.pixels.shape[0]


class Source(Protocol):
    """Something picture-like: a size in image pixels, and a level for each scale."""

    width: int
    height: int

    def level_for(self, scale: float) -> Level: ...


class Picture:
    """An image with its halved levels. Made off the UI thread, then only read.

    ``pixels`` is (height, width, 3) RGB or (height, width) grey, uint8.
    """

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        self.height, self.width = pixels.shape[:2]
        self.pixels = pixels
        code = cv2.COLOR_GRAY2BGRA if pixels.ndim == 2 else cv2.COLOR_RGB2BGRA
        self._levels = [Level(np.asarray(cv2.cvtColor(pixels, code), np.uint8))]
        while max(self._levels[-1].size) > _SMALLEST_LEVEL:
            width, height = self._levels[-1].size
            size = max(1, width // 2), max(1, height // 2)
            smaller = cv2.resize(self._levels[-1].pixels, size, interpolation=cv2.INTER_AREA)
            self._levels.append(Level(np.asarray(smaller, np.uint8)))

    def level_for(self, scale: float) -> Level:
        """The smallest level that still has a pixel for each on screen."""
        best = self._levels[0]
        for level in self._levels[1:]:
            if level.size[0] < self.width * scale:
                break
            best = level
        return best


class PicturePainter:
    """Paints a picture, or nothing but the surroundings when there is none."""

    def __init__(self, surroundings: str) -> None:
        self.picture: Source | None = None
        self.surroundings = surroundings

    def paint(self, pixels: Pixels, rect: Rect, camera: Camera) -> None:
        """Paint a rectangle of the layer; see ``Layer`` for the buffer's form."""
        pixels[:] = bgra(self.surroundings)
        if self.picture is None:
            return
        level = self.picture.level_for(camera.scale)
        across = level.size[0] / self.picture.width, level.size[1] / self.picture.height
        place = _Place(camera.scale / across[0], camera.scale / across[1], camera.left, camera.top, rect)
        if place.is_whole or camera.scale >= NEAREST_ABOVE:
            _paint_nearest(pixels, level, place)
        else:
            _paint_smooth(pixels, level, place)


@dataclass(frozen=True)
class _Place:
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


def _paint_nearest(pixels: Pixels, level: Level, place: _Place) -> None:
    """Each pixel of the level as a sharp square."""
    x, columns = place.columns(level.size[0])
    y, rows = place.rows(level.size[1])
    if not len(columns) or not len(rows):
        return
    # Across first: of a level that is enlarged these are few rows.
    part = level.pixels[rows[0] : rows[-1] + 1]
    wide = part[:, columns] if part.ndim == 2 else part.view(np.uint32)[:, columns, 0]
    tall = wide[rows - rows[0]]
    if part.ndim == 2:
        pixels[y, x, :3] = tall[..., None]
    else:
        pixels.view(np.uint32)[y, x, 0] = tall


def _paint_smooth(pixels: Pixels, level: Level, place: _Place) -> None:
    """Interpolated by Qt."""
    left, top, width, height = place.rect
    # Whole pixels of the level, so that a repaired rectangle samples as the whole picture would.
    first_x = max(floor((left - place.left) / place.scale_x) - 2, 0)
    first_y = max(floor((top - place.top) / place.scale_y) - 2, 0)
    last_x = min(ceil((left + width - place.left) / place.scale_x) + 2, level.size[0])
    last_y = min(ceil((top + height - place.top) / place.scale_y) + 2, level.size[1])
    if last_x <= first_x or last_y <= first_y:
        return
    source = QRectF(first_x, first_y, last_x - first_x, last_y - first_y)
    target = QRectF(
        first_x * place.scale_x + place.left - left + _NUDGE_PX,
        first_y * place.scale_y + place.top - top + _NUDGE_PX,
        source.width() * place.scale_x,
        source.height() * place.scale_y,
    )
    # QImage takes whole buffers only, not a part of the layer's.
    own = np.ascontiguousarray(pixels)
    image = QImage(own.data, width, height, QImage.Format.Format_ARGB32_Premultiplied)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, level.image, source, Qt.ImageConversionFlag.NoOpaqueDetection)
    if own is not pixels:
        pixels[:] = own
