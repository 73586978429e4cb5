"""Drawing: click, drag, both; closing; stepping back; cancelling."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.document.model import COORDINATE_LIMIT, Role
from labeler.tools.events import Modifiers
from tests.builders import annotation_of, square
from tests.tools.driver import ToolDriver, line, points_of

EMPTY = annotation_of(width=400, height=300)
TRIANGLE = [(50, 50), (150, 50), (100, 140)]


def wobbly_circle(count: int = 400) -> list[tuple[float, float]]:
    angles = np.linspace(0, 1.9 * np.pi, count)
    radii = 80 + 6 * np.sin(9 * angles)
    return [(200 + r * math.cos(a), 150 + r * math.sin(a)) for a, r in zip(angles, radii)]


def test_clicks_make_the_points_and_the_first_point_closes():
    driver = ToolDriver(EMPTY, "include").click(*TRIANGLE)
    assert not driver.is_idle
    driver.click((53, 52))  # near enough to the first point
    assert points_of(driver.polygons[0]) == [[50, 50], [150, 50], [100, 140]]
    assert driver.is_idle
    assert driver.steps == ["Draw include polygon"]


def test_a_double_click_closes_with_its_place_as_the_last_point():
    driver = ToolDriver(EMPTY, "include").click(*TRIANGLE[:2]).double_click(*TRIANGLE[2])
    assert points_of(driver.polygons[0]) == [[50, 50], [150, 50], [100, 140]]
    assert driver.steps == ["Draw include polygon"]


def test_a_freehand_line_may_begin_at_once_where_a_point_was_clicked():
    # Two presses as near and quick as that are a double click to the window.
    driver = ToolDriver(EMPTY, "include").click((50, 50)).double_press(50, 50)
    driver.move(100, 90).move(150, 50).release(150, 50).click((100, 20)).enter()
    assert points_of(driver.polygons[0]) == [[50, 50], [100, 90], [150, 50], [100, 20]]


def test_enter_closes_without_the_pointer_as_a_point():
    driver = ToolDriver(EMPTY, "include").click(*TRIANGLE).move(300, 200).enter()
    assert points_of(driver.polygons[0]) == [[50, 50], [150, 50], [100, 140]]


@pytest.mark.parametrize("close", [ToolDriver.enter, lambda driver: driver.double_press(150, 50)])
def test_two_points_cannot_be_closed_and_are_not_lost(close):
    driver = ToolDriver(EMPTY, "include").click(*TRIANGLE[:2])
    close(driver)
    assert driver.steps == []
    driver.click(TRIANGLE[2]).enter()
    assert len(driver.polygons) == 1


def test_the_first_point_does_not_close_before_there_are_three():
    driver = ToolDriver(EMPTY, "include").click((50, 50), (150, 50), (52, 50))
    assert not driver.is_idle
    driver.enter()
    assert points_of(driver.polygons[0]) == [[50, 50], [150, 50], [52, 50]]


def test_the_polygon_is_live_while_it_is_drawn():
    driver = ToolDriver(EMPTY, "include").click(*TRIANGLE[:2]).move(100, 140)
    assert points_of(driver.polygons[0]) == [[50, 50], [150, 50], [100, 140]]
    assert driver.context.base is EMPTY
    driver.move(100, 90)
    assert points_of(driver.polygons[0])[2] == [100, 90]


def test_a_click_twice_at_one_place_is_one_point():
    driver = ToolDriver(EMPTY, "include").click((50, 50), (150, 50), (150, 50), (100, 140)).enter()
    assert len(driver.polygons[0].points) == 3


def test_the_drawn_polygon_is_selected():
    driver = ToolDriver(EMPTY, "include").click(*TRIANGLE).enter()
    assert [driver.annotation.polygon(ref) for ref in driver.selection] == list(driver.polygons)


def test_points_may_lie_outside_the_image_but_not_beyond_all_coordinates():
    driver = ToolDriver(EMPTY, "include").click((-50, -20), (5e6, 10), (100, 900)).enter()
    assert points_of(driver.polygons[0]) == [[-50, -20], [COORDINATE_LIMIT, 10], [100, 900]]


# --- freehand ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zoom", [0.05, 1.0, 40.0])
def test_freehand_stays_within_half_a_screen_pixel_of_what_was_drawn(zoom):
    drawn = [(x / zoom, y / zoom) for x, y in wobbly_circle()]
    driver = ToolDriver(EMPTY, "include", zoom=zoom).drag(*drawn).enter()
    kept = shapely.LineString(driver.polygons[0].points)
    farthest = max(kept.distance(shapely.Point(position)) for position in drawn)
    # Coordinates are kept to a thousandth of an image pixel.
    assert farthest <= 0.5 * driver.px + 0.001
    assert kept.hausdorff_distance(shapely.LineString(drawn)) <= 0.5 * driver.px + 0.001
    assert len(driver.polygons[0].points) < len(drawn) / 4


@given(
    st.lists(st.tuples(st.integers(-30, 30), st.integers(-30, 30)), min_size=3, max_size=150),
    st.sampled_from([0.05, 0.7, 3.0, 40.0]),
)
@settings(max_examples=60, deadline=None)
def test_any_freehand_stroke_stays_within_half_a_screen_pixel(steps, zoom):
    start = 1_000_000 / 4  # far from any border
    places = start + np.cumsum(np.array([(0, 0), (7, 0), *steps]), axis=0) / zoom
    drawn = [(x, y) for x, y in places.tolist()]
    driver = ToolDriver(EMPTY, "include", zoom=zoom).drag(*drawn)
    if driver.is_idle:  # it came back to its start
        return
    kept = shapely.LineString(driver.controller.overlay.draft)
    line = shapely.LineString(drawn)
    assert shapely.hausdorff_distance(kept, line, densify=0.1) <= 0.5 * driver.px + 1e-6


def test_freehand_follows_the_pointer_while_it_is_drawn():
    drawn = wobbly_circle()[:200]
    driver = ToolDriver(EMPTY, "include").begin_drag(*drawn)
    assert points_of(driver.polygons[0])[-1] == pytest.approx(drawn[-1], abs=0.001)
    assert driver.context.base is EMPTY


def test_freehand_back_to_the_first_point_closes_on_release():
    loop = [*wobbly_circle(), (283, 150)]
    driver = ToolDriver(EMPTY, "include").drag(*loop)
    assert driver.is_idle
    assert driver.steps == ["Draw include polygon"]


def test_a_click_that_slips_is_two_points_and_no_speck_of_a_polygon():
    driver = ToolDriver(EMPTY, "include").drag((50, 50), (53, 52), (54, 49), (50, 47), (51, 48))
    assert not driver.is_idle
    assert driver.steps == []


def test_a_tremble_is_a_click():
    driver = ToolDriver(EMPTY, "include").drag((50, 50), (51, 51), (52, 51)).click(*TRIANGLE[1:]).enter()
    assert points_of(driver.polygons[0]) == [[50, 50], [150, 50], [100, 140]]


def test_clicks_and_drags_mix_in_one_polygon():
    driver = ToolDriver(EMPTY, "include").click((50, 50), (150, 50))
    driver.drag((150, 60), *line((150, 70), (150, 140), 8), *line((140, 140), (60, 140), 9)).click((50, 100))
    driver.enter()
    assert points_of(driver.polygons[0]) == [
        [50, 50], [150, 50], [150, 60], [150, 140], [60, 140], [50, 100],
    ]  # fmt: skip
    assert driver.steps == ["Draw include polygon"]


def test_a_press_whose_release_got_lost_does_not_lose_the_stroke():
    driver = ToolDriver(EMPTY, "include").begin_drag((50, 50), (100, 50), (150, 50))
    driver.press(150, 140).release(150, 140).enter()
    assert points_of(driver.polygons[0]) == [[50, 50], [150, 50], [150, 140]]


# --- one point back, redo, cancel --------------------------------------------------------------------------


@pytest.mark.parametrize("back", [ToolDriver.backspace, ToolDriver.undo])
def test_the_last_point_goes_back_and_redo_brings_it_again(back):
    driver = ToolDriver(EMPTY, "include").click(*TRIANGLE, (60, 160))
    back(driver)
    driver.move(0, 0)
    back(driver)
    assert driver.controller.overlay.draft == ((50, 50), (150, 50))
    driver.redo().enter()
    assert points_of(driver.polygons[0]) == [[50, 50], [150, 50], [100, 140]]
    assert driver.steps == ["Draw include polygon"]


def test_a_freehand_stroke_goes_back_piece_by_piece_and_comes_again():
    drawn = wobbly_circle()
    driver = ToolDriver(EMPTY, "include").click((50, 50)).drag(*drawn)
    whole = driver.controller.overlay.draft
    driver.backspace()
    shorter = driver.controller.overlay.draft
    assert shorter == whole[: len(shorter)]
    lost = np.array(whole[len(shorter) - 1 :])
    assert 0 < np.hypot(*np.diff(lost, axis=0).T).sum() <= 48 + 30  # of some 450 px
    driver.redo()
    assert driver.controller.overlay.draft == whole
    while len(driver.controller.overlay.draft) > 1:
        driver.backspace()
    assert driver.controller.overlay.draft == ((50, 50),)
    while driver.controller.can_redo:
        driver.redo()
    assert driver.controller.overlay.draft == whole


def test_a_short_stroke_goes_back_as_a_whole():
    driver = ToolDriver(EMPTY, "include").click((50, 50)).drag((150, 50), (150, 70), (160, 80)).backspace()
    assert driver.controller.overlay.draft == ((50, 50),)


def test_redo_brings_a_draft_back_from_nothing():
    driver = ToolDriver(EMPTY, "include").click(*TRIANGLE).backspace().backspace().backspace()
    assert driver.is_idle
    assert driver.annotation is EMPTY
    driver.redo().redo().redo().enter()
    assert points_of(driver.polygons[0]) == [[50, 50], [150, 50], [100, 140]]


def test_a_new_point_forgets_what_was_taken_back():
    driver = ToolDriver(EMPTY, "include").click(*TRIANGLE).backspace().click((80, 120)).redo().enter()
    assert points_of(driver.polygons[0]) == [[50, 50], [150, 50], [80, 120]]


def test_redo_after_another_change_does_not_bring_an_old_draft_back():
    driver = ToolDriver(annotation_of(square(200, 100, 60), width=400, height=300), "include")
    driver.click((50, 50)).backspace()
    driver.click((200, 130)).drag((200, 100), (190, 90))  # select the square, move its corner
    assert driver.steps == ["Move vertex"]
    assert not driver.controller.can_redo
    driver.redo()
    assert driver.is_idle


def test_escape_forgets_what_was_taken_back():
    driver = ToolDriver(EMPTY, "include").click(*TRIANGLE).backspace().backspace().backspace().escape()
    assert not driver.controller.can_redo


def test_redo_brings_a_cancelled_draft_back():
    driver = ToolDriver(EMPTY, "include").click(*TRIANGLE).drag((60, 160), (40, 150), (20, 120)).escape()
    assert driver.is_idle
    assert driver.annotation is EMPTY
    assert driver.controller.state.forward_name == "cancelled drawing"
    driver.redo()
    assert driver.controller.overlay.draft[:3] == tuple(TRIANGLE)
    driver.enter()
    assert driver.steps == ["Draw include polygon"]
    assert len(driver.polygons[0].points) > 3


def test_escape_again_or_another_press_forgets_the_cancelled_draft():
    driver = ToolDriver(EMPTY, "include").click(*TRIANGLE).escape().escape()
    assert not driver.controller.can_redo
    driver.click(*TRIANGLE).escape().click((200, 200)).backspace()
    driver.redo()
    assert driver.controller.overlay.draft == ((200, 200),)


def test_what_was_undone_comes_back_before_a_draft_that_was_cancelled_since():
    driver = ToolDriver(EMPTY, "include").click(*TRIANGLE).enter().undo()
    driver.click((200, 200)).escape().redo()
    assert len(driver.polygons) == 1
    assert driver.is_idle


def test_undo_of_the_last_step_after_taking_all_points_back():
    driver = ToolDriver(EMPTY, "include").click(*TRIANGLE).enter()
    driver.click((300, 200)).undo()
    assert len(driver.polygons) == 1
    driver.undo()
    assert driver.annotation is EMPTY
    driver.redo()
    assert len(driver.polygons) == 1


@pytest.mark.parametrize("steps", range(1, 6))
def test_escape_leaves_no_trace(steps):
    before = annotation_of(square(200, 100, 60), width=400, height=300)
    driver = ToolDriver(before, "include")
    events = [
        lambda: driver.click(TRIANGLE[0]),
        lambda: driver.click(TRIANGLE[1]),
        lambda: driver.click(TRIANGLE[2]),
        lambda: driver.move(80, 160),
        lambda: driver.begin_drag((80, 160), (70, 140), (60, 100)),
    ]
    for event in events[:steps]:
        event()
    driver.escape()
    assert driver.annotation is before
    assert not driver.context.session.is_previewing
    assert driver.is_idle
    assert driver.steps == []
    assert not driver.controller.can_undo


def test_escape_in_a_stroke_then_release_starts_nothing():
    driver = ToolDriver(EMPTY, "include").begin_drag((50, 50), (100, 60), (90, 90)).escape().release(90, 90)
    assert driver.is_idle
    assert driver.annotation is EMPTY


def test_the_pointer_on_the_first_point_says_that_it_closes():
    driver = ToolDriver(EMPTY, "include").click(*TRIANGLE).move(55, 50)
    assert driver.controller.overlay.closes
    assert not driver.move(60, 50).controller.overlay.closes


# --- Alt: the other role ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tool", "drawn"), [("include", Role.EXCLUDE), ("exclude", Role.INCLUDE), ("ignore", Role.IGNORE)]
)
def test_alt_draws_the_other_role(tool, drawn):
    driver = ToolDriver(EMPTY, tool).hold(Modifiers.ALT).click(*TRIANGLE).enter()
    assert [polygon.role for polygon in driver.polygons] == [drawn]


def test_alt_let_go_before_the_end_draws_the_tools_own_role():
    driver = ToolDriver(EMPTY, "include").hold(Modifiers.ALT).click(*TRIANGLE[:2])
    driver.hold().click(TRIANGLE[2]).enter()
    assert driver.polygons[0].role is Role.INCLUDE


def test_alt_shows_its_role_as_soon_as_it_is_held():
    driver = ToolDriver(EMPTY, "include").click(*TRIANGLE).move(100, 100)
    assert driver.polygons[0].role is Role.INCLUDE
    driver.hold(Modifiers.ALT).move(100, 100)
    assert driver.polygons[0].role is Role.EXCLUDE


def test_alt_starts_a_polygon_even_on_an_outline():
    before = annotation_of(square(), width=400, height=300)
    driver = ToolDriver(before, "exclude").hold(Modifiers.ALT).click((20, 40), (10, 60), (5, 20)).enter()
    assert len(driver.annotation.instances) == 2


def test_a_long_stroke_costs_by_the_points_it_keeps_while_it_grows():
    angles = np.linspace(0, 1.9 * np.pi, 2000)
    drawn = [(200 + 90 * math.cos(a), 150 + 90 * math.sin(a)) for a in angles]
    driver = ToolDriver(EMPTY, "include").begin_drag(*drawn)
    assert len(driver.controller.overlay.draft) < 200
    driver.backspace()  # not in the middle of a stroke
    assert driver.controller.state.pressed_at is not None
    driver.release(*drawn[-1]).backspace()
    assert 0 < len(driver.controller.overlay.draft) < 200
    for _ in range(20):
        driver.backspace()
    assert driver.is_idle
    assert driver.annotation is EMPTY
