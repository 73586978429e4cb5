"""Brush and eraser: what is painted is the mask, one stroke is one step, and Esc leaves no trace."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labeler.document.model import Annotation, PolygonRef, Role
from labeler.raster.runs import rasterize
from labeler.tools.events import Modifiers
from labeler.tools.options import LARGEST_RADIUS, SMALLEST_RADIUS, Options, resized
from labeler.tools.state import Mark, MarkKind
from tests.builders import annotation_of, polygon, ring_with_hole, square
from tests.tools.driver import XY, ToolDriver, corners

WIDTH, HEIGHT = 120, 90
FIRST = PolygonRef("i1", 0)
INCLUDE, EXCLUDE = Role.INCLUDE, Role.EXCLUDE


def painter(*things, tool: str = "brush", radius: float = 6.0, **options) -> ToolDriver:
    annotation = annotation_of(*things, width=WIDTH, height=HEIGHT)
    return with_radius(ToolDriver(annotation, tool), radius, **options)


def with_radius(driver: ToolDriver, radius: float, **options) -> ToolDriver:
    driver.context.options = replace(driver.context.options, brush_radius=radius, **options)
    return driver


def mask_of(annotation: Annotation, number: int = -1) -> NDArray[np.bool_]:
    return rasterize(annotation).instances[number].to_mask()


def near(path: list[XY], radius: float) -> NDArray[np.bool_]:
    """The pixels whose centre is within the radius of the path, one straight piece after the other."""
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    painted = np.zeros((HEIGHT, WIDTH), dtype=bool)
    for start, end in zip(path, path[1:] or path):
        along = np.subtract(end, start)
        share = ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / max(along @ along, 1e-12)
        share = np.clip(share, 0, 1)
        away = np.hypot(x - start[0] - share * along[0], y - start[1] - share * along[1])
        painted |= away <= radius
    return painted


def roles(driver: ToolDriver) -> list[Role]:
    return [p.role for p in driver.polygons]


def marks(driver: ToolDriver, kind: MarkKind) -> list[Mark]:
    return [mark for mark in driver.controller.overlay.marks if mark.kind is kind]


def circle(x: float, y: float, away: float) -> list[XY]:
    turns = np.linspace(0, 2 * np.pi, 30).tolist()
    return [(x + away * np.cos(turn), y + away * np.sin(turn)) for turn in turns]


# --- a new instance ----------------------------------------------------------------------------------------


def test_a_stroke_is_a_new_instance_of_the_current_class_in_one_step():
    driver = painter()
    driver.context.current_class = "coin"
    path = [(30.2, 30.7), (50.1, 40.4), (60.9, 20.3)]
    driver.drag(*path)
    (instance,) = driver.annotation.instances
    assert instance.class_name == "coin"
    assert (mask_of(driver.annotation) == near(path, 6)).all()
    assert driver.steps == ["Paint"]
    assert driver.selection == (PolygonRef(instance.id, 0),)
    assert driver.undo().annotation.instances == ()
    assert driver.redo().annotation.instances == (instance,)


def test_a_click_is_a_disc():
    driver = painter().click((40.5, 40.5))
    assert (mask_of(driver.annotation) == near([(40.5, 40.5)], 6)).all()


def test_strokes_that_follow_go_into_the_same_instance_until_esc():
    driver = painter().drag((20, 20), (40, 20)).drag((40, 20), (40, 50))
    assert len(driver.annotation.instances) == 1
    driver.escape().click((100, 70))
    assert len(driver.annotation.instances) == 2
    assert len(driver.steps) == 3


def test_a_stroke_outside_the_image_is_nothing():
    driver = painter().drag((-40, -40), (-30, -90))
    assert (driver.annotation.instances, driver.steps) == ((), [])


def test_painting_around_something_makes_a_hole_and_painting_it_shut_removes_it():
    driver = painter().drag(*circle(60, 45, 25))
    assert roles(driver) == [INCLUDE, EXCLUDE]
    assert not mask_of(driver.annotation)[45, 60]
    with_radius(driver, 22).click((60, 45))
    assert roles(driver) == [INCLUDE]
    assert mask_of(driver.annotation)[45, 60]


# --- the selected instance ---------------------------------------------------------------------------------


def test_a_stroke_adds_to_the_selected_instance_and_points_elsewhere_stay():
    driver = painter(square(), square(80, 10, 20)).select(FIRST)
    before, other = driver.annotation, driver.annotation.instances[1]
    path = [(50.3, 40.2), (70.4, 41.1)]
    driver.drag(*path)
    assert (mask_of(driver.annotation, 0) == mask_of(before, 0) | near(path, 6)).all()
    assert driver.annotation.instances[1] is other
    assert corners(square()) <= corners(driver.polygons[0])
    assert driver.selection == (FIRST,)
    assert driver.undo().annotation is before


def test_the_eraser_cuts_the_selected_instance_only():
    driver = painter(square(), square(), tool="eraser").select(FIRST)
    before = mask_of(driver.annotation, 0)
    path = [(40.2, 10.1), (40.2, 70.1)]
    driver.drag(*path)
    assert (mask_of(driver.annotation, 0) == before & ~near(path, 6)).all()
    assert driver.annotation.instances[1].polygons == (square(),)
    assert driver.steps == ["Erase"]
    assert {ref.owner for ref in driver.selection} == {"i1"}
    assert len(driver.selection) == 2


def test_erasing_in_the_middle_makes_an_exclude():
    driver = painter(square(), tool="eraser").select(FIRST).click((40, 40))
    assert roles(driver) == [INCLUDE, EXCLUDE]
    assert driver.polygons[0] == square()


def test_an_instance_that_is_erased_goes():
    driver = painter(square(), square(80, 20, 10), tool="eraser", radius=40).select(FIRST).click((40, 40))
    assert [i.id for i in driver.annotation.instances] == ["i2"]
    assert driver.selection == ()
    assert driver.undo().annotation.instances[0].polygons == (square(),)


def test_alt_is_the_other_tool_for_a_stroke():
    driver = painter(square()).select(FIRST).hold(Modifiers.ALT).click((40, 40))
    assert (roles(driver), driver.steps) == ([INCLUDE, EXCLUDE], ["Erase"])
    driver.use("eraser").click((40, 40))
    assert (roles(driver), driver.steps[1:]) == ([INCLUDE], ["Paint"])


@given(
    path=st.lists(st.tuples(st.floats(-10, 130), st.floats(-10, 100)), min_size=1, max_size=5),
    radius=st.floats(0.5, 25),
    tool=st.sampled_from(["brush", "eraser"]),
)
@settings(max_examples=100)
def test_the_mask_is_that_before_with_or_without_the_stroke(path, radius, tool):
    driver = painter(ring_with_hole(20, 20, 40), square(70, 30, 30), tool=tool, radius=radius).select(FIRST)
    before = mask_of(driver.annotation, 0)
    driver.drag(*path)
    # Centres exactly as far away as the radius are decided in the raster's own tests.
    far, close = near(path, radius + 1e-9), near(path, radius - 1e-9)
    after = mask_of(driver.annotation, 0) if driver.annotation.instances[0].id == "i1" else before & False
    if tool == "brush":
        assert after[before | close].all()
        assert not after[~before & ~far].any()
    else:
        assert after[before & ~far].all()
        assert not after[~before | close].any()


def test_zoomed_out_a_stroke_is_as_exact_as_one_sees_unless_it_has_to_be():
    annotation = annotation_of(width=WIDTH, height=HEIGHT)
    path: list[XY] = [(30.2, 40.7), (60.4, 45.2), (80.3, 30.6)]
    seen, exact = (
        with_radius(ToolDriver(annotation, "brush", zoom=0.4), 15, brush_exact=option).drag(*path)
        for option in (False, True)
    )
    assert (mask_of(exact.annotation) == near(path, 15)).all()
    assert len(seen.polygons[0].points) * 1.5 < len(exact.polygons[0].points)
    differing = mask_of(seen.annotation) ^ near(path, 15)
    assert differing.any()
    assert not (differing & (near(path, 13) | ~near(path, 17))).any()


# --- the eraser with nothing selected ----------------------------------------------------------------------


def test_with_nothing_selected_the_topmost_under_the_pointer_is_cut():
    driver = painter(square(10, 10, 60), square(30, 30, 60), tool="eraser").click((50, 50))
    assert [len(i.polygons) for i in driver.annotation.instances] == [1, 2]
    assert driver.selection == ()


def test_where_the_topmost_has_a_hole_the_one_below_is_cut():
    driver = painter(square(10, 10, 60), ring_with_hole(20, 20, 40), tool="eraser").click((40, 40))
    assert [len(i.polygons) for i in driver.annotation.instances] == [2, 2]
    assert roles(driver)[:2] == [INCLUDE, EXCLUDE]


def test_the_eraser_takes_the_first_instance_it_comes_over():
    driver = painter(square(30, 30, 20), square(70, 30, 20), tool="eraser", radius=3)
    driver.begin_drag((10, 40), (20, 40))
    assert "Nothing to erase" in driver.hint
    driver.move(40, 40).move(80, 40).release(80, 40)
    assert corners(driver.polygons[0]) != corners(square(30, 30, 20))
    assert driver.polygons[-1] == square(70, 30, 20)


def test_erasing_nothing_is_no_step():
    driver = painter(square(), tool="eraser").drag((90, 10), (110, 80))
    assert (driver.annotation.instances[0].polygons, driver.steps) == ((square(),), [])


# --- straight lines, size ----------------------------------------------------------------------------------


def test_shift_paints_straight_on_from_the_last_stroke():
    driver = painter().drag((20, 20), (30, 22))
    driver.hold(Modifiers.SHIFT).move(90, 60)
    (line,) = marks(driver, MarkKind.STROKE)
    assert line.points == ((30, 22), (90, 60))
    driver.press(90, 60).release(90, 60)
    driver.press(90, 20).release(90, 20)
    path: list[XY] = [(20, 20), (30, 22), (90, 60), (90, 20)]
    assert (mask_of(driver.annotation) == near(path, 6)).all()
    assert driver.steps == ["Paint"] * 3


def test_shift_without_a_stroke_before_is_a_stroke():
    driver = painter().hold(Modifiers.SHIFT).click((40.5, 40.5))
    assert (mask_of(driver.annotation) == near([(40.5, 40.5)], 6)).all()


def test_sizes_go_up_and_down_and_end():
    assert resized(12, 1) == 13.5
    assert resized(resized(12, 1), -1) == 12
    assert resized(0.5, 1) == 0.75
    assert resized(0.5, -1) == SMALLEST_RADIUS
    assert resized(999, 3) == LARGEST_RADIUS


@given(st.floats(0.5, 1000), st.sampled_from([-2, -1, -0.25, 0.25, 1, 3]))
def test_a_step_changes_the_size_the_way_it_says(radius, steps):
    after = resized(radius, steps)
    assert SMALLEST_RADIUS <= after <= LARGEST_RADIUS
    assert after == pytest.approx(radius, abs=0.25) or (after > radius) == (steps > 0)


def test_the_ring_follows_pointer_and_size():
    driver = painter().move(30, 40)
    (ring,) = marks(driver, MarkKind.RING)
    assert (ring.points, ring.radius, ring.role) == (((30, 40),), 6, INCLUDE)
    with_radius(driver, 9)
    assert marks(driver, MarkKind.RING)[0].radius == 9
    driver.hold(Modifiers.ALT).move(31, 40)
    assert marks(driver, MarkKind.RING)[0].role is EXCLUDE


# --- nothing is lost ---------------------------------------------------------------------------------------


def test_while_painting_the_stroke_is_shown_and_nothing_is_changed():
    driver = painter(square()).select(FIRST)
    before = driver.annotation
    driver.begin_drag((50, 40), (70, 40), (80, 45))
    (stroke,) = marks(driver, MarkKind.STROKE)
    assert (stroke.points, stroke.radius) == (((50, 40), (70, 40), (80, 45)), 6)
    assert driver.annotation is before


@pytest.mark.parametrize("tool", ["brush", "eraser"])
def test_esc_leaves_no_trace(tool):
    driver = painter(square(), tool=tool).select(FIRST)
    before = driver.annotation
    driver.begin_drag((50, 40), (70, 40)).escape()
    assert driver.is_idle
    assert (driver.annotation, driver.steps, driver.selection) == (before, [], (FIRST,))
    driver.release(70, 40)
    assert driver.annotation is before


def test_undo_while_painting_drops_the_stroke():
    driver = painter(square()).select(FIRST).begin_drag((50, 40), (70, 40)).undo()
    assert (driver.is_idle, driver.steps) == (True, [])


@pytest.mark.parametrize(
    "end", [lambda d: d.use("select"), lambda d: d.enter(), lambda d: d.show(annotation_of())]
)
def test_a_stroke_is_kept_when_the_surroundings_change(end):
    driver = painter()
    end(driver.begin_drag((20, 40), (70, 40)))
    assert driver.steps[:1] == ["Paint"]


def test_a_press_whose_release_went_elsewhere_ends_the_stroke():
    driver = painter().begin_drag((20, 40), (70, 40)).press(20, 70).release(20, 70)
    assert driver.steps == ["Paint", "Paint"]


def test_what_is_locked_hidden_or_read_only_is_not_painted():
    for driver in (
        painter(square()).select(FIRST).lock("i1"),
        painter(square()).select(FIRST).hide("i1"),
        painter(square(), tool="eraser").lock("i1"),
        painter(square(), tool="eraser").hide("i1"),
    ):
        driver.drag((40, 40), (60, 40))
        assert (driver.annotation.instances[0].polygons, driver.steps) == ((square(),), [])
    assert "locked or hidden" in painter(square()).select(FIRST).lock("i1").hint
    read_only = ToolDriver(annotation_of(square()), "brush", read_only="No.").drag((40, 40), (60, 40))
    assert (read_only.steps, read_only.hint) == ([], "No.")


def test_ctrl_click_selects_the_instance_that_strokes_go_into():
    driver = painter(ring_with_hole(10, 10, 40), square(70, 30, 30)).hold(Modifiers.CTRL).click((15, 15))
    assert {ref.owner for ref in driver.selection} == {"i1"}
    driver.click((5, 80))
    assert (driver.selection, driver.steps) == ((), [])


def test_hints_say_what_the_stroke_will_do():
    driver = painter(square())
    assert "a new object" in driver.hint
    assert "adds to the selected object" in driver.select(FIRST).hint
    assert "Erase from the selected object" in driver.hold(Modifiers.ALT).move(5, 5).hint
    assert "topmost" in driver.hold().use("eraser").escape().hint


def test_image_wide_polygons_are_neither_painted_nor_erased():
    annotation = annotation_of(square(), exclude=[square(30, 30, 20)], width=WIDTH, height=HEIGHT)
    driver = with_radius(ToolDriver(annotation, "eraser"), 4).click((40, 40))
    assert driver.annotation.exclude == annotation.exclude
    assert roles(driver) == [INCLUDE, EXCLUDE, EXCLUDE]


def test_keys_of_other_programs_stay():
    marked = polygon([(20, 20), (60, 20), (60, 60), (20, 60)], quality=3)
    driver = painter(marked).select(FIRST).click((60, 40))
    assert driver.polygons[0].extra == {"quality": 3}


@pytest.mark.parametrize(
    ("kept", "radius"),
    [(20, 20.0), (-3, SMALLEST_RADIUS), (10**400, LARGEST_RADIUS), (float("inf"), LARGEST_RADIUS)],
)
def test_a_radius_written_by_hand_is_kept_in_range(kept, radius):
    assert Options().with_values({"brush_radius": kept}).brush_radius == radius


@pytest.mark.parametrize("kept", [float("nan"), True, "12", None])
def test_what_is_no_radius_changes_nothing(kept):
    assert Options().with_values({"brush_radius": kept, "snap": 1}) == Options()
