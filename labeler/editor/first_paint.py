"""Puts off what can wait until the window has been painted for the first time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

#: A window that starts hidden or minimised is never painted; what was put off must happen all the same.
_LATEST_MS = 2_000


class FirstPaint(QObject):
    """Calls ``then`` once, after ``window`` was painted."""

    def __init__(self, window: QWidget, then: Callable[[], object]) -> None:
        super().__init__(window)
        self._window = window
        self._then: Callable[[], object] | None = then
        window.installEventFilter(self)
        QTimer.singleShot(_LATEST_MS, self, self._go_on)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self, self._go_on)  # this paint event is not painted yet
        return False

    def _go_on(self) -> None:
        then, self._then = self._then, None
        if then:
            then()
