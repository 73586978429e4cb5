"""Reshaping: drag, add and delete vertices, bend an edge."""

from __future__ import annotations

import pytest

from labeler.document.model import COORDINATE_LIMIT, PolygonRef, Role
from labeler.tools.events import Modifiers
from tests.builders import annotation_of, ring_with_hole, square, triangle
from tests.tools.driver import ToolDriver, points_of

FIRST, SECOND = PolygonRef("i1", 0), PolygonRef("i2", 0)
TOOLS = ["select", "include", "exclude", "ignore"]


def one_square():
    return annotation_of(square(), width=400, height=300)


def neighbours():
    """Two squares with a shared border at x = 60; the right one is on top."""
    return annotation_of(square(20, 20, 40), square(60, 20, 40), width=400, height=300)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_vertex_of_a_selected_polygon_is_dragged(tool):
    driver = ToolDriver(one_square(), tool).select(FIRST).drag((62, 61), (70, 65), (82, 71))
    assert points_of(driver.polygons[0])[2] == [80, 70]  # it keeps the pointer's distance from it
    assert driver.steps == ["Move vertex"]


def test_undo_after_a_drag_brings_the_vertex_back():
    before = one_square()
    driver = ToolDriver(before, "select").select(FIRST).drag((60, 60), (70, 65)).undo()
    assert driver.annotation is before
    assert points_of(driver.redo().polygons[0])[2] == [70, 65]


def test_a_vertex_of_an_unselected_polygon_is_not_dragged():
    driver = ToolDriver(one_square(), "select").drag((60, 60), (70, 65))
    assert driver.steps == ["Move polygon"]


def test_a_click_on_a_vertex_moves_nothing():
    before = one_square()
    driver = ToolDriver(before, "select").select(FIRST).drag((60, 60), (61, 62), (60, 60))
    assert driver.annotation is before
    assert driver.steps == []


@pytest.mark.parametrize("end", [ToolDriver.escape, ToolDriver.undo])
def test_a_cancelled_drag_leaves_no_trace(end):
    before = one_square()
    driver = ToolDriver(before, "select").select(FIRST).begin_drag((60, 60), (70, 65), (90, 90))
    end(driver)
    assert driver.annotation is before
    assert not driver.context.session.is_previewing
    assert driver.release(90, 90).move(30, 30).annotation is before
    assert driver.selection == (FIRST,)


def test_a_drag_beyond_all_coordinates_stops_there():
    driver = ToolDriver(one_square(), "select", zoom=0.01).select(FIRST).drag((60, 60), (3e6, 70))
    assert points_of(driver.polygons[0])[2] == [COORDINATE_LIMIT, 70]


def test_dragging_an_edge_of_a_selected_polygon_adds_a_vertex_there():
    driver = ToolDriver(one_square(), "select").select(FIRST).drag((40, 22), (40, 15), (45, 12))
    assert points_of(driver.polygons[0]) == [[20, 20], [45, 10], [60, 20], [60, 60], [20, 60]]
    assert driver.steps == ["Add vertex"]


def test_dragging_the_last_edge_adds_after_the_last_vertex():
    driver = ToolDriver(one_square(), "select").select(FIRST).drag((20, 40), (10, 40))
    assert points_of(driver.polygons[0])[-1] == [10, 40]
    assert len(driver.polygons[0].points) == 5


def test_dragging_a_shared_border_bends_the_selected_polygon():
    driver = ToolDriver(neighbours(), "select").select(FIRST).drag((60, 40), (70, 40))
    assert [len(p.points) for p in driver.polygons] == [5, 4]
    driver = ToolDriver(neighbours(), "select").select(SECOND).drag((60, 40), (70, 40))
    assert [len(p.points) for p in driver.polygons] == [4, 5]


def test_a_nearer_outline_wins_over_the_selected_one():
    before = annotation_of(square(20, 20, 40), square(66, 20, 40), width=400, height=300)
    assert ToolDriver(before, "select").select(FIRST).click((66, 40)).selection == (SECOND,)


# --- Ctrl --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", TOOLS)
def test_ctrl_click_on_an_edge_adds_a_vertex_on_it(tool):
    driver = ToolDriver(one_square(), tool).hold(Modifiers.CTRL).click((40, 23))
    assert points_of(driver.polygons[0]) == [[20, 20], [40, 20], [60, 20], [60, 60], [20, 60]]
    assert driver.steps == ["Add vertex"]


def test_an_added_vertex_is_dragged_on_in_the_same_step():
    driver = ToolDriver(one_square(), "select").hold(Modifiers.CTRL).drag((40, 23), (45, 30), (45, 13))
    assert points_of(driver.polygons[0])[1] == [45, 10]
    assert driver.steps == ["Add vertex"]


def test_escape_takes_an_added_vertex_back():
    before = one_square()
    driver = ToolDriver(before, "select").hold(Modifiers.CTRL).begin_drag((40, 20), (40, 5)).escape()
    assert driver.annotation is before
    assert driver.steps == []


@pytest.mark.parametrize("tool", TOOLS)
def test_ctrl_click_on_a_vertex_deletes_it(tool):
    driver = ToolDriver(one_square(), tool).hold(Modifiers.CTRL).click((59, 58))
    assert points_of(driver.polygons[0]) == [[20, 20], [60, 20], [20, 60]]
    assert driver.steps == ["Delete vertex"]


def test_fewer_than_three_points_are_no_polygon():
    before = annotation_of(triangle(), square(120), width=400, height=300)
    driver = ToolDriver(before, "select").hold(Modifiers.CTRL).click((10, 10))
    assert [i.id for i in driver.annotation.instances] == ["i2"]
    assert driver.steps == ["Delete vertex"]
    assert driver.undo().annotation is before


def test_the_last_point_of_a_hole_takes_the_hole_only():
    outline, _ = ring_with_hole()
    hole = triangle(30, 30, role=Role.EXCLUDE)
    driver = ToolDriver(annotation_of([outline, hole], width=400, height=300), "select")
    driver.hold(Modifiers.CTRL).click((30, 30))
    assert driver.polygons == (outline,)


@pytest.mark.parametrize("extra", [Modifiers.SHIFT, Modifiers.ALT])
def test_two_modifiers_do_neither_thing(extra):
    before = one_square()
    driver = ToolDriver(before, "select").hold(Modifiers.CTRL | extra).click((60, 60), (40, 20))
    assert driver.annotation is before


def test_the_overlay_says_what_ctrl_would_do():
    driver = ToolDriver(one_square(), "select").hold(Modifiers.CTRL).move(40, 23)
    assert driver.controller.overlay.adds == (40, 20)
    overlay = driver.move(60, 60).controller.overlay
    assert overlay.deletes
    assert overlay.adds is None
    assert not driver.hold().move(60, 60).controller.overlay.deletes


@pytest.mark.parametrize("shut", [ToolDriver.lock, ToolDriver.hide])
def test_locked_and_hidden_polygons_are_not_reshaped(shut):
    before = one_square()
    driver = ToolDriver(before, "select").select(FIRST)
    shut(driver, "i1")
    driver.drag((60, 60), (90, 90)).hold(Modifiers.CTRL).click((60, 60), (40, 20))
    assert driver.annotation is before
