"""Icons in the palette's text colour, drawn from SVG at whatever size is asked for.

Most are Lucide's (see LICENSE-lucide.txt). Our own are those of roles, tools, shaping, the clipboard and
what can be looked at: include, exclude, ignore, transform, sweep, knife, brush, eraser, union, subtract,
intersect, cut, to-clipboard, paste, fit, actual-size, baked, model-mask, overlay, contrast, crosshair,
minimap, filmstrip and file-input.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

_FOLDER = Path(__file__).parent


def icon(name: str) -> QIcon:
    """The icon of this name; it follows the application's palette. Nothing is read before it is painted."""
    return QIcon(_SvgEngine(name))


class _SvgEngine(QIconEngine):
    """Looks the colour up when it paints, so that a change of theme needs no new icons."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        #: By colour, size and pixels of the screen: lists paint the same few icons in every row.
        self._drawn: dict[tuple[str, int, int, float], QPixmap] = {}

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        # Asked what device this is, PySide loads every kind of widget there is to find out.
        ratio = painter.deviceTransform().m11()
        painter.drawPixmap(rect, self._in_color(_color(mode), rect.size(), ratio))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self._in_color(_color(mode), size, 1.0)

    def clone(self) -> QIconEngine:
        return _SvgEngine(self._name)

    @cached_property
    def _svg(self) -> str:
        return (_FOLDER / f"{self._name}.svg").read_text(encoding="utf-8")

    def _in_color(self, color: str, size: QSize, ratio: float) -> QPixmap:
        key = color, size.width(), size.height(), ratio
        if key not in self._drawn:
            self._drawn[key] = self._draw(color, size, ratio)
        return self._drawn[key]

    def _draw(self, color: str, size: QSize, ratio: float) -> QPixmap:
        pixmap = QPixmap(size * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        renderer = QSvgRenderer(QByteArray(self._svg.replace("currentColor", color).encode()))
        with QPainter(pixmap) as painter:
            renderer.render(painter, QRectF(0, 0, size.width(), size.height()))
        return pixmap


def _color(mode: QIcon.Mode) -> str:
    group = QPalette.ColorGroup.Disabled if mode == QIcon.Mode.Disabled else QPalette.ColorGroup.Active
    selected = mode == QIcon.Mode.Selected
    role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.ButtonText
    return QGuiApplication.palette().color(group, role).name()
