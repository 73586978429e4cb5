"""When Python looks for garbage: not while the program starts and not among all the polygons of an image.

Annotations hold no cycles, so looking through them finds nothing; with 10,000 polygons each full look would
make a frame 0.1 s late.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, Qt, QTimer, SignalInstance
from PySide6.QtGui import QGuiApplication

#: By then what belongs to an image that was just opened is there: polygons, list, index.
_SETTLED_MS = 2_000


class Attendant(QObject):
    """Leaves what is there for good out of every look; has a thorough one when the user looks elsewhere."""

    def __init__(self, app: QGuiApplication, image_opening: SignalInstance) -> None:
        super().__init__(app)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLED_MS)
        self._timer.timeout.connect(self._go_on)
        image_opening.connect(self._pause)
        app.applicationStateChanged.connect(self._look_well)
        self._pause()

    def _pause(self) -> None:
        gc.disable()  # what is being made now stays
        self._timer.start()

    def _go_on(self) -> None:
        gc.freeze()
        gc.enable()

    def _look_well(self, state: Qt.ApplicationState) -> None:
        if state != Qt.ApplicationState.ApplicationActive:
            gc.unfreeze()
            gc.collect()
            gc.freeze()
