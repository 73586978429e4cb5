"""Lines through the pointer across the whole canvas: what is level with what?"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter

from labeler.editor.painting.scene import Scene

_LINE = QColor(255, 255, 255, 220)
_RIM = QColor(0, 0, 0, 120)
#: The cursor has its own cross; the pixel under it should be seen.
_GAP_PX = 10


class Crosshair:
    is_label = False

    def paint(self, painter: QPainter, scene: Scene) -> None:
        bars = [*((bar, _RIM) for bar in _bars(scene, 3)), *((bar, _LINE) for bar in _bars(scene, 1))]
        if not bars:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        # Clipped to a region Qt fills span by span, which takes ten times as long.
        for part in list(painter.clipRegion()) or [_whole(scene)]:  # type: ignore[call-overload]
            painter.setClipRect(part)
            for bar, color in bars:
                if bar.intersects(QRectF(part)):
                    painter.fillRect(bar, color)

    def changes(self, before: Scene, after: Scene) -> Iterator[QRectF]:
        old, new = list(_bars(before, 3)), list(_bars(after, 3))
        if old != new:
            yield from (*old, *new)


def _whole(scene: Scene) -> QRect:
    return QRect(0, 0, ceil(scene.view.width), ceil(scene.view.height))


def _bars(scene: Scene, width: int) -> Iterator[QRectF]:
    """The four arms, as wide as this; none where the pointer is elsewhere."""
    if not scene.view_options.crosshair or scene.pointer is None or scene.picture is None:
        return
    across, down = scene.view.width, scene.view.height
    x, y = floor(scene.pointer[0]), floor(scene.pointer[1])
    left, top = x - width // 2, y - width // 2
    yield QRectF(0, top, max(x - _GAP_PX, 0), width)
    yield QRectF(x + 1 + _GAP_PX, top, max(across - x - 1 - _GAP_PX, 0), width)
    yield QRectF(left, 0, width, max(y - _GAP_PX, 0))
    yield QRectF(left, y + 1 + _GAP_PX, width, max(down - y - 1 - _GAP_PX, 0))
