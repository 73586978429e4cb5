"""Selecting: by outline, by inside, several, whole instances; and moving what is selected."""

from __future__ import annotations

import pytest

from labeler.document import edits
from labeler.document.model import COORDINATE_LIMIT, PolygonRef, Role
from labeler.tools.events import Modifiers
from tests.builders import annotation_of, instance_of, ring_with_hole, square
from tests.tools.driver import ToolDriver, points_of

FIRST, SECOND = PolygonRef("i1", 0), PolygonRef("i2", 0)
DRAW_TOOLS = ["include", "exclude", "ignore"]


def two_squares():
    """(20, 20) to (60, 60) and (120, 20) to (160, 60)."""
    return annotation_of(square(), square(120, 20), width=400, height=300)


@pytest.mark.parametrize("tool", ["select", *DRAW_TOOLS])
def test_a_click_on_an_outline_selects(tool):
    driver = ToolDriver(two_squares(), tool).click((40, 22))
    assert driver.selection == (FIRST,)
    driver.click((160, 40))
    assert driver.selection == (SECOND,)
    assert driver.steps == []


def test_a_click_inside_selects_with_the_select_tool():
    assert ToolDriver(two_squares(), "select").click((40, 40)).selection == (FIRST,)


@pytest.mark.parametrize("tool", DRAW_TOOLS)
def test_a_click_inside_draws_with_the_drawing_tools(tool):
    driver = ToolDriver(two_squares(), tool).click((40, 40))
    assert not driver.is_idle
    assert driver.selection == ()


def test_the_smallest_polygon_around_the_pointer_is_picked():
    before = annotation_of(square(0, 0, 100), square(30, 30, 40), square(10, 10, 80), width=400, height=300)
    assert ToolDriver(before, "select").click((50, 50)).selection == (SECOND,)


def test_the_topmost_of_two_equal_outlines_is_picked():
    before = annotation_of(square(), square(), width=400, height=300)
    assert ToolDriver(before, "select").click((40, 20)).selection == (SECOND,)


def test_a_click_on_nothing_lets_go():
    assert ToolDriver(two_squares(), "select").select(FIRST).click((300, 200)).selection == ()


def test_escape_lets_go():
    driver = ToolDriver(two_squares(), "include").select(FIRST).escape()
    assert driver.selection == ()


def test_shift_adds_and_takes_away():
    driver = ToolDriver(two_squares(), "select").click((40, 40)).hold(Modifiers.SHIFT).click((140, 40))
    assert driver.selection == (FIRST, SECOND)
    driver.click((40, 40))
    assert driver.selection == (SECOND,)
    driver.click((140, 20))  # on an edge of the selected one; a corner would redraw it
    assert driver.selection == ()


def test_a_quick_second_shift_click_takes_away_again():
    driver = ToolDriver(annotation_of(ring_with_hole(), width=400, height=300), "select")
    driver.hold(Modifiers.SHIFT).click((22, 40)).double_press(22, 40).release(22, 40)
    assert driver.selection == ()


def test_a_double_click_selects_the_whole_instance():
    before = annotation_of(ring_with_hole(20, 20, 120), square(220), width=400, height=300)
    driver = ToolDriver(before, "select").double_click(35, 80)
    assert driver.selection == (FIRST, PolygonRef("i1", 1))
    driver.drag((35, 85), (45, 85))
    assert [points_of(p)[0] for p in driver.polygons] == [[30, 20], [60, 50], [220, 20]]
    assert driver.steps == ["Move polygon"]


def test_a_double_click_on_an_image_wide_exclude_selects_all_of_them():
    before = annotation_of(exclude=[square(), square(120, 20)], width=400, height=300)
    driver = ToolDriver(before, "select").double_click(40, 40)
    assert driver.selection == (PolygonRef(Role.EXCLUDE, 0), PolygonRef(Role.EXCLUDE, 1))


def test_a_double_click_on_nothing_selects_nothing():
    assert ToolDriver(two_squares(), "select").select(FIRST).double_click(300, 200).selection == ()


def test_a_click_on_one_of_several_leaves_only_that_one():
    driver = ToolDriver(two_squares(), "select").select(FIRST, SECOND).click((140, 40))
    assert driver.selection == (SECOND,)


@pytest.mark.parametrize("shut", [ToolDriver.lock, ToolDriver.hide])
def test_locked_and_hidden_polygons_are_not_under_the_pointer(shut):
    driver = ToolDriver(two_squares(), "select")
    shut(driver, "i1")
    assert driver.click((40, 40)).selection == ()


# --- moving ------------------------------------------------------------------------------------------------


def test_a_drag_moves_the_pressed_polygon():
    driver = ToolDriver(two_squares(), "select").drag((40, 40), (45, 50), (60, 80))
    assert points_of(driver.polygons[0])[0] == [40, 60]
    assert driver.steps == ["Move polygon"]
    assert driver.undo().annotation.polygon(FIRST).points[0].tolist() == [20, 20]


def test_a_drag_of_many_moves_equals_one_of_few():
    many = ToolDriver(two_squares(), "select").begin_drag((40, 40), *((40 + n / 7, 40) for n in range(300)))
    many.move(60, 80).release(60, 80)
    few = ToolDriver(two_squares(), "select").drag((40, 40), (60, 80))
    assert many.annotation == few.annotation


def test_a_drag_moves_all_that_is_selected():
    driver = ToolDriver(two_squares(), "select").select(FIRST, SECOND).drag((40, 40), (50, 45))
    assert [points_of(p)[0] for p in driver.polygons] == [[30, 25], [130, 25]]
    assert driver.selection == (FIRST, SECOND)
    assert driver.steps == ["Move polygon"]


@pytest.mark.parametrize("shut", [ToolDriver.lock, ToolDriver.hide])
def test_locked_and_hidden_polygons_stay_where_they_are(shut):
    driver = ToolDriver(two_squares(), "select").select(FIRST, SECOND)
    shut(driver, "i2")
    driver.drag((40, 40), (50, 45))
    assert [points_of(p)[0] for p in driver.polygons] == [[30, 25], [120, 20]]


def test_escape_in_a_move_leaves_no_trace():
    before = two_squares()
    driver = ToolDriver(before, "select").begin_drag((40, 40), (60, 80)).escape().release(60, 80)
    assert driver.annotation is before
    assert not driver.context.session.is_previewing
    assert driver.steps == []


def test_escape_in_a_press_gives_the_old_selection_back():
    driver = ToolDriver(two_squares(), "select").select(SECOND).begin_drag((40, 40)).escape()
    assert driver.selection == (SECOND,)


def test_undo_in_a_move_cancels_it():
    before = two_squares()
    driver = ToolDriver(before, "select").begin_drag((40, 40), (60, 80)).undo()
    assert driver.annotation is before
    assert driver.is_idle
    assert driver.release(60, 80).annotation is before


def test_a_tremble_moves_nothing():
    before = two_squares()
    assert ToolDriver(before, "select").drag((40, 40), (42, 41)).annotation is before


def test_a_polygon_cannot_be_moved_off_all_coordinates():
    edge = COORDINATE_LIMIT - 5
    before = annotation_of(square(edge - 40, 20), width=400, height=300)
    driver = ToolDriver(before, "select").drag((edge - 20, 40), (edge + 1000, 45))
    assert points_of(driver.polygons[0])[:2] == [[COORDINATE_LIMIT - 40, 25], [COORDINATE_LIMIT, 25]]


# --- the selection follows its polygon ---------------------------------------------------------------------


def test_the_selection_stays_with_its_polygon_when_one_before_it_goes():
    parts = instance_of(square(), square(120), square(220))
    driver = ToolDriver(annotation_of(parts, width=400, height=300), "select").select(PolygonRef("i1", 1))
    context = driver.context
    context.session.commit("Delete", edits.remove_polygons(context.base, [FIRST]))
    assert driver.selection == (FIRST,)
    assert points_of(driver.polygons[0])[0] == [120, 20]
    driver.undo()
    assert driver.selection == (PolygonRef("i1", 1),)


def test_the_selection_goes_with_its_polygon():
    parts = instance_of(square(), square(120), square(220))
    driver = ToolDriver(annotation_of(parts, width=400, height=300), "select").select(PolygonRef("i1", 1))
    context = driver.context
    context.session.commit("Delete", edits.remove_polygons(context.base, driver.selection))
    assert driver.selection == ()


def test_undo_of_a_part_leaves_the_other_polygons_selected():
    driver = ToolDriver(annotation_of(ring_with_hole(), width=400, height=300), "include")
    driver.select(PolygonRef("i1", 1)).use("include", new_part=True)
    driver.click((300, 50), (360, 50), (330, 120)).enter().undo()
    assert driver.selection == ()


def test_a_reshaped_polygon_stays_selected():
    driver = ToolDriver(two_squares(), "select").select(SECOND).drag((160, 60), (180, 80))
    assert driver.selection == (SECOND,)
    assert driver.undo().selection == (SECOND,)
