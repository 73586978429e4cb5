"""Where a draft's points go: snapping, along neighbours, straight; starting again; trimming."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.document.model import PolygonRef, Role
from labeler.tools.events import Modifiers
from labeler.tools.state import MarkKind
from tests.builders import annotation_of, polygon, square
from tests.tools.driver import ToolDriver, line, points_of

#: A square and a house beside it.
HOUSE = polygon([(120, 60), (150, 30), (180, 60), (180, 110), (120, 110)])
SCENE = annotation_of(square(20, 20, 40), HOUSE, width=400, height=300)
EMPTY = annotation_of(width=400, height=300)
TRIANGLE = [(250, 50), (350, 50), (300, 140)]


def drawing(*clicks: tuple[float, float], tool: str = "include") -> ToolDriver:
    return ToolDriver(SCENE, tool).click(*clicks)


def drawn(driver: ToolDriver) -> list[list[float]]:
    return points_of(driver.annotation.instances[-1].polygons[0])


def snap_marks(driver: ToolDriver) -> list[tuple[float, float]]:
    return [mark.points[0] for mark in driver.controller.overlay.marks if mark.kind is MarkKind.SNAP]


# --- snapping ----------------------------------------------------------------------------------------------


def test_points_snap_to_vertices_edges_and_the_border_and_it_is_shown_before():
    driver = drawing((250, 150)).move(184, 63)
    assert snap_marks(driver) == [(180, 60)]
    assert driver.controller.overlay.rubber == (180, 60)
    driver.click((184, 63)).move(183, 84)
    assert snap_marks(driver) == [(180, 84)]
    driver.click((210, 90), (396, 200), (250, 293)).enter()
    assert drawn(driver) == [[250, 150], [180, 60], [210, 90], [400, 200], [400, 300], [250, 300]]


def test_the_first_point_snaps_to_the_border_and_it_is_shown_before():
    driver = ToolDriver(SCENE, "include").move(6, 200)
    assert snap_marks(driver) == [(0, 200)]
    assert snap_marks(driver.move(30, 200)) == []
    driver.click((6, 200))
    assert driver.controller.overlay.draft == ((0, 200),)


def test_a_press_on_a_neighbours_outline_selects_it_and_does_not_promise_to_start_there():
    assert snap_marks(ToolDriver(SCENE, "include").move(180, 84)) == []


def test_a_press_with_alt_starts_on_a_neighbours_outline():
    driver = ToolDriver(SCENE, "exclude").hold(Modifiers.ALT).move(183, 84)
    assert snap_marks(driver) == [(180, 84)]
    driver.click((183, 84))
    assert driver.controller.overlay.draft == ((180, 84),)


def test_what_is_locked_cannot_be_picked_so_a_press_on_it_starts_on_its_outline():
    driver = ToolDriver(SCENE, "include").lock("i2").move(183, 84)
    assert snap_marks(driver) == [(180, 84)]


def test_snapping_is_suspended_while_the_key_is_held():
    driver = drawing((250, 150)).suspend_snapping().move(184, 63)
    assert snap_marks(driver) == []
    driver.click((184, 63))
    assert driver.controller.overlay.draft[-1] == (184, 63)


def test_closing_goes_before_snapping():
    driver = drawing((190, 60), (250, 20), (250, 90)).move(184, 60)
    assert driver.controller.overlay.closes
    driver.click((184, 60))
    assert driver.is_idle
    assert drawn(driver) == [[190, 60], [250, 20], [250, 90]]


def test_freehand_follows_the_hand_and_snaps_where_it_begins_and_ends():
    stroke = [(250, 20), (210, 40), (186, 50), (184, 90), (210, 100), (250, 112), (270, 296)]
    driver = ToolDriver(SCENE, "include").drag(*stroke)
    points = driver.controller.overlay.draft
    assert points[-1] == (270, 300)
    # Near the house, but not on it.
    assert shapely.LineString(points).distance(shapely.Polygon(HOUSE.points)) > 3


def test_the_end_of_a_stroke_shows_where_it_would_snap():
    driver = ToolDriver(SCENE, "include").begin_drag((250, 120), (220, 110), (185, 108))
    assert snap_marks(driver) == [(180, 110)]


# --- along a neighbour -------------------------------------------------------------------------------------


def test_two_clicks_on_an_outline_take_the_shorter_way_along_it():
    driver = drawing((250, 150), (182, 90)).move(118, 62)
    assert driver.controller.overlay.draft == ((250, 150), (180, 90), (180, 60), (150, 30))
    assert driver.controller.overlay.rubber == (120, 60)
    assert "follow" in driver.hint
    driver.click((118, 62)).enter()
    assert drawn(driver) == [[250, 150], [180, 90], [180, 60], [150, 30], [120, 60]]
    assert driver.steps == ["Draw include polygon"]


def test_the_pointer_on_the_other_side_goes_the_other_way():
    driver = drawing((250, 150), (182, 90)).move(122, 100)
    assert driver.controller.overlay.draft[2:] == ((180, 110), (120, 110))


def test_the_key_that_suspends_snapping_goes_straight():
    driver = drawing((250, 150), (182, 90)).suspend_snapping().click((120, 60)).enter()
    assert drawn(driver) == [[250, 150], [180, 90], [120, 60]]


def test_a_step_back_takes_all_of_the_way():
    driver = drawing((250, 150), (182, 90), (118, 62)).backspace()
    assert driver.controller.overlay.draft == ((250, 150), (180, 90))
    driver.redo()
    assert driver.controller.overlay.draft[-1] == (120, 60)


def test_closing_along_the_outline_where_the_draft_began():
    driver = (
        ToolDriver(SCENE, "include").repeat(182, 90).click((250, 150), (250, 20), (152, 28)).move(181, 91)
    )
    assert driver.controller.overlay.draft[-2:] == ((150, 30), (180, 60))
    driver.click((181, 91))
    assert driver.is_idle
    assert drawn(driver) == [[180, 90], [250, 150], [250, 20], [150, 30], [180, 60]]


def test_along_the_border_of_the_image_round_its_corner():
    driver = drawing((380, 100), (398, 200), (300, 297)).enter()
    assert drawn(driver) == [[380, 100], [400, 200], [400, 300], [300, 300]]


def test_points_on_different_outlines_are_joined_straight():
    driver = drawing((250, 150), (182, 90)).move(61, 41)
    assert driver.controller.overlay.draft == ((250, 150), (180, 90))


def test_of_two_outlines_on_each_other_the_one_with_the_shorter_way_is_followed():
    tall = annotation_of(square(20, 20, 100), square(120, 20, 50), width=400, height=300)
    driver = ToolDriver(tall, "include").click((300, 200), (120, 70)).move(121, 21)
    assert driver.controller.overlay.draft == ((300, 200), (120, 70))
    driver.escape().click((300, 200), (170, 45)).move(119, 60)
    assert driver.controller.overlay.draft == ((300, 200), (170, 45), (170, 70), (120, 70))


places = st.tuples(st.integers(0, 4), st.floats(0, 1))


@given(places, places, st.sampled_from([1.0, 10.0]))
@settings(deadline=None)
def test_the_way_lies_on_the_outline_and_is_no_longer_than_half_of_it(start, end, zoom):
    ring = HOUSE.points
    at = [tuple((ring[i] + share * (ring[(i + 1) % 5] - ring[i])).tolist()) for i, share in (start, end)]
    driver = ToolDriver(SCENE, "include", zoom=zoom).click((250, 150), at[0]).move(*at[1])
    overlay = driver.controller.overlay
    way = shapely.LineString([*overlay.draft[1:], overlay.rubber])
    outline = shapely.LinearRing(ring)
    assert outline.buffer(0.002).covers(way)
    assert way.length <= outline.length / 2 + 0.01


# --- straight ----------------------------------------------------------------------------------------------


def test_ctrl_goes_on_at_multiples_of_45_degrees():
    driver = drawing((250, 150)).hold(Modifiers.CTRL).click((300, 155), (340, 188), (345, 250)).enter()
    assert drawn(driver) == [[250, 150], [300, 150], [339, 189], [339, 250]]


def test_ctrl_goes_up_to_what_it_meets():
    driver = drawing((250, 80)).hold(Modifiers.CTRL).move(184, 84)
    assert snap_marks(driver) == [(180, 80)]
    assert driver.controller.overlay.rubber == (180, 80)
    driver.move(394, 82)
    assert driver.controller.overlay.rubber == (400, 80)


def test_ctrl_with_alt_draws_the_other_role_straight():
    driver = drawing((250, 150)).hold(Modifiers.CTRL | Modifiers.ALT).click((300, 155), (290, 200)).enter()
    assert driver.polygons[-1].role is Role.EXCLUDE
    assert points_of(driver.polygons[-1])[1] == [300, 150]


# --- again -------------------------------------------------------------------------------------------------


def test_repeat_finishes_and_starts_again_at_the_pointer():
    driver = drawing(*TRIANGLE).repeat(100, 200)
    assert driver.is_idle
    assert driver.steps == ["Draw include polygon"]
    driver.repeat(100, 200).click((150, 200), (150, 250)).repeat(150, 250)
    assert drawn(driver) == [[100, 200], [150, 200], [150, 250]]
    assert driver.steps == ["Draw include polygon"] * 2


def test_repeat_starts_on_a_neighbours_outline():
    driver = ToolDriver(SCENE, "include").repeat(183, 84)
    assert driver.controller.overlay.draft == ((180, 84),)
    assert driver.selection == ()


def test_repeat_draws_with_the_tool_that_drew_last():
    driver = drawing(*TRIANGLE, tool="exclude").enter().use("select").repeat(100, 200)
    assert driver.controller.tool.id == "exclude"
    driver.click((150, 200), (150, 250)).enter()
    assert driver.steps == ["Draw exclude polygon"] * 2


def test_repeat_without_a_pointer_only_takes_the_tool():
    driver = drawing(*TRIANGLE).enter().use("select").repeat()
    assert driver.controller.tool.id == "include"
    assert driver.is_idle


def test_repeat_changes_nothing_where_nothing_may_be_changed():
    driver = ToolDriver(SCENE, "include", read_only="Only to look at.").repeat(100, 200)
    assert driver.is_idle
    driver = ToolDriver(SCENE, "include").select(PolygonRef("i1", 0)).lock("i1").use("include", new_part=True)
    assert driver.repeat(100, 200).is_idle


# --- a stroke that closes ----------------------------------------------------------------------------------


def loop(*end: tuple[float, float]) -> ToolDriver:
    """Freehand round a square of 80 px from its upper left corner and on to ``end``."""
    way = [
        *line((100, 100), (180, 100), 9),
        *line((180, 110), (180, 180), 8),
        *line((170, 180), (100, 180), 8),
    ]
    return ToolDriver(EMPTY, "include").drag(*way, *line((100, 170), (100, 110), 7), *end)


def test_a_stroke_that_crosses_its_beginning_loses_the_overshoot():
    driver = loop((103, 104), (104, 97))
    assert driver.is_idle
    ring = shapely.Polygon(drawn(driver))
    assert ring.is_valid
    assert ring.bounds[1] == 100  # nothing sticks out above


def test_a_stroke_that_passes_its_start_loses_the_overshoot():
    driver = loop((98, 100), (97, 94))
    assert driver.is_idle
    ring = np.array(drawn(driver))
    assert ring[:, 1].min() >= 99


def test_what_becomes_a_pinch_leaves_the_draft_as_it_was_before_the_press():
    driver = drawing((250.0, 50.0), (350.0, 50.0))
    driver.begin_drag((300.0, 140.0), *line((300.0, 140.0), (251.0, 52.0), 30)).interrupt()
    assert driver.steps == []
    assert driver.controller.overlay.draft == ((250.0, 50.0), (350.0, 50.0))
    driver.click((300.0, 140.0)).enter()
    assert drawn(driver) == [list(point) for point in TRIANGLE]


def test_a_draft_that_begins_with_a_pinch_is_none():
    driver = ToolDriver(SCENE, "include").begin_drag((250, 50), (260, 60), (300, 60)).interrupt()
    assert driver.is_idle
    assert driver.annotation is SCENE
    assert not driver.controller.can_redo
