"""The knife: a line across instances parts each in two."""

from __future__ import annotations

import pytest

from labeler.document.model import PolygonRef
from labeler.tools.events import Modifiers
from labeler.tools.state import MarkKind
from tests.builders import annotation_of, ring_with_hole, square
from tests.tools.driver import ToolDriver, corners


def things():
    """Two squares of 40 px beside each other, a ring below the first."""
    return annotation_of(square(20, 20), square(100, 20), ring_with_hole(20, 80), width=240, height=160)


def driver(**options):
    return ToolDriver(things(), "knife", **options)


def ids(driver):
    return [instance.id for instance in driver.annotation.instances]


def test_a_stroke_across_splits_what_is_under_it_in_one_step():
    knife = driver().drag((40, 10), (40, 40), (40, 70))
    assert len(ids(knife)) == 4
    assert ids(knife)[0] == "i1"
    assert ids(knife)[2:] == ["i2", "i3"]
    halves = [corners(instance.polygons[0]) for instance in knife.annotation.instances[:2]]
    assert sorted(map(sorted, halves)) == sorted(
        map(sorted, [{(20, 20), (40, 20), (40, 60), (20, 60)}, {(40, 20), (60, 20), (60, 60), (40, 60)}])
    )
    assert knife.steps == ["Split"]
    assert {ref.owner for ref in knife.selection} == set(ids(knife)[:2])
    assert knife.undo().annotation == things()


def test_what_becomes_a_pinch_cuts_nothing():
    knife = driver().begin_drag((40, 10), (40, 40), (40, 70)).interrupt()
    assert knife.is_idle
    assert knife.steps == []
    knife.click((40, 10), (80, 40)).begin_drag((40, 70), (30, 70)).interrupt()
    assert knife.marks(MarkKind.HANDLE) == [(40, 10), (80, 40)]


def test_clicks_and_enter_do_the_same_around_corners():
    knife = driver().click((40, 10), (40, 40), (70, 40)).enter()
    assert knife.is_idle
    cut_off = next(i for i in knife.annotation.instances if i.id not in ("i1", "i2", "i3"))
    assert corners(cut_off.polygons[0]) == {(40, 20), (60, 20), (60, 40), (40, 40)}


def test_a_double_click_ends_the_line_too():
    knife = driver().click((40, 10)).double_click(40, 70)
    assert knife.steps == ["Split"]


def test_enter_after_one_click_cuts_to_the_pointer():
    assert driver().click((40, 10)).move(40, 70).enter().steps == ["Split"]


def test_only_selected_instances_are_split():
    knife = driver().select(PolygonRef("i2", 0)).drag((10, 40), (150, 40))
    assert ids(knife)[:2] == ["i1", "i2"]
    assert len(ids(knife)) == 4
    knife = driver().drag((10, 40), (150, 40))
    assert len(ids(knife)) == 5


def test_what_is_locked_or_hidden_stays_whole():
    assert ids(driver().lock("i1").drag((10, 40), (150, 40)))[0:2] == ["i1", "i2"]
    assert ids(driver().hide("i2").drag((10, 40), (150, 40)))[-2:] == ["i2", "i3"]


def test_a_hole_is_opened_and_goes_with_its_side():
    knife = driver().drag((10, 85), (70, 85))
    small = next(i for i in knife.annotation.instances if i.id not in ("i1", "i2", "i3"))
    assert len(small.polygons) == 1
    assert len(knife.annotation.instance("i3").polygons) == 2
    knife = driver().drag((40, 75), (40, 130))
    assert all(len(i.polygons) == 1 for i in knife.annotation.instances)


def test_a_line_that_misses_changes_nothing_and_says_so():
    knife = driver().drag((40, 30), (40, 50))
    assert (knife.annotation, knife.steps) == (things(), [])
    assert "went through nothing" in knife.hint
    assert "went through nothing" not in knife.press(1, 1).hint


def test_escape_leaves_no_trace_wherever_the_line_is():
    for knife in (
        driver().begin_drag((40, 10), (40, 70)),
        driver().click((40, 10), (40, 70)),
        driver().click((40, 10)).begin_drag((50, 30), (60, 70)),
    ):
        assert not knife.is_idle
        knife.escape()
        assert (knife.annotation, knife.steps, knife.is_idle) == (things(), [], True)


def test_points_are_stepped_back_and_forth():
    knife = driver().click((40, 10), (10, 10), (40, 70)).backspace().backspace()
    assert knife.redo().redo().redo().controller.state.points == ((40, 10), (10, 10), (40, 70))
    knife.backspace().backspace().backspace()
    assert knife.is_idle
    assert knife.redo().controller.state.points == ((40, 10),)


def test_the_line_is_shown_and_snaps_to_vertices_and_goes_straight():
    knife = driver().click((22, 22)).move(63, 57)
    line = knife.controller.overlay.marks[0]
    assert (line.kind, line.points) == (MarkKind.LINE, ((20, 20), (60, 60)))
    assert knife.enter().steps == ["Split"]
    straight = driver().click((40, 10)).hold(Modifiers.CTRL).move(43, 70)
    assert straight.controller.overlay.marks[0].points[-1] == (40, 70)


def test_shift_click_selects_what_to_split():
    knife = driver().hold(Modifiers.SHIFT).click((30, 40)).hold()
    assert {ref.owner for ref in knife.selection} == {"i1"}


def test_on_a_read_only_image_there_is_no_knife():
    knife = driver(read_only="No.").drag((40, 10), (40, 70))
    assert (knife.annotation, knife.hint) == (things(), "No.")


@pytest.mark.parametrize("zoom", [0.25, 8])
def test_a_click_that_trembles_is_a_point_at_any_zoom(zoom):
    knife = driver(zoom=zoom)
    knife.move(200, 150).press(200, 150).release(200 + 2 * knife.px, 150)
    assert not knife.is_idle
    assert len(knife.controller.state.points) == 1
