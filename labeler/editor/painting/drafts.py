"""How a draft looks: the line so far, its points, the way to the pointer; painted only where it is seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from labeler.editor.painting.marks import on_screen
from labeler.geometry.nearest import Position
from labeler.geometry.viewport import Viewport
from labeler.tools.picking import PICK_TOLERANCE_PX
from labeler.tools.state import Overlay

#: From so many points on, handles are thinned out and a draft's points are dots.
MANY_POINTS = 64
#: Handles closer than this on screen would be a solid band.
HANDLE_SPACING_PX = 12.0
_ARM_PX = 4.0
#: How far the line and its points reach beyond their geometry, in screen pixels.
_REACH_PX = 8.0

Points = NDArray[np.float64]


def paint_draft(painter: QPainter, view: Viewport, overlay: Overlay, color: QColor) -> None:
    """Paint the draft of an overlay where the painter shows it."""
    points = np.array(overlay.draft)
    box = _shown(painter, view)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    line = QPainterPath()  # one, as what lies over itself must not be darker
    for part in _parts_in(box, points):
        line.addPolygon(on_screen(part, view))
    for pen in (QPen(QColor(0, 0, 0, 150), 3.5), QPen(color, 1.5)):
        painter.strokePath(line, pen)
    _rubber(painter, view, overlay, color)
    if len(points) < MANY_POINTS:
        paint_pluses(painter, map(view.to_screen, _within(box, points).tolist()), color, _ARM_PX)
    else:
        _dots(painter, view, _within(box, apart(points, HANDLE_SPACING_PX * view.pixel)), color)
    if overlay.closes:
        painter.setPen(QPen(QColor("#ffd60a"), 2))
        painter.drawEllipse(QPointF(*view.to_screen(overlay.draft[0])), PICK_TOLERANCE_PX, PICK_TOLERANCE_PX)


def paint_pluses(painter: QPainter, at: Iterable[Position], color: QColor, arm: float) -> None:
    """A plus at each place on screen."""
    lines = [line for x, y in at for line in (QLineF(x - arm, y, x + arm, y), QLineF(x, y - arm, x, y + arm))]
    for pen in (QPen(QColor(0, 0, 0, 170), 3), QPen(color, 1.5)):
        painter.setPen(pen)
        painter.drawLines(lines)


def apart(points: Points, spacing: float) -> Points:
    """Thinned to roughly one point a ``spacing``: handles of a dense ring stay handles."""
    if len(points) < MANY_POINTS:
        return points
    steps = np.hypot(*np.diff(points, axis=0, prepend=points[:1]).T)
    bins = np.floor(np.cumsum(steps) / spacing)
    return points[np.concatenate([[True], np.diff(bins) > 0])]


def _rubber(painter: QPainter, view: Viewport, overlay: Overlay, color: QColor) -> None:
    """From the last point to the pointer, and from there to the first where the draft is to be a ring."""
    if not overlay.rubber:
        return
    painter.setPen(QPen(color, 1, Qt.PenStyle.DashLine))
    first, last, pointer = (
        QPointF(*view.to_screen(p)) for p in (overlay.draft[0], overlay.draft[-1], overlay.rubber)
    )
    painter.drawLine(last, pointer)
    if not overlay.is_open:
        painter.drawLine(pointer, first)


def _dots(painter: QPainter, view: Viewport, points: Points, color: QColor) -> None:
    dots = on_screen(points, view)
    for dot_color, size in ((QColor(0, 0, 0, 170), 4.5), (color, 3.0)):
        painter.setPen(QPen(dot_color, size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(dots)


def _shown(painter: QPainter, view: Viewport) -> tuple[Position, Position]:
    """Corners of the box of the image in which a draft's geometry can be seen."""
    shown = painter.clipBoundingRect() if painter.hasClipping() else QRectF(painter.viewport())
    shown.adjust(-_REACH_PX, -_REACH_PX, _REACH_PX, _REACH_PX)
    return view.to_image(shown.topLeft().toTuple()), view.to_image(shown.bottomRight().toTuple())


def _within(box: tuple[Position, Position], points: Points) -> Points:
    return points[((points >= box[0]) & (points <= box[1])).all(axis=1)]


def _parts_in(box: tuple[Position, Position], points: Points) -> Iterator[Points]:
    """Those stretches of a line that can be seen; all of a line of one point."""
    if len(points) == 1:
        yield points
        return
    low, high = np.minimum(points[:-1], points[1:]), np.maximum(points[:-1], points[1:])
    seen = ((low <= box[1]) & (high >= box[0])).all(axis=1)
    ends = np.flatnonzero(np.diff(seen, prepend=False, append=False))
    for first, end in ends.reshape(-1, 2).tolist():
        yield points[first : end + 1]
