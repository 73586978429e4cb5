from __future__ import annotations

import pytest

from labeler.document.model import PolygonRef, Role
from labeler.tools.hints import MOST_POLYGONS
from labeler.tools.state import MarkKind
from tests.builders import annotation_of, polygon, rectangle, ring_with_hole, square
from tests.tools.driver import ToolDriver

BOW_TIE = [(10, 10), (50, 50), (50, 10), (10, 50)]


def places(driver):
    """Where something is marked as wrong, in whole pixels."""
    marks = [mark for mark in driver.controller.overlay.marks if mark.kind is MarkKind.WARNING]
    return sorted((round(x), round(y)) for mark in marks for x, y in mark.points)


def sentence(driver):
    hint = driver.controller.hint
    return hint if "⚠" in hint else ""


# --- while drawing -----------------------------------------------------------------------------------------


def test_a_line_about_to_cross_the_draft_is_marked_where_it_crosses():
    driver = ToolDriver(annotation_of(), "include").click((10, 10), (50, 10), (50, 50), (30, 50))
    assert (places(driver), sentence(driver)) == ([], "")
    driver.move(30, 5)
    assert places(driver) == [(30, 10)]
    assert sentence(driver).startswith("⚠ The outline crosses itself")
    driver.move(30, 20)
    assert (places(driver), sentence(driver)) == ([], "")


def test_a_crossing_that_was_drawn_stays_marked_until_its_point_is_taken_back():
    driver = ToolDriver(annotation_of(), "include").click((10, 10), (50, 10), (50, 50), (30, 50), (30, 5))
    driver.move(20, 5)
    assert places(driver) == [(30, 10)]
    driver.backspace().move(30, 40)
    assert places(driver) == []


def test_a_crossing_freehand_line_is_marked_while_it_is_drawn():
    loop = [(10, 40), (60, 40), (60, 10), (35, 10), (35, 60)]
    driver = ToolDriver(annotation_of(), "include").begin_drag(*loop)
    assert places(driver) == [(35, 40)]


def test_the_hint_still_says_what_to_do_next():
    driver = ToolDriver(annotation_of(), "include").click(*BOW_TIE[:3], (10, 30))
    assert "Close on the first point" in sentence(driver)


def test_a_crossing_never_keeps_anybody_from_closing():
    driver = ToolDriver(annotation_of(), "include").click(*BOW_TIE).enter()
    assert driver.steps == ["Draw include polygon"]
    assert driver.polygons[0].points.tolist() == [list(point) for point in BOW_TIE]


def test_closing_on_the_first_point_is_no_crossing_however_near_the_pointer_is():
    driver = ToolDriver(annotation_of(), "include").click((10, 10), (50, 10), (50, 50), (10, 50))
    driver.move(14, 6)
    assert driver.controller.overlay.closes
    assert (places(driver), sentence(driver)) == ([], "")


def test_a_draft_outside_the_image_is_told_until_it_reaches_in():
    driver = ToolDriver(annotation_of(), "include").click((110, 10), (150, 10), (150, 50))
    driver.move(130, 40)
    assert "outside the image" in sentence(driver)
    driver.click((90, 40))
    assert sentence(driver) == ""


def test_a_sliver_is_told_before_it_is_closed():
    driver = ToolDriver(annotation_of(), "include").click((10, 10), (60, 10), (60, 10.5))
    driver.move(10, 10)
    assert "Thinner than a pixel" in sentence(driver)


def test_an_exclude_beside_its_instance_is_told_before_it_is_closed():
    driver = ToolDriver(annotation_of(square()), "exclude").select(PolygonRef("i1", 0))
    driver.click((70, 10), (90, 10), (90, 30)).move(70, 10)
    assert "cuts nothing" in sentence(driver)


def test_an_exclude_over_its_instance_and_one_for_everything_are_fine():
    driver = ToolDriver(annotation_of(square()), "exclude").select(PolygonRef("i1", 0))
    driver.click((50, 30), (90, 30), (90, 50)).move(50, 30)
    assert sentence(driver) == ""
    everything = ToolDriver(annotation_of(square()), "exclude").click((70, 10), (90, 10), (90, 30))
    assert sentence(everything.move(70, 10)) == ""


# --- what is selected --------------------------------------------------------------------------------------


def test_right_after_drawing_the_crossing_is_marked_and_told():
    driver = ToolDriver(annotation_of(), "include").click(*BOW_TIE).enter()
    assert places(driver) == [(30, 30)]
    assert sentence(driver).startswith("⚠ The outline crosses itself: move or delete a point")


def test_only_what_is_selected_is_marked():
    driver = ToolDriver(annotation_of(polygon(BOW_TIE), square(65, 40, 10)), "select")
    assert (places(driver), sentence(driver)) == ([], "")
    driver.select(PolygonRef("i2", 0))
    assert places(driver) == []
    driver.select(PolygonRef("i1", 0), PolygonRef("i2", 0))
    assert places(driver) == [(30, 30)]


def test_dragging_a_vertex_over_an_edge_marks_the_crossings_and_back_again_not():
    driver = ToolDriver(annotation_of(square()), "select").select(PolygonRef("i1", 0))
    driver.begin_drag((60, 60), (40, 10))
    assert places(driver) == [(36, 20)]
    assert sentence(driver).startswith("⚠ The outline crosses itself")
    driver.move(60, 50)
    assert (places(driver), sentence(driver)) == ([], "")


def test_letting_go_keeps_the_marks_and_undo_takes_them_away():
    driver = ToolDriver(annotation_of(square()), "select").select(PolygonRef("i1", 0))
    driver.drag((60, 60), (40, 10))
    assert places(driver) == [(36, 20)]
    driver.undo()
    assert (places(driver), sentence(driver)) == ([], "")
    driver.redo()
    assert places(driver) == [(36, 20)]


def test_a_vertex_dropped_on_its_neighbour_is_told():
    driver = ToolDriver(annotation_of(polygon([(20, 20), (60, 20), (60, 60), (40, 70), (20, 60)])), "select")
    driver.select(PolygonRef("i1", 0)).drag((40, 70), (60, 60))
    assert places(driver) == [(60, 60)]
    assert "lie on each other" in sentence(driver)


@pytest.mark.parametrize(
    ("things", "selected", "told"),
    [
        ([rectangle(10, 10, 60, 10.5)], PolygonRef("i1", 0), "Thinner than a pixel"),
        ([square(200, 10)], PolygonRef("i1", 0), "outside the image"),
        ([(square(), square(70, 5, 10, Role.EXCLUDE))], PolygonRef("i1", 1), "cuts nothing"),
        ([ring_with_hole()], PolygonRef("i1", 1), ""),
    ],
)
def test_findings_without_a_place_are_only_told(things, selected, told):
    driver = ToolDriver(annotation_of(*things), "select").select(selected)
    assert places(driver) == []
    assert told in sentence(driver)
    assert bool(told) == bool(sentence(driver))


def test_a_problem_is_told_before_a_note():
    thin_and_outside = rectangle(200, 10, 260, 10.5)
    driver = ToolDriver(annotation_of(thin_and_outside), "select").select(PolygonRef("i1", 0))
    assert "outside the image" in sentence(driver)


def test_nothing_is_told_about_what_is_hidden_or_cannot_be_changed():
    hidden = ToolDriver(annotation_of(polygon(BOW_TIE)), "select").select(PolygonRef("i1", 0))
    assert sentence(hidden)
    assert sentence(hidden.hide("i1")) == ""
    read_only = ToolDriver(annotation_of(polygon(BOW_TIE)), "select", read_only="It is read-only.")
    read_only.select(PolygonRef("i1", 0))
    assert (places(read_only), read_only.controller.hint) == ([], "It is read-only.")


def test_nothing_is_told_about_more_polygons_than_anybody_works_on():
    many = annotation_of([polygon(BOW_TIE)] * (MOST_POLYGONS + 1))
    driver = ToolDriver(many, "select")
    driver.context.select_owner("i1")
    assert (places(driver), sentence(driver)) == ([], "")
