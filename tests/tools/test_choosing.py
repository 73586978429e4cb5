"""Many vertices at once: a box chooses them, then they move, go or are nudged together."""

from __future__ import annotations

import pytest

from labeler.document.model import PolygonRef, Role
from labeler.tools.events import Modifiers
from labeler.tools.state import MarkKind
from tests.builders import annotation_of, square
from tests.tools.driver import ToolDriver, corners, points_of

FIRST, SECOND = PolygonRef("i1", 0), PolygonRef("i2", 0)


def two_squares():
    """(20, 20) to (60, 60) and (120, 20) to (160, 60)."""
    return annotation_of(square(), square(120, 20), width=400, height=300)


def with_upper_left_chosen() -> ToolDriver:
    return ToolDriver(two_squares(), "select").select(FIRST, SECOND).drag((5, 5), (90, 40), (130, 30))


def test_a_box_chooses_the_vertices_of_what_is_selected():
    driver = with_upper_left_chosen()
    assert driver.chosen == {FIRST: (0, 1), SECOND: (0,)}
    assert set(driver.marks(MarkKind.CHOSEN)) == {(20, 20), (60, 20), (120, 20)}
    assert driver.selection == (FIRST, SECOND)
    assert driver.steps == []


def test_a_box_with_shift_adds_vertices():
    driver = with_upper_left_chosen().hold(Modifiers.SHIFT).drag((5, 75), (65, 45))
    assert driver.chosen == {FIRST: (0, 1, 2, 3), SECOND: (0,)}


def test_with_ctrl_a_box_opens_within_a_polygon_too():
    around = annotation_of(square(0, 0, 200), square(20, 20), width=400, height=300)
    driver = ToolDriver(around, "select").select(SECOND).hold(Modifiers.CTRL).drag((40, 40), (80, 80))
    assert driver.chosen == {SECOND: (2,)}
    assert driver.click((100, 100)).selection == (SECOND,)
    assert driver.steps == []


def test_a_box_selects_the_polygons_in_it_when_none_is_selected():
    driver = ToolDriver(two_squares(), "select").drag((5, 5), (100, 100))
    assert (driver.selection, driver.chosen) == ((FIRST,), {})
    driver.hold(Modifiers.SHIFT).drag((110, 5), (200, 100))
    assert driver.selection == (FIRST, SECOND)


def test_a_box_that_holds_no_polygon_selects_those_it_touches():
    driver = ToolDriver(two_squares(), "select").drag((100, 30), (130, 40))
    assert driver.selection == (SECOND,)
    assert ToolDriver(two_squares(), "select").drag((63, 5), (110, 100)).selection == ()


def test_a_box_does_not_select_what_is_hidden_or_locked():
    driver = ToolDriver(two_squares(), "select").lock("i1").hide("i2").drag((5, 5), (300, 200))
    assert driver.selection == ()


def test_escape_closes_the_box_and_changes_nothing():
    driver = ToolDriver(two_squares(), "select").select(FIRST).begin_drag((5, 5), (90, 40))
    assert driver.marks(MarkKind.FRAME)
    driver.escape()
    assert (driver.selection, driver.chosen, driver.is_idle) == ((FIRST,), {}, True)


def test_dragging_a_chosen_vertex_moves_all_in_one_step():
    driver = with_upper_left_chosen().drag((20, 20), (10, 12), (25, 10))
    assert points_of(driver.polygons[0])[:2] == [[25, 10], [65, 10]]
    assert points_of(driver.polygons[1])[0] == [125, 10]
    assert driver.steps == ["Move vertices"]
    assert driver.chosen == {FIRST: (0, 1), SECOND: (0,)}
    driver.undo()
    assert driver.annotation == two_squares()


def test_a_trembling_click_on_a_chosen_vertex_moves_nothing():
    driver = with_upper_left_chosen().drag((20, 20), (21, 20))
    assert driver.steps == []


def test_escape_puts_the_vertices_back():
    driver = with_upper_left_chosen().begin_drag((20, 20), (50, 90)).escape()
    assert driver.annotation == two_squares()
    assert driver.steps == []


def test_another_vertex_moves_alone_and_lets_go_of_the_chosen():
    driver = with_upper_left_chosen().drag((160, 60), (180, 80))
    assert corners(driver.polygons[0]) == {(20, 20), (60, 20), (60, 60), (20, 60)}
    assert (180, 80) in corners(driver.polygons[1])
    assert driver.chosen == {}


def test_escape_lets_go_of_the_vertices_first_then_of_the_selection():
    driver = with_upper_left_chosen().escape()
    assert (driver.chosen, driver.selection) == ({}, (FIRST, SECOND))
    assert driver.escape().selection == ()


def test_a_click_on_nothing_lets_go_of_all():
    driver = with_upper_left_chosen().click((300, 200))
    assert (driver.chosen, driver.selection) == ({}, ())


def test_what_is_locked_is_not_chosen():
    driver = ToolDriver(two_squares(), "select").select(FIRST, SECOND).lock("i2").drag((5, 5), (130, 30))
    assert driver.chosen == {FIRST: (0, 1)}


def test_another_tool_knows_nothing_of_chosen_vertices():
    assert with_upper_left_chosen().use("include").chosen == {}


def test_chosen_vertices_are_forgotten_when_their_polygon_gets_other_points():
    driver = with_upper_left_chosen().hold(Modifiers.CTRL).click((20, 60)).hold()
    assert driver.steps == ["Delete vertex"]
    assert driver.chosen == {SECOND: (0,)}


# --- arrows --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", ["select", "include", "transform"])
def test_an_arrow_moves_what_is_selected_by_a_pixel(tool):
    driver = ToolDriver(two_squares(), tool).select(FIRST).nudge(1, 0).key_up()
    assert points_of(driver.polygons[0])[0] == [21, 20]
    assert driver.steps == ["Move polygon"]


def test_an_arrow_that_repeats_is_one_step():
    driver = ToolDriver(two_squares(), "select").select(FIRST)
    for _ in range(5):
        driver.nudge(0, 10)
    driver.key_up()
    assert points_of(driver.polygons[0])[0] == [20, 70]
    assert driver.steps == ["Move polygon"]
    driver.undo()
    assert driver.annotation == two_squares()


def test_an_arrow_moves_the_chosen_vertices_only():
    driver = with_upper_left_chosen().nudge(-0.1, 0).key_up()
    assert points_of(driver.polygons[0])[:3] == [[19.9, 20], [59.9, 20], [60, 60]]
    assert driver.chosen == {FIRST: (0, 1), SECOND: (0,)}


def test_arrows_take_shared_vertices_along():
    neighbours = annotation_of(square(20, 20, 40), square(60, 20, 40), width=400, height=300)
    driver = ToolDriver(neighbours, "select").set(shared=True).select(FIRST)
    driver.context.choose_vertices({FIRST: [1]})
    driver.nudge(1, 0).nudge(10, 0).key_up()
    assert points_of(driver.polygons[0])[1] == points_of(driver.polygons[1])[0] == [71, 20]
    assert driver.steps == ["Move vertices"]


def test_escape_takes_a_nudge_back():
    driver = ToolDriver(two_squares(), "select").select(FIRST).nudge(1, 0).nudge(1, 0).escape()
    assert (driver.annotation, driver.steps) == (two_squares(), [])


def test_a_press_ends_a_nudge():
    driver = ToolDriver(two_squares(), "select").select(FIRST).nudge(1, 0).click((140, 40))
    assert driver.steps == ["Move polygon"]
    assert driver.selection == (SECOND,)


def test_arrows_do_nothing_without_a_selection_or_where_nothing_may_change():
    assert ToolDriver(two_squares(), "select").nudge(1, 0).is_idle
    assert ToolDriver(two_squares(), "select").select(FIRST).lock("i1").nudge(1, 0).is_idle
    driver = ToolDriver(two_squares(), "select", read_only="No.").select(FIRST).nudge(1, 0)
    assert (driver.annotation, driver.is_idle) == (two_squares(), True)


def test_arrows_do_nothing_while_something_is_drawn():
    driver = ToolDriver(two_squares(), "include").click((200, 200), (250, 200)).nudge(1, 0)
    assert driver.enter().steps == []


# --- what lies underneath ------------------------------------------------------------------------------


def three_deep():
    return annotation_of(square(0, 0, 100), square(30, 30, 40), square(10, 10, 80), width=400, height=300)


def test_clicking_again_selects_what_lies_underneath():
    driver = ToolDriver(three_deep(), "select").click((50, 50))
    found = [driver.selection[0].owner]
    found += [driver.click((50, 50)).selection[0].owner for _ in range(3)]
    assert found == ["i2", "i3", "i1", "i2"]
    assert driver.steps == []


def test_the_key_selects_what_lies_underneath():
    driver = ToolDriver(three_deep(), "select").click((50, 50)).pick_under()
    assert driver.selection == (PolygonRef("i3", 0),)


@pytest.mark.parametrize("tool", ["select", "include"])
def test_equal_outlines_are_all_within_reach(tool):
    driver = ToolDriver(annotation_of(square(), square(), width=400, height=300), tool).click((40, 20))
    assert driver.selection == (SECOND,)
    assert driver.click((40, 20)).selection == (FIRST,)


def test_a_drag_does_not_go_underneath():
    driver = ToolDriver(three_deep(), "select").click((50, 50)).drag((50, 50), (55, 50))
    assert driver.selection == (SECOND,)
    assert driver.steps == ["Move polygon"]


def test_an_exclude_and_what_it_cuts_are_both_within_reach():
    hole = square(40, 40, 20, role=Role.EXCLUDE)
    before = annotation_of([square(0, 0, 100), hole], width=400, height=300)
    driver = ToolDriver(before, "select").click((50, 50))
    assert driver.selection == (PolygonRef("i1", 1),)
    assert driver.click((50, 50)).selection == (PolygonRef("i1", 0),)
