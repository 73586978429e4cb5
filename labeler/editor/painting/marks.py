"""How the small marks of a tool's overlay look: lines, frames, handles, rings, warnings."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from labeler.geometry.viewport import Viewport
from labeler.tools.state import Mark, MarkKind

_SHADE = QColor(0, 0, 0, 150)
_CHOSEN = QColor("#ffd60a")
_WARNING = QColor("#ff3b30")
_SNAP_PX = 6.0
_WARNING_PX = 7.0
#: A scribble crosses itself everywhere: more circles would say no more, and take longer than a frame has.
_MOST_WARNINGS = 50


def paint_mark(painter: QPainter, view: Viewport, mark: Mark, color: QColor) -> None:
    """Paint one mark; ``color`` is for those kinds that have none of their own."""
    if mark.points:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        _PAINT[mark.kind](painter, view, mark, color)


def on_screen(points: NDArray[np.float64], view: Viewport) -> QPolygonF:
    """One block instead of a call for each point: QPolygonF reads itself from Qt's own serialisation."""
    array = points * view.scale + (view.left, view.top)
    # The stream reads from this very object and does not keep it alive.
    data = QByteArray(struct.pack(">I", len(array)) + array.astype(">f8").tobytes())
    stream = QDataStream(data, QIODevice.OpenModeFlag.ReadOnly)
    polygon = QPolygonF()
    stream >> polygon
    return polygon


def _line(painter: QPainter, view: Viewport, mark: Mark, color: QColor) -> None:
    line = on_screen(np.array(mark.points), view)
    for pen in (QPen(_SHADE, 3.5), QPen(color, 1.5, Qt.PenStyle.DashLine)):
        painter.setPen(pen)
        painter.drawPolyline(line)


def _frame(painter: QPainter, view: Viewport, mark: Mark, color: QColor) -> None:
    ring = on_screen(np.array(mark.points), view)
    for pen in (QPen(_SHADE, 2.5), QPen(color, 1, Qt.PenStyle.DashLine)):
        painter.setPen(pen)
        painter.drawPolygon(ring)


def _squares(painter: QPainter, view: Viewport, mark: Mark, color: QColor) -> None:
    points = on_screen(np.array(mark.points), view)
    for pen_color, size in ((QColor(0, 0, 0, 200), 10.0), (color, 7.0)):
        painter.setPen(QPen(pen_color, size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
        painter.drawPoints(points)


def _chosen(painter: QPainter, view: Viewport, mark: Mark, color: QColor) -> None:
    _squares(painter, view, mark, _CHOSEN)


def _snap(painter: QPainter, view: Viewport, mark: Mark, color: QColor) -> None:
    """A tilted square: nothing else on the canvas looks like it."""
    for x, y in mark.points:
        at = QPointF(*view.to_screen((x, y)))
        corners = [at + QPointF(dx, dy) * _SNAP_PX for dx, dy in ((0, -1), (1, 0), (0, 1), (-1, 0))]
        for pen in (QPen(_SHADE, 3.5), QPen(_CHOSEN, 1.5)):
            painter.setPen(pen)
            painter.drawPolygon(QPolygonF(corners))


def _warning(painter: QPainter, view: Viewport, mark: Mark, color: QColor) -> None:
    for x, y in mark.points[:_MOST_WARNINGS]:
        at = QPointF(*view.to_screen((x, y)))
        for pen in (QPen(_SHADE, 4), QPen(_WARNING, 2)):
            painter.setPen(pen)
            painter.drawEllipse(at, _WARNING_PX, _WARNING_PX)


def _stroke(painter: QPainter, view: Viewport, mark: Mark, color: QColor) -> None:
    """As wide as it will be, see-through. Only what shows: strokes are long and grow at mouse speed."""
    shown = painter.clipBoundingRect() if painter.hasClipping() else painter.viewport()
    path = _parts_in(QRectF(shown), mark, view)
    width = 2 * mark.radius * view.scale
    for pen_color, pen_width in ((_see_through(_SHADE, 60), width + 3), (_see_through(color, 110), width)):
        pen = QPen(pen_color, max(pen_width, 1), Qt.PenStyle.SolidLine)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, pen)


def _parts_in(shown: QRectF, mark: Mark, view: Viewport) -> QPainterPath:
    """Those parts of a stroke that can be seen in a rectangle of the canvas, as one path."""
    points = np.array(mark.points) * view.scale + (view.left, view.top)
    if len(points) == 1:
        points = np.vstack([points, points])
    reach = mark.radius * view.scale + 2
    low, high = np.minimum(points[:-1], points[1:]) - reach, np.maximum(points[:-1], points[1:]) + reach
    seen = (low[:, 0] <= shown.right()) & (high[:, 0] >= shown.left())
    seen &= (low[:, 1] <= shown.bottom()) & (high[:, 1] >= shown.top())
    path, last = QPainterPath(), -2
    for part in np.flatnonzero(seen).tolist():
        if part != last + 1:
            path.moveTo(*points[part].tolist())
        path.lineTo(*points[part + 1].tolist())
        last = part
    return path


def _see_through(color: QColor, alpha: int) -> QColor:
    color = QColor(color)
    color.setAlpha(alpha)
    return color


def _ring(painter: QPainter, view: Viewport, mark: Mark, color: QColor) -> None:
    radius = mark.radius * view.scale
    for x, y in mark.points:
        at = QPointF(*view.to_screen((x, y)))
        for pen in (QPen(_SHADE, 3), QPen(color, 1.5)):
            painter.setPen(pen)
            painter.drawEllipse(at, radius, radius)


_PAINT: dict[MarkKind, Callable[[QPainter, Viewport, Mark, QColor], None]] = {
    MarkKind.LINE: _line,
    MarkKind.FRAME: _frame,
    MarkKind.HANDLE: _squares,
    MarkKind.CHOSEN: _chosen,
    MarkKind.SNAP: _snap,
    MarkKind.WARNING: _warning,
    MarkKind.RING: _ring,
    MarkKind.STROKE: _stroke,
}
