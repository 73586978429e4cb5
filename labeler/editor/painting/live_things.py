"""Selection, hover and draft as one of the painters over the layers."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from labeler.editor.painting.live import LivePainter, screen_rect
from labeler.editor.painting.scene import Scene


class LiveThings:
    is_label = True

    def paint(self, painter: QPainter, scene: Scene) -> None:
        LivePainter(scene.style).paint(painter, scene.view, scene.live)

    def changes(self, before: Scene, after: Scene) -> Iterator[QRectF]:
        return (screen_rect(box, after.view) for box in before.live.changes(after.live))
