"""A line at the top of the canvas that says what is missing from what is shown."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QPainter

from labeler.editor.painting.scene import Scene

_TOP_PX, _PADDING_PX = 12.0, 8.0


class Note:
    is_label = False

    def paint(self, painter: QPainter, scene: Scene) -> None:
        rect = _rect(scene)
        if rect.isEmpty():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(QGuiApplication.font())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 190))
        painter.drawRoundedRect(rect, 5, 5)
        painter.setPen(QColor("white"))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), scene.note)

    def changes(self, before: Scene, after: Scene) -> Iterator[QRectF]:
        if before.note != after.note:
            yield from (_rect(before), _rect(after))


def _rect(scene: Scene) -> QRectF:
    if not scene.note:
        return QRectF()
    metrics = QFontMetricsF(QGuiApplication.font())
    width = metrics.horizontalAdvance(scene.note) + 2 * _PADDING_PX
    height = metrics.height() + _PADDING_PX
    return QRectF(
        QPointF((scene.view.width - width) / 2, _TOP_PX),
        QPointF((scene.view.width + width) / 2, _TOP_PX + height),
    )
