"""What wheel, pan and fingers do to the canvas's view. Knows nothing of tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QPinchGesture

if TYPE_CHECKING:
    from labeler.editor.canvas import Canvas

#: One notch of a wheel (120 units) zooms by this.
_WHEEL_STEP = 1.2


class ViewGestures:
    """Belongs to one canvas."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._from: QPointF | None = None
        self._button = Qt.MouseButton.NoButton

    # --- panning -----------------------------------------------------------------------------------------

    @property
    def is_panning(self) -> bool:
        return self._from is not None

    def start_pan(self, event: QMouseEvent) -> None:
        """Until this button is let go the picture follows the pointer."""
        self._from, self._button = event.position(), event.button()

    def is_held_by(self, buttons: Qt.MouseButton) -> bool:
        """Whether the button that pans is among these."""
        return bool(buttons & self._button)

    def pan_to(self, position: QPointF) -> None:
        """Move the view by whole device pixels: then what is painted can be moved along."""
        assert self._from is not None
        ratio = self._canvas.devicePixelRatioF()
        moved = position - self._from
        dx, dy = round(moved.x() * ratio) / ratio, round(moved.y() * ratio) / ratio
        self._from += QPointF(dx, dy)
        self._canvas.pan_by(dx, dy)

    def end_pan(self) -> None:
        self._from, self._button = None, Qt.MouseButton.NoButton

    # --- zooming -----------------------------------------------------------------------------------------

    def turn_wheel(self, event: QWheelEvent) -> None:
        """Zoom with what is under the pointer staying there."""
        notches = notches_of(event)
        if notches:
            self._zoom(_WHEEL_STEP**notches, event.position())

    def zoom_natively(self, event: QNativeGestureEvent) -> bool:
        """Two fingers on a trackpad; False for another gesture of theirs."""
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._zoom(1 + event.value(), event.position())
        return True

    def pinch(self, pinch: QPinchGesture) -> None:
        """Two fingers on a screen: apart or together zooms, along moves the picture."""
        if pinch.state() != Qt.GestureState.GestureStarted:
            moved = pinch.centerPoint() - pinch.lastCenterPoint()
            self._canvas.pan_by(moved.x(), moved.y())
        center = self._canvas.mapFromGlobal(pinch.centerPoint())
        self._zoom(pinch.scaleFactor(), QPointF(center))

    def _zoom(self, factor: float, anchor: QPointF) -> None:
        self._canvas.zoom_at(factor, (anchor.x(), anchor.y()))


def notches_of(event: QWheelEvent) -> float:
    """How far a wheel was turned. With Alt held Qt turns its direction."""
    return (event.angleDelta().y() or event.angleDelta().x()) / 120
