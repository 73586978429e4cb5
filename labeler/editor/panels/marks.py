"""Small marks for lists, painted at the size and density asked for: dots, and swatches with a role's pattern.

They differ by shape and pattern too, never by colour alone, and take their lines from the palette.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPainterPath,
    QPalette,
    QPen,
    QPixmap,
)

from labeler.document.model import Role
from labeler.editor.painting.style import Style

#: Paints into a square of this many units.
_UNITS = 16.0
_STYLE = Style({})
_Draw = Callable[[QPainter, QColor], None]


def dot(*, filled: bool) -> QIcon:
    """A ring, or a filled one."""

    def draw(painter: QPainter, line: QColor) -> None:
        if not filled:
            line.setAlphaF(0.5)
        painter.setPen(QPen(line, 1.5))
        painter.setBrush(line if filled else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(4.5, 4.5, 7, 7))

    return QIcon(_Mark(draw))


def swatch(color: str, role: Role = Role.INCLUDE) -> QIcon:
    """How polygons of this role look on the canvas; ``color`` ("#rrggbb") is the class's."""

    def draw(painter: QPainter, line: QColor) -> None:
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(2, 2, 12, 12), 3, 3)
        if role is Role.INCLUDE:
            painter.fillPath(shape, QColor(color))
        else:
            _hatch(painter, shape, role, line)
        edge = QColor(line)
        edge.setAlphaF(0.45)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(edge, 1) if role is Role.INCLUDE else _outline(role, line))
        painter.drawPath(shape)

    return QIcon(_Mark(draw))


def _outline(role: Role, line: QColor) -> QPen:
    if role is Role.EXCLUDE:
        return QPen(QColor(_STYLE.exclude), 1.5, Qt.PenStyle.DashLine)
    return QPen(line, 1.5, Qt.PenStyle.DotLine)


def _hatch(painter: QPainter, shape: QPainterPath, role: Role, line: QColor) -> None:
    painter.save()
    painter.setClipPath(shape)
    # The canvas's colour for ignore is made for pictures: on a light list it would not show.
    painter.setPen(QPen(QColor(_STYLE.exclude) if role is Role.EXCLUDE else line, 1.2))
    for start in range(-12, 17, 4):
        painter.drawLine(QPoint(start, 16), QPoint(start + 16, 0))
        if role is Role.IGNORE:
            painter.drawLine(QPoint(start, 0), QPoint(start + 16, 16))
    painter.restore()


class _Mark(QIconEngine):
    """Looks the line colour up when it paints, so that a change of theme needs no new icons."""

    def __init__(self, draw: _Draw) -> None:
        super().__init__()
        self._draw = draw

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        selected = mode == QIcon.Mode.Selected
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(rect.topLeft())
        painter.scale(rect.width() / _UNITS, rect.height() / _UNITS)
        self._draw(painter, QGuiApplication.palette().color(role))
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _Mark(self._draw)
