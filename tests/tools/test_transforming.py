"""Scale and rotate by a frame around what is selected."""

from __future__ import annotations

import numpy as np
import pytest

from labeler.document.model import PolygonRef, Role
from labeler.tools.events import Modifiers
from labeler.tools.state import MarkKind
from tests.builders import annotation_of, rectangle, square
from tests.tools.driver import ToolDriver, corners, points_of

FIRST, SECOND = PolygonRef("i1", 0), PolygonRef("i2", 0)


def a_box():
    """100 × 40 px at (100, 100), and a square aside."""
    return annotation_of(rectangle(100, 100, 200, 140), square(300, 200), width=400, height=300)


def selected() -> ToolDriver:
    return ToolDriver(a_box(), "transform").select(FIRST)


def test_a_click_selects_and_shows_the_frame():
    driver = ToolDriver(a_box(), "transform")
    assert driver.marks(MarkKind.FRAME) == []
    driver.click((150, 120))
    assert driver.selection == (FIRST,)
    assert set(driver.marks(MarkKind.FRAME)) == {(100, 100), (200, 100), (200, 140), (100, 140)}
    assert len(driver.marks(MarkKind.HANDLE)) == 9


def test_a_corner_scales_both_ways_about_the_other_corner():
    driver = selected().drag((200, 140), (250, 150), (300, 160))
    assert corners(driver.polygons[0]) == {(100, 100), (300, 100), (300, 160), (100, 160)}
    assert driver.steps == ["Scale"]
    assert driver.undo().annotation == a_box()


def test_a_side_scales_one_way():
    driver = selected().drag((100, 120), (50, 90))
    assert corners(driver.polygons[0]) == {(50, 100), (200, 100), (200, 140), (50, 140)}


def test_shift_keeps_the_proportions():
    driver = selected().hold(Modifiers.SHIFT).drag((200, 140), (300, 150))
    assert corners(driver.polygons[0]) == {(100, 100), (300, 100), (300, 180), (100, 180)}


def test_beyond_the_other_side_it_is_mirrored():
    driver = selected().drag((200, 120), (50, 120))
    assert corners(driver.polygons[0]) == {(50, 100), (100, 100), (100, 140), (50, 140)}


def test_nothing_is_scaled_to_nothing():
    driver = selected().drag((200, 120), (100, 120))
    left, _, right, _ = driver.polygons[0].bounds
    assert right > left


def test_the_handle_above_rotates_about_the_middle():
    driver = selected().drag((150, 72), (190, 80), (250, 120))
    found = {(round(x, 3), round(y, 3)) for x, y in points_of(driver.polygons[0])}
    assert found == {(170, 70), (170, 170), (130, 170), (130, 70)}
    assert driver.steps == ["Rotate"]


def test_shift_rotates_in_steps():
    driver = selected().hold(Modifiers.SHIFT).drag((150, 72), (175, 70))
    x, y = points_of(driver.polygons[0])[1]
    before = np.arctan2(100 - 120, 200 - 150)
    angle = np.degrees(np.arctan2(y - 120, x - 150) - before)
    assert angle == pytest.approx(30, abs=0.01)


def test_a_drag_inside_the_frame_moves():
    driver = selected().drag((150, 120), (170, 125))
    assert corners(driver.polygons[0]) == {(120, 105), (220, 105), (220, 145), (120, 145)}
    assert driver.steps == ["Move polygon"]


def test_a_whole_instance_keeps_its_holes_in_place():
    hole = square(120, 110, 20, role=Role.EXCLUDE)
    before = annotation_of([rectangle(100, 100, 200, 140), hole], width=400, height=300)
    driver = ToolDriver(before, "transform").double_click(180, 120).drag((200, 140), (300, 180))
    assert corners(driver.polygons[1]) == {(140, 120), (180, 120), (180, 160), (140, 160)}


@pytest.mark.parametrize("start", [(200, 140), (150, 72), (150, 120)], ids=["scale", "rotate", "move"])
def test_escape_leaves_no_trace(start):
    driver = selected().begin_drag(start, (240, 90), (260, 95))
    assert driver.annotation != a_box()
    driver.escape()
    assert (driver.annotation, driver.steps, driver.is_idle) == (a_box(), [], True)


@pytest.mark.parametrize("start", [(200, 140), (150, 72), (150, 120)], ids=["scale", "rotate", "move"])
def test_what_is_locked_stays(start):
    driver = selected().lock("i1").drag(start, (240, 90), (260, 95))
    assert (driver.annotation, driver.steps) == (a_box(), [])


def test_several_are_scaled_as_one():
    driver = ToolDriver(a_box(), "transform").select(FIRST, SECOND).drag((340, 240), (220, 170))
    assert corners(driver.polygons[0]) == {(100, 100), (150, 100), (150, 120), (100, 120)}
    assert corners(driver.polygons[1]) == {(200, 150), (220, 150), (220, 170), (200, 170)}


def test_a_click_on_nothing_lets_go():
    assert selected().click((50, 250)).selection == ()


def test_a_hand_that_trembles_neither_scales_nor_rotates():
    for handle in ((200, 140), (150, 100 - 28)):
        driver = selected().drag(handle, (handle[0] + 2, handle[1]))
        assert driver.steps == []


def test_there_is_no_frame_around_what_may_not_be_changed():
    assert selected().hide("i1").marks(MarkKind.FRAME) == []
    assert selected().lock("i1").marks(MarkKind.HANDLE) == []
    read_only = ToolDriver(a_box(), "transform", read_only="No.").select(FIRST)
    assert read_only.marks(MarkKind.FRAME) == []
