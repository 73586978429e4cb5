"""The picture and the labels over it, drawn together: at once, or stretched until they are sharp."""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter

from labeler.editor.painting.camera import Camera
from labeler.editor.painting.layer import Layer

#: So long (s) is painted before events get their turn.
_SLICE_S = 0.004


class Layers:
    """Draws two layers onto a widget whose surroundings have a "#rrggbb" colour."""

    def __init__(self, picture: Layer, labels: Layer, surroundings: str) -> None:
        self.picture = picture
        self.labels = labels
        self._surroundings = QColor(surroundings)

    @property
    def is_pending(self) -> bool:
        """Whether ``work`` has something to do."""
        return self.picture.is_pending or self.labels.is_pending

    def work(self) -> bool:
        """Paint for a few ms; true when something new can be drawn."""
        until = perf_counter() + _SLICE_S
        return self.picture.work(until) or self.labels.work(until)

    def draw(self, painter: QPainter, rects: Iterable[QRect], camera: Camera, *, labels: bool) -> None:
        """Draw the rectangles (device-independent px) of the picture, with or without its labels."""
        self._prepare(camera, labels=labels)
        rects = list(rects)
        for layer in (self.picture, self.labels) if labels else (self.picture,):
            if layer.image is None or layer.camera is None:
                continue
            if layer.camera == camera:
                _draw_parts(painter, rects, layer, camera)
                continue
            if layer is self.picture:
                for rect in rects:
                    painter.fillRect(rect, self._surroundings)
            painter.drawImage(_stretched(layer.camera, camera), layer.image)

    def _prepare(self, camera: Camera, *, labels: bool) -> None:
        if not labels or not self.labels.is_slow(camera):
            self.picture.sync(camera)
            if labels:
                self.labels.sync(camera)
            return
        self.labels.paint_later(camera)
        # They are stretched together, and the frame is not kept waiting.
        if self.picture.is_only_elsewhere(camera) and self.labels.image:
            self.picture.paint_later(camera)
        elif not self.picture.is_pending:
            self.picture.sync(camera)


def _draw_parts(painter: QPainter, rects: list[QRect], layer: Layer, camera: Camera) -> None:
    assert layer.image
    painter.save()
    for rect in rects:
        target, ratio = QRectF(rect), camera.ratio
        source = QRectF(
            target.x() * ratio, target.y() * ratio, target.width() * ratio, target.height() * ratio
        )
        # Clipped to a region Qt draws span by span, which takes ten times as long.
        painter.setClipRect(rect)
        painter.drawImage(target, layer.image, source)
    painter.restore()


def _stretched(seen: Camera, wanted: Camera) -> QRectF:
    """Where on the widget what one camera saw belongs, as another sees it."""
    factor = wanted.scale / seen.scale
    left, top = wanted.left - seen.left * factor, wanted.top - seen.top * factor
    ratio = wanted.ratio
    return QRectF(left / ratio, top / ratio, seen.width * factor / ratio, seen.height * factor / ratio)
