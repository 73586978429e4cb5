"""A graphics tablet's pen: sends what a driver sends."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointingDevice, QPointingDeviceUniqueId, QTabletEvent
from PySide6.QtWidgets import QApplication, QWidget

_NONE, _LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
_MOUSE = {
    QEvent.Type.TabletPress: QEvent.Type.MouseButtonPress,
    QEvent.Type.TabletMove: QEvent.Type.MouseMove,
    QEvent.Type.TabletRelease: QEvent.Type.MouseButtonRelease,
}


class Pen:
    def __init__(self, widget: QWidget, end: QPointingDevice.PointerType) -> None:
        self._widget = widget
        self._device = QPointingDevice(
            "pen", 7, QInputDevice.DeviceType.Stylus, end, QInputDevice.Capability.Position, 1, 1, "",
            QPointingDeviceUniqueId(),
        )  # fmt: skip

    def click(self, *places: QPointF) -> None:
        for place in places:
            self._send(QEvent.Type.TabletMove, place, _NONE, _NONE)
            self._send(QEvent.Type.TabletPress, place, _LEFT, _LEFT)
            self._send(QEvent.Type.TabletRelease, place, _LEFT, _NONE)

    def _send(self, kind: QEvent.Type, place: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        everywhere = self._widget.mapToGlobal(place)
        none = Qt.KeyboardModifier.NoModifier
        pen = QTabletEvent(kind, self._device, place, everywhere, 0.5, 0, 0, 0, 0, 0, none, button, held)
        QApplication.sendEvent(self._widget, pen)
        if not pen.isAccepted():  # then Qt makes it a mouse event, marked as such
            source = Qt.MouseEventSource.MouseEventSynthesizedByQt
            mouse = QMouseEvent(_MOUSE[kind], place, place, everywhere, button, held, none, source)
            QApplication.sendEvent(self._widget, mouse)
