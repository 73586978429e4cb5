"""The drawing loop in a real window: at high zoom, with the pointer kept in the middle, along neighbours."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from labeler.document import edits
from labeler.document.model import Instance, Polygon, Role
from labeler.editor import centre_lock
from labeler.raster.runs import rasterize
from labeler.tools.state import MarkKind
from tests.builders import rectangle
from tests.gui.desk import Desk

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class Hand:
    """A mouse whose cursor the window may put elsewhere, and the keys held with it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.modifiers = Qt.KeyboardModifier.NoModifier
        self.buttons = Qt.MouseButton.NoButton
        #: On the canvas, and what is on its way to it.
        self.cursor = QPoint()
        self.news = 0

    def put(self, place: QPoint) -> None:
        self.cursor = self.desk.canvas.mapFromGlobal(place)
        self.news += 1

    def at(self, x: float, y: float) -> Hand:
        """Point at an image position."""
        self.cursor = self.desk.at(x, y)
        return self.push(0, 0)

    def push(self, dx: int, dy: int, times: int = 1) -> Hand:
        """Move by so many screen px."""
        for _time in range(times):
            self.cursor += QPoint(dx, dy)
            self._send(QEvent.Type.MouseMove)
            while self.news:
                self.news -= 1
                self._send(QEvent.Type.MouseMove)
        return self

    def press(self) -> Hand:
        self.buttons = Qt.MouseButton.LeftButton
        self._send(QEvent.Type.MouseButtonPress, self.buttons)
        return self

    def release(self) -> Hand:
        self.buttons = Qt.MouseButton.NoButton
        self._send(QEvent.Type.MouseButtonRelease, Qt.MouseButton.LeftButton)
        return self

    def click(self) -> Hand:
        return self.press().release()

    def hold(self, key: Qt.Key, modifier: Qt.KeyboardModifier) -> Hand:
        self.modifiers |= modifier
        QTest.keyPress(self.desk.canvas, key, self.modifiers)
        return self

    def let_go(self, key: Qt.Key, modifier: Qt.KeyboardModifier) -> Hand:
        self.modifiers &= ~modifier
        QTest.keyRelease(self.desk.canvas, key, self.modifiers)
        return self

    def hold_shift(self) -> Hand:
        return self.hold(Qt.Key.Key_Shift, SHIFT)

    def let_shift_go(self) -> Hand:
        return self.let_go(Qt.Key.Key_Shift, SHIFT)

    def _send(self, kind: QEvent.Type, button: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
        canvas, place = self.desk.canvas, QPointF(self.cursor)
        event = QMouseEvent(kind, place, canvas.mapToGlobal(place), button, self.buttons, self.modifiers)
        QApplication.sendEvent(canvas, event)


@pytest.fixture
def hand(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Hand:
    hand = Hand(desk)
    monkeypatch.setattr(centre_lock, "QCursor", type("Cursor", (), {"setPos": hand.put}))
    return hand


def middle(desk: Desk) -> QPoint:
    return QPoint(desk.canvas.width() // 2, desk.canvas.height() // 2)


def pointed(desk: Desk) -> tuple[float, float]:
    """The image position in the middle of the canvas."""
    at = middle(desk)
    return desk.canvas.view.to_image((at.x(), at.y()))


def zoom_in(desk: Desk, scale: float, x: float, y: float) -> Desk:
    view = desk.canvas.view
    desk.canvas.zoom_at(scale / view.scale, view.to_screen((x, y)))
    QApplication.processEvents()
    return desk


def neighbour(desk: Desk, *polygons: Polygon) -> Desk:
    """Labels that are there already."""
    session = desk.workbench.context.session
    session.commit("", edits.add_instance(session.base, Instance("n1", "object", polygons)))
    QApplication.processEvents()
    return desk


def test_the_drawing_loop_at_high_zoom(desk: Desk, hand: Hand):
    """At 20×, with Shift held: the picture moves under the pointer, points snap, the first one closes."""
    neighbour(desk, rectangle(20, 20, 50, 50))
    zoom_in(desk.keys("q"), 20, 60, 30)
    hand.at(60, 30).click().hold_shift()
    start = desk.workbench.controller.overlay.draft[0]
    hand.push(20, 0)  # the first move brings what is pointed at to the middle
    assert pointed(desk) == pytest.approx((start[0] + 1, start[1]), abs=0.05)
    assert hand.cursor == middle(desk)

    hand.push(30, 40, times=10)
    assert pointed(desk) == pytest.approx((start[0] + 16, start[1] + 20), abs=0.05)
    assert hand.cursor == middle(desk)
    hand.click().push(-52, 0, times=10)  # to 0.2 px beside the corner of the neighbour
    (mark,) = (m for m in desk.workbench.controller.overlay.marks if m.kind is MarkKind.SNAP)
    assert mark.points == ((50, 50),)
    hand.click().push(0, -40, times=10).click()
    hand.push(200, 0).let_shift_go().at(*start)
    assert desk.workbench.controller.overlay.closes
    hand.click()

    drawn = desk.annotation.instances[-1].polygons[0].points
    assert drawn[1] == pytest.approx((start[0] + 16, start[1] + 20), abs=0.05)
    assert drawn[2].tolist() == [50, 50]
    assert drawn[3] == pytest.approx((50, 30), abs=0.3)
    assert drawn[3][0] == 50  # on the neighbour's edge
    first, second = (runs.to_mask() for runs in rasterize(desk.annotation).instances)
    assert not (first & second).any()
    assert second[31:49, 50].all()  # and no gap


def test_shift_alone_moves_nothing_and_letting_go_ends_it(desk: Desk, hand: Hand):
    desk.keys("q")
    hand.at(60, 40).click()
    before = desk.canvas.view
    hand.hold_shift()
    assert desk.canvas.view == before
    hand.push(30, 0)
    assert desk.canvas.view != before
    view = desk.canvas.view
    hand.let_shift_go().push(30, 10)
    assert desk.canvas.view == view
    assert hand.cursor == middle(desk) + QPoint(30, 10)


def test_other_modifiers_and_the_end_of_drawing_let_go_of_the_middle(desk: Desk, hand: Hand):
    desk.keys("q")
    for place in ((60, 40), (80, 40), (80, 60)):
        hand.at(*place).click()
    view = desk.canvas.view
    hand.hold_shift().hold(Qt.Key.Key_Control, CTRL).push(30, 0)
    assert desk.canvas.view == view
    hand.let_go(Qt.Key.Key_Control, CTRL).let_shift_go().hold_shift().push(30, 0)
    assert desk.canvas.view != view
    QTest.keyClick(desk.canvas, Qt.Key.Key_Return, SHIFT)
    assert desk.workbench.context.session.undo_name == "Draw include polygon"
    view = desk.canvas.view
    hand.push(30, 0)
    assert desk.canvas.view == view


def test_shift_held_to_redraw_a_section_does_not_move_the_picture(desk: Desk, hand: Hand):
    neighbour(desk, rectangle(20, 20, 50, 50))
    desk.keys("v").click((35, 35))
    view = desk.canvas.view
    hand.hold_shift().at(20, 20).click().push(30, 0)
    assert desk.workbench.controller.state.follows_contour
    assert desk.canvas.view == view


def test_a_freehand_stroke_with_the_pointer_in_the_middle(desk: Desk, hand: Hand):
    zoom_in(desk.keys("q"), 20, 60, 40)
    hand.at(60, 40).press().hold_shift()
    for dx, dy in ((40, 0), (0, 40), (-40, 0)):
        hand.push(dx, dy, times=10)
    hand.release().let_shift_go()
    desk.key(Qt.Key.Key_Return)
    bounds = desk.annotation.instances[0].polygons[0].bounds
    assert bounds == pytest.approx((60, 40, 80, 60), abs=0.1)
    assert len(desk.annotation.instances[0].polygons[0].points) == 4


def test_s_held_suspends_snapping_at_once_and_shift_s_switches_it_off(desk: Desk):
    neighbour(desk, rectangle(20, 20, 50, 50))
    desk.keys("q").click((80, 40)).move(50.5, 40)
    overlay = lambda: desk.workbench.controller.overlay  # noqa: E731
    assert overlay().rubber == (50, pytest.approx(40, abs=0.1))
    QTest.keyPress(desk.canvas, Qt.Key.Key_S)
    assert overlay().rubber[0] > 50.2
    assert not overlay().marks
    QTest.keyRelease(desk.canvas, Qt.Key.Key_S)
    assert overlay().rubber[0] == 50
    desk.key(Qt.Key.Key_S, SHIFT)
    assert not desk.workbench.context.options.snap
    desk.move(50.6, 40)
    assert overlay().rubber[0] > 50.2


def test_n_goes_from_polygon_to_polygon(desk: Desk):
    made = lambda: desk.workbench.context.base.instances  # noqa: E731
    desk.keys("q").click((10, 10), (40, 10)).move(40, 40).keys("n")
    assert not made()  # two points are none
    desk.click((40, 40)).keys("n")
    assert len(made()) == 1
    desk.move(60, 60).keys("n").click((80, 60), (80, 80)).keys("n")
    assert len(made()) == 2
    assert made()[1].polygons[0].points[0] == pytest.approx((60, 60), abs=0.1)


def test_shift_enter_clips_and_the_hint_says_when_nothing_is_left(desk: Desk):
    neighbour(desk, rectangle(20, 20, 50, 50))
    desk.keys("q").click((60, 30), (60, 60), (35, 60), (35, 65), (70, 65), (70, 30))
    desk.key(Qt.Key.Key_Return, SHIFT)
    assert len(desk.annotation.instances) == 2
    desk.click((80, 30), (90, 30), (90, 60), (30, 40)).key(Qt.Key.Key_Return, SHIFT)
    masks = [runs.to_mask().astype(int) for runs in rasterize(desk.annotation).instances]
    assert np.max(masks[0] + masks[2]) == 1
    assert {p.role for p in desk.annotation.instances[2].polygons} == {Role.INCLUDE}
