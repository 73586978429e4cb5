"""The image as the canvas paints it: halved again and again, so that a small view reads few pixels."""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from labeler.editor.painting.camera import Camera, Pixels, Rect

#: Above this scale pixels are shown as what they are.
NEAREST_ABOVE = 2.0
_SMALLEST_LEVEL = 512


class Source(Protocol):
    """Something picture-like: a size in image pixels, and an image of it for each scale."""

    width: int
    height: int

    def level_for(self, scale: float) -> QImage: ...


class Picture:
    """An image with its halved levels. Made off the UI thread, then only read.

    ``pixels`` is (height, width, 3) RGB or (height, width) grey, uint8.
    """

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        self.height, self.width = pixels.shape[:2]
        self.pixels = pixels
        code = cv2.COLOR_GRAY2BGRA if pixels.ndim == 2 else cv2.COLOR_RGB2BGRA
        level = cv2.cvtColor(pixels, code)
        self._arrays = [level]
        while max(level.shape[:2]) > _SMALLEST_LEVEL:
            height, width = level.shape[:2]
            size = max(1, width // 2), max(1, height // 2)
            level = cv2.resize(level, size, interpolation=cv2.INTER_AREA)
            self._arrays.append(level)
        self._levels = [_as_image(array) for array in self._arrays]

    def level_for(self, scale: float) -> QImage:
        """The smallest level that still has a pixel for each on screen."""
        best = self._levels[0]
        for level in self._levels[1:]:
            if level.width() < self.width * scale:
                break
            best = level
        return best


def _as_image(bgra: NDArray[np.uint8]) -> QImage:
    height, width = bgra.shape[:2]
    return QImage(bgra.data, width, height, bgra.strides[0], QImage.Format.Format_RGB32)


class PicturePainter:
    """Paints a picture, or nothing but the surroundings when there is none."""

    def __init__(self, surroundings: QColor) -> None:
        self.picture: Source | None = None
        self.surroundings = surroundings

    def paint(self, pixels: Pixels, rect: Rect, camera: Camera) -> None:
        """Paint a rectangle of the layer; see ``Layer`` for the buffer's form."""
        height, width = pixels.shape[:2]
        # QImage takes whole buffers only, not a part of the layer's.
        own = np.empty((height, width, 4), np.uint8)
        image = QImage(own.data, width, height, QImage.Format.Format_ARGB32_Premultiplied)
        with QPainter(image) as painter:
            painter.fillRect(image.rect(), self.surroundings)
            if self.picture:
                self._paint_picture(painter, self.picture, rect, camera)
        pixels[:] = own

    def _paint_picture(self, painter: QPainter, picture: Source, rect: Rect, camera: Camera) -> None:
        level = picture.level_for(camera.scale)
        shrunk_x, shrunk_y = level.width() / picture.width, level.height() / picture.height
        left, top, right, bottom = camera.box_of(rect, margin=2)
        # Whole pixels of the level, so that a repaired rectangle samples as the whole picture would.
        source_left = max(int(left * shrunk_x) - 1, 0)
        source_top = max(int(top * shrunk_y) - 1, 0)
        source_right = min(int(right * shrunk_x) + 2, level.width())
        source_bottom = min(int(bottom * shrunk_y) + 2, level.height())
        if source_right <= source_left or source_bottom <= source_top:
            return
        scale_x, scale_y = camera.scale / shrunk_x, camera.scale / shrunk_y
        target = QRectF(
            source_left * scale_x + camera.left - rect[0],
            source_top * scale_y + camera.top - rect[1],
            (source_right - source_left) * scale_x,
            (source_bottom - source_top) * scale_y,
        )
        source = QRectF(
            source_left, source_top, source_right - source_left, source_bottom - source_top
        )
        smooth = camera.scale < NEAREST_ABOVE
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(target, level, source, Qt.ImageConversionFlag.NoOpaqueDetection)


class BakedPicture:
    """The exporter's own binary mask as a picture: white where 1, black where 0, repaired by rectangles."""

    def __init__(self, mask: NDArray[np.bool_]) -> None:
        self.height, self.width = mask.shape
        self._grey = np.where(mask, np.uint8(255), np.uint8(0))
        self._image = QImage(
            self._grey.data, self.width, self.height, self.width, QImage.Format.Format_Grayscale8
        )

    @property
    def mask(self) -> NDArray[np.bool_]:
        """(height, width) bool: what is shown."""
        return self._grey > 0

    def repair(self, left: int, top: int, mask: NDArray[np.bool_]) -> None:
        """Put a window of the mask in its place."""
        height, width = mask.shape
        self._grey[top : top + height, left : left + width] = np.where(mask, 255, 0)

    def level_for(self, scale: float) -> QImage:
        return self._image
