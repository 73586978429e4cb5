"""A section of a polygon drawn anew between two of its vertices."""

from __future__ import annotations

import numpy as np
import pytest

from labeler.document.model import PolygonRef
from labeler.tools.events import Modifiers
from tests.builders import annotation_of, polygon, rectangle, square
from tests.tools.driver import ToolDriver, line, points_of

FIRST = PolygonRef("i1", 0)
#: A wide rectangle with a vertex more on its upper side, where there is a dent.
DENTED = polygon([(50, 50), (150, 80), (250, 50), (250, 150), (50, 150)])
SCENE = annotation_of(DENTED, square(300, 50, 40), width=400, height=300)


@pytest.fixture(params=["select", "include"])
def driver(request) -> ToolDriver:
    return ToolDriver(SCENE, request.param).select(FIRST)


def shift_click(driver: ToolDriver, x: float, y: float) -> ToolDriver:
    return driver.hold(Modifiers.SHIFT).click((x, y)).hold()


def ring(driver: ToolDriver) -> list[list[float]]:
    return points_of(driver.annotation.polygon(FIRST))


def test_the_section_takes_the_place_of_the_shorter_way(driver):
    shift_click(driver, 50, 50).click((150, 40), (250, 52))
    assert ring(driver) == [[50, 50], [150, 40], [250, 50], [250, 150], [50, 150]]
    assert driver.is_idle
    assert driver.selection == (FIRST,)
    assert driver.steps == ["Redraw section"]
    assert driver.undo().annotation is SCENE


def test_drawn_the_other_way_round_it_keeps_the_direction_of_the_ring(driver):
    shift_click(driver, 250, 50).click((150, 40), (50, 50))
    points = np.array(ring(driver))
    assert {tuple(p) for p in points} == {(50, 50), (150, 40), (250, 50), (250, 150), (50, 150)}
    x, y = points.T
    old_x, old_y = DENTED.points.T
    area = (x * np.roll(y, -1) - np.roll(x, -1) * y).sum()
    assert area * (old_x * np.roll(old_y, -1) - np.roll(old_x, -1) * old_y).sum() > 0


def test_alt_at_the_end_replaces_the_other_side(driver):
    shift_click(driver, 50, 50).click((150, 200)).hold(Modifiers.ALT).click((250, 50))
    assert {tuple(p) for p in ring(driver)} == {(50, 50), (150, 80), (250, 50), (150, 200)}


def test_it_is_shown_before_it_is_done(driver):
    shift_click(driver, 50, 50).click((150, 40)).move(200, 30)
    assert driver.annotation is SCENE
    overlay = driver.controller.overlay
    assert overlay.draft == ((50, 50), (150, 40))
    assert overlay.is_open
    driver.move(251, 49)
    assert [150, 40] in ring(driver)
    driver.move(200, 30)
    assert driver.annotation is SCENE


def test_without_a_point_between_it_straightens(driver):
    shift_click(driver, 50, 50).click((250, 50))
    assert ring(driver) == [[50, 50], [250, 50], [250, 150], [50, 150]]


def test_one_freehand_drag_from_vertex_to_vertex(driver):
    way = [*line((50, 50), (100, 20), 6), *line((110, 20), (200, 20), 10), *line((210, 25), (249, 51), 6)]
    driver.hold(Modifiers.SHIFT).begin_drag(way[0]).hold()
    for x, y in way[1:]:
        driver.move(x, y)
    driver.release(*way[-1])
    assert driver.steps == ["Redraw section"]
    points = ring(driver)
    assert [150, 80] not in points
    assert min(y for _x, y in points) == pytest.approx(20, abs=0.5)
    assert [50, 50] in points
    assert [250, 50] in points


def test_points_snap_and_go_along_neighbours_meanwhile(driver):
    shift_click(driver, 250, 50).click((298, 60)).move(302, 88)
    assert driver.controller.overlay.draft == ((250, 50), (300, 60))
    assert driver.controller.overlay.rubber == (300, 90)
    driver.click((302, 88), (250, 150))
    assert ring(driver)[:4] == [[250, 50], [300, 60], [300, 90], [250, 150]]


@pytest.mark.parametrize("steps", range(1, 5))
def test_escape_leaves_no_trace(driver, steps):
    events = [
        lambda: shift_click(driver, 50, 50),
        lambda: driver.click((150, 40)),
        lambda: driver.move(250, 50),
        lambda: driver.begin_drag((200, 30), (210, 30), (220, 40)),
    ]
    for event in events[:steps]:
        event()
    driver.escape()
    assert driver.is_idle
    assert driver.annotation is SCENE
    assert driver.steps == []
    assert driver.selection == (FIRST,)
    assert not driver.controller.can_undo


def test_stepping_back_to_the_vertex_and_beyond(driver):
    shift_click(driver, 50, 50).click((150, 40), (200, 30)).backspace()
    assert driver.controller.overlay.draft == ((50, 50), (150, 40))
    driver.redo().backspace().backspace()
    assert driver.controller.overlay.draft == ((50, 50),)
    driver.backspace()
    assert driver.is_idle
    assert driver.annotation is SCENE


def test_enter_away_from_a_vertex_says_where_to_end_and_loses_nothing(driver):
    shift_click(driver, 50, 50).click((150, 40)).move(200, 30).enter()
    assert "another vertex" in driver.hint
    driver.move(250, 50).enter()
    assert driver.steps == ["Redraw section"]


def test_what_would_leave_no_polygon_does_not_end_it():
    flat = annotation_of(polygon([(50, 50), (250, 50), (150, 150)]), width=400, height=300)
    driver = shift_click(ToolDriver(flat, "select").select(FIRST), 50, 50)
    driver.hold(Modifiers.ALT).click((250, 50))  # only the upper edge would be left
    assert not driver.is_idle
    driver.hold().click((250, 50))  # the edge in place of itself
    assert driver.is_idle
    assert driver.annotation is flat


def test_shift_on_a_polygon_that_is_not_selected_selects_it_too():
    driver = shift_click(ToolDriver(SCENE, "select").select(FIRST), 300, 50)
    assert driver.is_idle
    assert len(driver.selection) == 2


def test_read_only_and_locked_polygons_are_not_redrawn():
    driver = shift_click(ToolDriver(SCENE, "select", read_only="No.").select(FIRST), 50, 50)
    assert driver.is_idle
    driver = shift_click(ToolDriver(SCENE, "select").select(FIRST).lock("i1"), 50, 50)
    assert not driver.controller.state.follows_contour
    assert driver.annotation is SCENE


def test_a_tool_change_in_the_middle_gives_it_up():
    driver = shift_click(ToolDriver(SCENE, "select").select(FIRST), 50, 50).click((150, 40)).use("include")
    assert driver.annotation is SCENE
    assert driver.steps == []


def test_the_other_polygons_of_the_instance_stay():
    scene = annotation_of((DENTED, rectangle(60, 100, 80, 120)), width=400, height=300)
    driver = shift_click(ToolDriver(scene, "select").select(FIRST), 50, 50).click((150, 40), (250, 50))
    assert driver.annotation.instances[0].polygons[1] is scene.instances[0].polygons[1]
