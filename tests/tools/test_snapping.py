"""Vertices that are dragged snap, go straight, and take their neighbours' along."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from labeler.document.model import PolygonRef, Role
from labeler.tools.events import Modifiers
from labeler.tools.state import MarkKind
from tests.builders import annotation_of, polygon, square, triangle
from tests.tools.driver import ToolDriver, corners, points_of

FIRST = PolygonRef("i1", 0)
#: Two squares, 40 px apart, and a triangle with a slanted edge from (160, 100) to (100, 160).
SCENE = annotation_of(square(20, 20, 40), square(100, 20, 40), triangle(100, 100, 60), width=300, height=200)


def dragging(x: float, y: float, **options: bool) -> ToolDriver:
    """The lower right corner of the first square is dragged there and not released."""
    driver = ToolDriver(SCENE, "select").select(FIRST).set(**options)
    return driver.begin_drag((60, 60), (70, 66), (x, y))


def dragged(driver: ToolDriver) -> tuple[float, float]:
    x, y = driver.annotation.polygon(FIRST).points[2].tolist()
    return x, y


def snap_marks(driver: ToolDriver) -> list[tuple[float, float]]:
    return [mark.points[0] for mark in driver.controller.overlay.marks if mark.kind is MarkKind.SNAP]


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ((95, 24), (100, 20)),  # a vertex, although the edge is nearer
        ((96, 40), (100, 40)),  # an edge
        ((128, 128), (130, 130)),  # a slanted one
        ((200, 196), (200, 200)),  # the image's border
        ((297, 205), (300, 200)),  # its corner
        ((80, 90), (80, 90)),  # nothing near
    ],
)
def test_a_dragged_vertex_snaps_and_shows_where_before_it_is_released(pointer, place):
    driver = dragging(*pointer)
    assert snap_marks(driver) == ([place] if place != pointer else [])
    assert dragged(driver) == place
    driver.release(*pointer)
    assert dragged(driver) == place
    assert driver.steps == ["Move vertex"]
    assert driver.undo().annotation is SCENE


@pytest.mark.parametrize("zoom", [0.5, 1.0, 20.0])
def test_the_reach_is_the_same_on_screen_at_any_zoom(zoom):
    driver = ToolDriver(SCENE, "select", zoom=zoom).select(FIRST)
    driver.begin_drag((60, 60), (70, 66), (100 - 7 * driver.px, 40))
    assert dragged(driver) == (100, 40)
    driver.move(100 - 9 * driver.px, 40)
    assert dragged(driver) == pytest.approx((100 - 9 * driver.px, 40))


def test_the_vertex_snaps_and_not_the_pointer_that_holds_it_beside():
    driver = ToolDriver(SCENE, "select").select(FIRST).begin_drag((64, 64), (80, 70), (100, 44))
    assert dragged(driver) == (100, 40)


def test_a_polygon_is_no_target_of_its_own_vertices():
    driver = ToolDriver(SCENE, "select").select(FIRST).drag((60, 60), (50, 40), (22, 22))
    assert (22, 22) in corners(driver.annotation.polygon(FIRST))


def test_snapping_can_be_switched_off_and_suspended():
    assert dragged(dragging(96, 40, snap=False)) == (96, 40)
    driver = dragging(96, 40).suspend_snapping().move(96, 41)
    assert dragged(driver) == (96, 41)
    assert snap_marks(driver) == []
    assert dragged(driver.suspend_snapping(False).move(96, 41)) == (100, 41)


def test_what_is_hidden_is_no_target_but_what_is_locked_is():
    driver = dragging(80, 80).hide("i2").move(96, 40)
    assert dragged(driver) == (96, 40)
    driver = dragging(80, 80).lock("i2").move(96, 40)
    assert dragged(driver) == (100, 40)


@given(st.floats(-20, 320), st.floats(-20, 220), st.sampled_from([0.5, 1.0, 8.0]))
def test_a_snapped_vertex_lies_on_what_it_snapped_to(x, y, zoom):
    driver = ToolDriver(SCENE, "select", zoom=zoom).select(FIRST).begin_drag((60, 60), (85, 85), (x, y))
    outlines = [shapely.LinearRing(points_of(p)) for p in driver.context.base.instances[1].polygons]
    outlines += [shapely.LinearRing(points_of(p)) for p in driver.context.base.instances[2].polygons]
    outlines.append(shapely.LinearRing([(0, 0), (300, 0), (300, 200), (0, 200)]))
    place = shapely.Point(dragged(driver))
    nearest = min(outline.distance(place) for outline in outlines)
    if snap_marks(driver):
        assert nearest <= 0.001
        assert place.distance(shapely.Point(x, y)) <= 8 * driver.px + 0.001
    else:
        assert nearest > 8 * driver.px - 0.001
        assert (place.x, place.y) == pytest.approx((x, y), abs=0.001)


# --- straight ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pointer", "place"),
    [((80, 62), (80, 60)), ((58, 90), (60, 90)), ((82, 78), (80, 80)), ((97, 62), (100, 60))],
)
def test_shift_drags_a_vertex_straight_up_to_what_it_meets(pointer, place):
    driver = dragging(85, 75).hold(Modifiers.SHIFT).move(*pointer)
    assert dragged(driver) == place


def test_shift_moves_a_polygon_straight():
    driver = ToolDriver(SCENE, "select").begin_drag((40, 40), (50, 45)).hold(Modifiers.SHIFT).move(70, 44)
    assert driver.annotation.polygon(FIRST).bounds == (50, 20, 90, 60)
    driver.move(70, 68)
    assert driver.annotation.polygon(FIRST).bounds == (49, 49, 89, 89)
    driver.release(70, 68)
    assert driver.steps == ["Move polygon"]


# --- together ----------------------------------------------------------------------------------------------

#: Two squares with a common edge, and a triangle that touches its upper end.
TOUCHING = annotation_of(
    square(20, 20, 40),
    square(60, 20, 40),
    polygon([(60, 20), (50, 0), (70, 0)]),
    exclude=[square(60, 20, 10)],
    width=300,
    height=200,
)


def touching(**options: bool) -> ToolDriver:
    return ToolDriver(TOUCHING, "select").select(FIRST).set(**options)


def test_neighbours_follow_a_shared_vertex_when_asked_to():
    driver = touching(shared=True).drag((60, 20), (70, 30), (75, 40))
    assert all((75, 40) in corners(p) and (60, 20) not in corners(p) for p in driver.polygons)
    assert driver.steps == ["Move vertex"]
    assert driver.undo().annotation is TOUCHING


def test_neighbours_stay_when_not_asked_to():
    driver = touching().drag((60, 20), (70, 30), (75, 40))
    assert [(75, 40) in corners(p) for p in driver.polygons] == [True, False, False, False]


def test_what_is_locked_or_hidden_does_not_follow():
    driver = touching(shared=True).lock("i2").hide("i3").hide(Role.EXCLUDE).drag((60, 20), (70, 30), (80, 90))
    assert [(80, 90) in corners(p) for p in driver.polygons] == [True, False, False, False]


def test_a_shared_edge_bends_for_both():
    driver = touching(shared=True).drag((60, 50), (70, 52), (80, 54))
    first, second = driver.polygons[:2]
    assert points_of(first) == [[20, 20], [60, 20], [80, 54], [60, 60], [20, 60]]
    assert points_of(second) == [[60, 20], [100, 20], [100, 60], [60, 60], [80, 54]]
    assert driver.steps == ["Add vertex"]


def test_escape_leaves_neighbours_where_they_were():
    driver = touching(shared=True).begin_drag((60, 50), (70, 52), (80, 54)).escape()
    assert driver.annotation is TOUCHING
    driver = touching(shared=True).begin_drag((60, 20), (70, 52)).escape()
    assert driver.annotation is TOUCHING
    assert driver.steps == []


# --- several chosen vertices -------------------------------------------------------------------------------


def chosen(scene=SCENE, **options: bool) -> ToolDriver:
    """The two right corners of the first square are chosen."""
    driver = ToolDriver(scene, "select").select(FIRST).set(**options)
    driver.context.choose_vertices({FIRST: (1, 2)})
    return driver


def test_chosen_vertices_follow_the_one_that_snaps():
    driver = chosen().begin_drag((60, 60), (70, 58), (97, 62))
    assert snap_marks(driver) == [(100, 60)]
    driver.release(97, 62)
    assert points_of(driver.annotation.polygon(FIRST)) == [[20, 20], [100, 20], [100, 60], [20, 60]]
    assert driver.steps == ["Move vertices"]


def test_chosen_vertices_go_straight_with_shift():
    driver = chosen().begin_drag((60, 60), (66, 63)).hold(Modifiers.SHIFT).move(80, 63)
    assert points_of(driver.annotation.polygon(FIRST)) == [[20, 20], [80, 20], [80, 60], [20, 60]]


def test_neighbours_follow_chosen_vertices_too():
    driver = chosen(TOUCHING, shared=True).drag((60, 60), (66, 63), (75, 70))
    assert [(75, 70) in corners(p) for p in driver.polygons[:2]] == [True, True]
    assert [(75, 30) in corners(p) for p in driver.polygons] == [True] * 4
    assert driver.undo().annotation is TOUCHING
