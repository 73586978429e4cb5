"""The image as the canvas paints it: halved again and again, so that a small view reads few pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from labeler.editor.painting.camera import Camera, Pixels, Rect
from labeler.editor.painting.look import GRID_FROM, Look, darken, paint_deep, paint_grid, tone
from labeler.editor.painting.sampling import Place
from labeler.editor.painting.style import bgra
from labeler.raster.deep import Deep
from labeler.raster.late import cv2
from labeler.raster.tones import auto_points

T = TypeVar("T", np.uint8, np.uint16)

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


@dataclass(frozen=True)
class DeepLevel:
    """One size of what an image holds beyond 8 bits; see ``Deep``."""

    values: NDArray[np.uint16]
    low: float
    high: float


class Source(Protocol):
    """Something picture-like: a size in image pixels, and a level for each scale."""

    width: int
    height: int

    def level_for(self, scale: float) -> Level: ...


class Picture:
    """An image with its halved levels. Made off the UI thread, then only read.

    ``pixels`` is (height, width, 3) RGB or (height, width) grey, uint8; ``deep`` has the values behind them
    where 8 bits do not hold them.
    """

    def __init__(self, pixels: NDArray[np.uint8], deep: Deep | None = None) -> None:
        self.height, self.width = pixels.shape[:2]
        self.pixels = pixels
        self.deep = deep
        code = cv2.COLOR_GRAY2BGRA if pixels.ndim == 2 else cv2.COLOR_RGB2BGRA
        self._levels = [Level(level) for level in halved(np.asarray(cv2.cvtColor(pixels, code), np.uint8))]
        self._deep_levels = (
            [DeepLevel(level, deep.low, deep.high) for level in halved(deep.values)] if deep else []
        )

    @property
    def nbytes(self) -> int:
        levels = sum(level.pixels.nbytes for level in self._levels)
        return self.pixels.nbytes + levels + sum(level.values.nbytes for level in self._deep_levels)

    @property
    def smallest(self) -> NDArray[np.uint8]:
        """The smallest level: (height, width, 3) uint8 RGB."""
        return np.ascontiguousarray(self._levels[-1].pixels[..., 2::-1])

    def level_for(self, scale: float) -> Level:
        """The smallest level that still has a pixel for each on screen."""
        return self._levels[self._place_for(scale)]

    def deep_level_for(self, scale: float) -> DeepLevel | None:
        """The same of what is beyond 8 bits; None when there is nothing."""
        return self._deep_levels[self._place_for(scale)] if self._deep_levels else None

    def _place_for(self, scale: float) -> int:
        return place_for([level.size[0] for level in self._levels], self.width * scale)

    def value_at(self, column: int, row: int) -> tuple[float, ...]:
        """What the file holds at a pixel: red, green and blue, or one value."""
        if self.deep:
            return self.deep.at(column, row)
        return tuple(np.ravel(self.pixels[row, column]).tolist())

    def auto_points(self) -> tuple[float, float]:
        """Black and white point in percent that use the whole screen for this image."""
        if self.deep:
            return auto_points(self.deep.shares(self._deep_levels[-1].values))
        return auto_points(self._levels[-1].pixels[..., :3] / np.float32(255))


def halved(pixels: NDArray[T]) -> list[NDArray[T]]:
    """These pixels, and by halves smaller ones until they are small."""
    levels = [pixels]
    while max(levels[-1].shape[:2]) > _SMALLEST_LEVEL:
        height, width = levels[-1].shape[:2]
        size = max(1, width // 2), max(1, height // 2)
        smaller = cv2.resize(levels[-1], size, interpolation=cv2.INTER_AREA)
        levels.append(np.asarray(smaller, pixels.dtype))
    return levels


def place_for(widths: Sequence[int], wanted: float) -> int:
    """Which of these descending widths is the smallest that is as wide as wanted; else the first."""
    return max((place for place, width in enumerate(widths) if width >= wanted), default=0)


class PicturePainter:
    """Paints a picture, or nothing but the surroundings when there is none."""

    def __init__(self, surroundings: str) -> None:
        self.picture: Source | None = None
        self.surroundings = surroundings
        self.look = Look()

    def paint(self, pixels: Pixels, rect: Rect, camera: Camera) -> None:
        """Paint a rectangle of the layer; see ``Layer`` for the buffer's form."""
        pixels[:] = bgra(self.surroundings)
        if self.picture is None:
            return
        sharp = camera.scale >= NEAREST_ABOVE
        self._paint_picture(self.picture, pixels, rect, camera, sharp=sharp)
        if self.look.mask:
            mask = self.look.mask.level_for(camera.scale)
            place = _place(mask.size, self.picture, rect, camera)
            darken(pixels, mask.pixels, place, self.look.shade, sharp=sharp)
        if self.look.grid and camera.scale >= GRID_FROM:
            size = self.picture.width, self.picture.height
            paint_grid(pixels, _place(size, self.picture, rect, camera), size)

    def _paint_picture(
        self, picture: Source, pixels: Pixels, rect: Rect, camera: Camera, *, sharp: bool
    ) -> None:
        level = picture.level_for(camera.scale)
        place = _place(level.size, picture, rect, camera)
        tones = self.look.tones
        deep = picture.deep_level_for(camera.scale) if isinstance(picture, Picture) else None
        if deep and not tones.is_neutral:
            paint_deep(pixels, deep, place, tones, sharp=sharp)
            return
        if place.is_whole or sharp:
            _paint_nearest(pixels, level, place)
        else:
            _paint_smooth(pixels, level, place)
        if not tones.is_neutral:
            tone(pixels, (place.rows(level.size[1])[0], place.columns(level.size[0])[0]), tones)


def _place(size: tuple[int, int], picture: Source, rect: Rect, camera: Camera) -> Place:
    """Where a level of this size of the picture is in the rectangle."""
    across, down = size[0] / picture.width, size[1] / picture.height
    return Place(camera.scale / across, camera.scale / down, camera.left, camera.top, rect)


def _paint_nearest(pixels: Pixels, level: Level, place: Place) -> None:
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


def _paint_smooth(pixels: Pixels, level: Level, place: Place) -> None:
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
