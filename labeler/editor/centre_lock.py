"""Keeps the pointer in the middle of the canvas while the picture moves under it.

A cursor can be put somewhere, but the news of it comes like any other move, maybe after moves that were
made before, maybe joined with those made since, and under some systems not at all. So moves are measured
from where the pointer was last, and one is from the middle when it lies nearer to there.
"""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QCursor, QGuiApplication

if TYPE_CHECKING:
    from labeler.editor.canvas import Canvas


class CentreLock:
    """Belongs to one canvas. Positions are in its device-independent px.

    ``arm`` when the key goes down; the first move turns it on, so that a key pressed for something else
    moves nothing. ``release`` when the key is let go or drawing ends.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._armed = False
        #: Where the pointer was last, while the lock is on.
        self._last: QPointF | None = None
        #: The cursor was put into the middle and nothing came from there yet.
        self._expects = False

    @property
    def is_on(self) -> bool:
        return self._last is not None

    @property
    def is_armed(self) -> bool:
        return self._armed

    @property
    def hides_cursor(self) -> bool:
        """The cursor cannot be kept in the middle: seen elsewhere it would mislead."""
        return self.is_on and not _can_put_cursor()

    @property
    def middle(self) -> QPointF:
        """Where the pointer is kept: on a whole px, as cursors are."""
        return QPointF(self._canvas.width() // 2, self._canvas.height() // 2)

    def arm(self) -> None:
        self._armed = True

    def release(self) -> None:
        self._armed = False
        self._last = None
        self._expects = False

    def move(self, position: QPointF) -> None:
        """The pointer moved: the first time what is under it comes to the middle, then the picture moves."""
        if self._last is None:
            self._last = position
            self._pan(position - self.middle)
        else:
            moved = self._moved(position)
            if moved.isNull():
                return
            self._pan(moved)
        self.pin()

    def pin(self) -> None:
        """Put the cursor into the middle."""
        if self.is_on and _can_put_cursor():
            self._expects = True
            QCursor.setPos(self._canvas.mapToGlobal(self.middle.toPoint()))

    def _moved(self, position: QPointF) -> QPointF:
        assert self._last is not None
        before, self._last = self._last, position
        from_middle = position - self.middle
        if self._expects and _length(from_middle) <= _length(position - before):
            self._expects = False
            # Where pixels are scaled the cursor may stand a fraction beside.
            return from_middle if _length(from_middle) >= 1 else QPointF()
        return position - before

    def _pan(self, moved: QPointF) -> None:
        """By whole device pixels: then what is painted can be moved along."""
        ratio = self._canvas.devicePixelRatioF()
        self._canvas.pan_by(-round(moved.x() * ratio) / ratio, -round(moved.y() * ratio) / ratio)


def _can_put_cursor() -> bool:
    return not QGuiApplication.platformName().startswith("wayland")


def _length(way: QPointF) -> float:
    return hypot(way.x(), way.y())
