"""Icons in the palette's text colour, drawn from SVG at whatever size is asked for.

Most are Lucide's (see LICENSE-lucide.txt); include, exclude, ignore, baked, fit,
actual-size, transform, sweep, cut, to-clipboard and paste are our own.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

_FOLDER = Path(__file__).parent


def icon(name: str) -> QIcon:
    """The icon of this name; it follows the application's palette. FileNotFoundError for an unknown name."""
    return QIcon(_SvgEngine((_FOLDER / f"{name}.svg").read_text(encoding="utf-8")))


class _SvgEngine(QIconEngine):
    """Looks the colour up when it paints, so that a change of theme needs no new icons."""

    def __init__(self, svg: str) -> None:
        super().__init__()
        self._svg = svg

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        group = QPalette.ColorGroup.Disabled if mode == QIcon.Mode.Disabled else QPalette.ColorGroup.Active
        role = (
            QPalette.ColorRole.HighlightedText
            if mode == QIcon.Mode.Selected
            else QPalette.ColorRole.ButtonText
        )
        color = QGuiApplication.palette().color(group, role).name()
        renderer = QSvgRenderer(QByteArray(self._svg.replace("currentColor", color).encode()))
        renderer.render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _SvgEngine(self._svg)
