"""The vertex eraser: a sweep takes vertices away."""

from __future__ import annotations

import pytest

from labeler.document.model import PolygonRef
from labeler.tools.events import Modifiers
from labeler.tools.state import MarkKind
from tests.builders import annotation_of, polygon, square
from tests.tools.driver import ToolDriver, corners

FIRST = PolygonRef("i1", 0)


def comb():
    """A straight upper edge with a vertex each 10 px from 20 to 120, and a square far away."""
    points = [(x, 20) for x in range(20, 130, 10)] + [(120, 80), (20, 80)]
    return annotation_of(polygon(points), square(200, 20), width=400, height=300)


def drivers():
    return [
        lambda: ToolDriver(comb(), "sweep"),
        lambda: ToolDriver(comb(), "select").hold(Modifiers.ALT),
    ]


@pytest.mark.parametrize("make", drivers(), ids=["tool", "alt"])
def test_a_sweep_deletes_the_vertices_under_it_in_one_step(make):
    driver = make().drag((35, 25), (60, 25), (105, 15))
    left = {(20, 20), (120, 20), (120, 80), (20, 80)}
    assert corners(driver.polygons[0]) == left
    assert corners(driver.polygons[1]) == {(200, 20), (240, 20), (240, 60), (200, 60)}
    assert driver.steps == ["Sweep away vertices"]
    assert driver.undo().annotation == comb()


def test_a_fast_sweep_misses_nothing_between_two_events():
    driver = ToolDriver(comb(), "sweep").drag((40, 20), (100, 20))
    assert len(driver.polygons[0].points) == 4


def test_a_polygon_without_vertices_left_goes():
    driver = ToolDriver(comb(), "sweep").drag((200, 20), (240, 20), (240, 60))
    assert [i.id for i in driver.annotation.instances] == ["i1"]


def test_only_selected_polygons_lose_vertices():
    driver = ToolDriver(comb(), "sweep").select(PolygonRef("i2", 0)).drag((40, 20), (100, 20))
    assert (driver.annotation, driver.steps) == (comb(), [])


def test_what_is_locked_or_hidden_keeps_its_vertices():
    assert ToolDriver(comb(), "sweep").lock("i1").drag((40, 20), (100, 20)).annotation == comb()
    assert ToolDriver(comb(), "sweep").hide("i1").drag((40, 20), (100, 20)).annotation == comb()
    read_only = ToolDriver(comb(), "sweep", read_only="No.").drag((40, 20), (100, 20))
    assert (read_only.annotation, read_only.hint) == (comb(), "No.")


def test_escape_brings_all_back():
    driver = ToolDriver(comb(), "sweep").begin_drag((40, 20), (100, 20))
    assert len(driver.polygons[0].points) == 4
    driver.escape()
    assert (driver.annotation, driver.steps, driver.is_idle) == (comb(), [], True)


def test_the_ring_follows_the_pointer_at_the_same_size_on_screen():
    driver = ToolDriver(comb(), "sweep", zoom=4).move(50, 50)
    (mark,) = driver.controller.overlay.marks
    assert (mark.kind, mark.points, mark.radius) == (MarkKind.RING, ((50, 50),), 2.5)
