"""Gestures on 10,000 polygons: what they cost follows what is under the pointer."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from labeler.document.model import Annotation, PolygonRef
from labeler.tools.events import Modifiers
from tests.builders import annotation_of, square
from tests.tools.driver import ToolDriver

Gesture = Callable[[ToolDriver], object]
FIRST = PolygonRef("i1", 0)


def squares(start: int, count: int) -> Annotation:
    """Count × count squares of 8 px, each 20 px from the next; one is around (510, 510)."""
    places = [(start + 20 * column, start + 20 * row) for row in range(count) for column in range(count)]
    return annotation_of(*(square(x, y, 8) for x, y in places), width=2000, height=2000)


def select(driver: ToolDriver) -> None:
    driver.click((510.0, 510.0))


def select_one_more(driver: ToolDriver) -> None:
    driver.hold(Modifiers.SHIFT).click((510.0, 510.0))


def open_a_box(driver: ToolDriver) -> None:
    driver.drag((501.0, 501.0), (519.0, 519.0))


def sweep(driver: ToolDriver) -> None:
    driver.drag((500.0, 506.0), (507.0, 506.0))


def erase(driver: ToolDriver) -> None:
    driver.set(brush_radius=2.0).drag((510.0, 510.0), (512.0, 510.0))


@pytest.mark.parametrize(
    ("tool", "gesture"),
    [
        ("select", select),
        ("select", select_one_more),
        ("select", open_a_box),
        ("transform", select),
        ("sweep", sweep),
        ("eraser", erase),
    ],
)
def test_no_gesture_walks_over_all_polygons(tool: str, gesture: Gesture):
    few, many = squares(486, 3), squares(6, 100)
    gesture(at_work(few, tool))  # modules that are loaded when they are first used are there from here on
    assert steps_of(at_work(many, tool), gesture) < steps_of(at_work(few, tool), gesture) + 1000


def move_chosen_vertices(driver: ToolDriver) -> None:
    driver.context.choose_vertices(dict.fromkeys(driver.selection, (0, 1)))
    driver.nudge(1, 0).nudge(1, 0).key_up()


def test_chosen_vertices_cost_by_their_number_and_not_its_square():
    few, many = (ToolDriver(squares(6, count), "select") for count in (15, 30))
    for driver in (few, many):
        driver.select(*driver.annotation.refs()).set(shared=True)
    # Of four times as many polygons.
    assert steps_of(many, move_chosen_vertices) < 6 * steps_of(few, move_chosen_vertices)


def at_work(annotation: Annotation, tool: str) -> ToolDriver:
    """What is made once for an annotation is made; the first polygon is selected where that is in no way."""
    driver = ToolDriver(annotation, tool, zoom=4)
    assert annotation.has_instance("i1")
    if tool in ("select", "transform"):
        driver.select(FIRST)
    return driver.move(1.0, 1.0)


def steps_of(driver: ToolDriver, gesture: Gesture) -> int:
    """The calls and lines of Python that it takes: a loop has one at least for each polygon."""
    steps = 0

    def count(frame: object, event: str, argument: object) -> object:
        nonlocal steps
        steps += 1
        return count

    tracing, selected = sys.gettrace(), driver.selection
    sys.settrace(count)
    try:
        gesture(driver)
    finally:
        sys.settrace(tracing)
    assert driver.selection != selected or driver.steps, "the gesture did nothing"
    return steps
