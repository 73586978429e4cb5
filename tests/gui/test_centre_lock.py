"""The pointer stays in the middle, in whatever order the news of moves and of the cursor's new place come."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF

from labeler.editor import centre_lock
from labeler.editor.centre_lock import CentreLock

MIDDLE = QPointF(400, 300)


class FakeCanvas:
    """Notes how far the picture was moved; the window stands at (1000, 500) on the screen."""

    def __init__(self) -> None:
        self.panned = QPointF()
        self.put: list[QPoint] = []

    def width(self) -> int:
        return 801

    def height(self) -> int:
        return 600

    def devicePixelRatioF(self) -> float:
        return 1.0

    def pan_by(self, dx: float, dy: float) -> None:
        self.panned += QPointF(dx, dy)

    def mapToGlobal(self, place: QPoint) -> QPoint:
        return place + QPoint(1000, 500)


@pytest.fixture
def canvas(monkeypatch) -> FakeCanvas:
    canvas = FakeCanvas()
    monkeypatch.setattr(centre_lock, "QCursor", type("Cursor", (), {"setPos": canvas.put.append}))
    return canvas


@pytest.fixture
def lock(canvas) -> CentreLock:
    """On, the pointer in the middle and known to be there."""
    lock = CentreLock(canvas)
    lock.arm()
    lock.move(MIDDLE)
    lock.move(MIDDLE)
    assert canvas.panned.isNull()
    return lock


def moves(lock: CentreLock, *places: tuple[float, float]) -> None:
    """Each is where the cursor is seen, as from the middle."""
    for x, y in places:
        lock.move(MIDDLE + QPointF(x, y))


def test_the_first_move_brings_what_is_pointed_at_to_the_middle(canvas):
    lock = CentreLock(canvas)
    lock.arm()
    assert not lock.is_on
    lock.move(QPointF(500, 320))
    assert lock.is_on
    assert canvas.panned == QPointF(-100, -20)
    assert canvas.put == [QPoint(1400, 800)]


def test_the_picture_moves_against_the_hand_and_the_cursor_goes_back(canvas, lock):
    moves(lock, (5, 3), (0, 0), (-2, 0), (0, 0))
    assert canvas.panned == QPointF(-3, -3)
    assert len(canvas.put) == 3  # once when it began, once for each move


def test_the_news_of_the_cursors_place_moves_nothing(canvas, lock):
    moves(lock, (30, 40), *[(0, 0)] * 5)
    assert canvas.panned == QPointF(-30, -40)


def test_a_move_from_before_the_cursor_was_put_back_counts_from_where_it_was(canvas, lock):
    moves(lock, (30, 0), (60, 0), (0, 0), (10, 0), (0, 0))
    assert canvas.panned == QPointF(-70, 0)


def test_a_move_that_took_the_news_of_the_cursors_place_with_it_counts_from_the_middle(canvas, lock):
    moves(lock, (30, 0), (12, 0), (0, 0))
    assert canvas.panned == QPointF(-42, 0)


def test_where_cursors_cannot_be_put_the_picture_still_follows(canvas, monkeypatch):
    monkeypatch.setattr(centre_lock.QGuiApplication, "platformName", lambda: "wayland")
    lock = CentreLock(canvas)
    lock.arm()
    lock.move(MIDDLE)
    moves(lock, (10, 0), (25, 0), (20, 5))
    assert canvas.panned == QPointF(-20, -5)
    assert not canvas.put
    assert lock.hides_cursor
    lock.release()
    assert not lock.hides_cursor


def test_on_scaled_screens_a_cursor_a_fraction_beside_the_middle_is_in_it(canvas, lock):
    moves(lock, (30, 0), (0.4, -0.4), (0.4, -0.4))
    assert canvas.panned == QPointF(-30, 0)


def test_let_go_it_is_off(canvas, lock):
    lock.release()
    assert not lock.is_on
    assert not lock.is_armed
    lock.pin()
    assert len(canvas.put) == 1
