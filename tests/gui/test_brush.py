"""Brush and eraser in a real window: what is painted is what is exported, and the ring shows it before."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from labeler.document.model import Role
from labeler.exporting import export
from labeler.formats import FORMATS

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


def circle(x, y, away):
    return [(x + away * np.cos(turn), y + away * np.sin(turn)) for turn in np.linspace(0, 2 * np.pi, 40)]


def near(desk, path, radius):
    """What a brush paints that is moved as the window heard it: along whole pixels of the screen."""
    positions = [desk.canvas.view.to_image((p.x(), p.y())) for p in (desk.at(*position) for position in path)]
    y, x = np.mgrid[:90, :120] + 0.5
    painted = np.zeros((90, 120), dtype=bool)
    for start, end in zip(positions, positions[1:] or positions):
        along = np.subtract(end, start)
        share = ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / max(along @ along, 1e-12)
        share = np.clip(share, 0, 1)
        painted |= np.hypot(x - start[0] - share * along[0], y - start[1] - share * along[1]) <= radius
    return painted


def turn_wheel(desk, notches, x, y, modifiers):
    place = QPointF(desk.at(x, y))
    # Qt turns the direction while Alt is held.
    delta = QPoint(120 * notches, 0) if modifiers == ALT else QPoint(0, 120 * notches)
    event = QWheelEvent(
        place, desk.canvas.mapToGlobal(place), QPoint(), delta,
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(desk.canvas, event)


def exported(desk, folder):
    desk.wait_until_saved()
    masks = next(format for format in FORMATS if format.id == "masks")
    export(desk.workbench.dataset, masks, folder, {})
    return cv2.imread(str(folder / "a.png"), cv2.IMREAD_UNCHANGED) > 0


@pytest.fixture
def brush(desk):
    desk.workbench.set_options(brush_radius=6.0)
    return desk.keys("p")


def test_a_painted_ring_is_exported_with_its_hole(brush, tmp_path):
    path = circle(60, 45, 25)
    brush.drag(*path)
    assert [p.role for p in brush.annotation.instances[0].polygons] == [Role.INCLUDE, Role.EXCLUDE]
    mask = exported(brush, tmp_path / "masks")
    assert (mask == near(brush, path, 6)).all()
    assert not mask[45, 60]
    brush.key(Qt.Key.Key_P, SHIFT).drag((60, 10), (60, 80))
    cut = exported(brush, tmp_path / "cut")
    assert (cut == mask & ~near(brush, [(60, 10), (60, 80)], 6)).all()
    assert (exported(brush.undo(), tmp_path / "undone") == mask).all()


def test_brackets_and_alt_with_the_wheel_change_the_size_and_it_is_remembered(brush, open_desk):
    def radius(desk=brush):
        return desk.workbench.context.options.brush_radius

    brush.key(Qt.Key.Key_BracketRight)
    assert radius() == 6.75
    brush.key(Qt.Key.Key_BracketLeft)
    assert radius() == 6
    scale = brush.canvas.view.scale
    turn_wheel(brush, 2, 60, 45, ALT)
    assert radius() == 7.5
    assert brush.canvas.view.scale == scale
    brush.keys("v")
    turn_wheel(brush, 2, 60, 45, ALT)
    assert (radius(), brush.canvas.view.scale > scale) == (7.5, True)
    brush.key(Qt.Key.Key_BracketRight)
    assert radius() == 7.5
    brush.close()
    assert radius(open_desk()) == 7.5


def test_the_ring_is_painted_where_the_pointer_is(brush):
    brush.move(60, 45)
    scale = brush.canvas.view.scale
    edge = brush.at(60, 45) + QPoint(round(6 * scale), 0)
    with_ring = brush.canvas.grab().toImage().pixelColor(edge)
    brush.move(20, 20)
    without = brush.canvas.grab().toImage().pixelColor(edge)
    assert with_ring.lightness() > 200
    assert with_ring != without


def test_shift_click_goes_straight_on(brush, tmp_path):
    brush.drag((20, 20), (30, 20)).click((90, 60), modifiers=SHIFT)
    assert (exported(brush, tmp_path / "masks") == near(brush, [(20, 20), (30, 20), (90, 60)], 6)).all()


def test_alt_shows_the_eraser_without_a_move(brush):
    brush.move(60, 45)
    QTest.keyPress(brush.canvas, Qt.Key.Key_Alt, ALT)
    assert "Erase" in brush.workbench.controller.hint
    assert brush.workbench.controller.overlay.marks[0].role is Role.EXCLUDE
    QTest.keyRelease(brush.canvas, Qt.Key.Key_Alt)
    assert "Paint" in brush.workbench.controller.hint
