"""A new polygon without what its neighbours cover."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.document.model import PolygonRef, Role
from labeler.raster.runs import rasterize
from labeler.tools.clipping import clipped
from labeler.tools.events import Modifiers
from tests.builders import annotation_of, instance_of, polygon, rectangle, ring_with_hole, square
from tests.tools.driver import ToolDriver

#: A square, and a square with a hole.
SCENE = annotation_of(square(20, 20, 40), ring_with_hole(100, 20, 40), width=200, height=120)
#: Over the lower half of both.
ACROSS = [(10, 40), (190, 40), (190, 100), (10, 100)]


def draw(driver: ToolDriver, ring=ACROSS, end=ToolDriver.enter) -> ToolDriver:
    driver.suspend_snapping().click(*ring)
    return end(driver)


def masks(annotation) -> dict[str, np.ndarray]:
    runs = rasterize(annotation).instances
    return {instance.id: mask.to_mask() for instance, mask in zip(annotation.instances, runs, strict=True)}


def new_mask(driver: ToolDriver) -> np.ndarray:
    return masks(driver.annotation)[driver.annotation.instances[-1].id]


def wanted(scene, ring) -> np.ndarray:
    whole = rasterize(annotation_of(polygon(ring), width=200, height=120)).union.to_mask()
    for mask in masks(scene).values():
        whole = whole & ~mask
    return whole


def test_the_option_cuts_the_neighbours_out():
    driver = draw(ToolDriver(SCENE, "include").set(clip=True))
    assert np.array_equal(new_mask(driver), wanted(SCENE, ACROSS))
    assert new_mask(driver)[45, 120]  # in the neighbour's hole
    assert driver.annotation.instances[:2] == SCENE.instances
    assert driver.steps == ["Draw include polygon"]
    assert {ref.owner for ref in driver.selection} == {driver.annotation.instances[-1].id}
    assert len(driver.selection) == len(driver.annotation.instances[-1].polygons)
    assert driver.undo().annotation is SCENE


def test_shift_enter_does_it_once_and_the_other_way_round_with_the_option():
    driver = draw(ToolDriver(SCENE, "include"), end=ToolDriver.shift_enter)
    assert np.array_equal(new_mask(driver), wanted(SCENE, ACROSS))
    driver = draw(ToolDriver(SCENE, "include").set(clip=True), end=ToolDriver.shift_enter)
    assert len(driver.annotation.instances[-1].polygons[0].points) == 4


def test_closing_on_the_first_point_follows_the_option():
    driver = draw(ToolDriver(SCENE, "include").set(clip=True), [*ACROSS, ACROSS[0]], lambda driver: driver)
    assert np.array_equal(new_mask(driver), wanted(SCENE, ACROSS))


def test_around_a_neighbour_it_gets_a_hole_and_within_that_one_an_island():
    around = [(90, 10), (150, 10), (150, 70), (90, 70)]
    driver = draw(ToolDriver(SCENE, "include").set(clip=True), around)
    polygons = driver.annotation.instances[-1].polygons
    assert [p.role for p in polygons] == [Role.INCLUDE, Role.EXCLUDE, Role.INCLUDE]
    assert np.array_equal(new_mask(driver), wanted(SCENE, around))


def test_a_neighbour_may_cut_it_in_two():
    across = [(10, 30), (70, 30), (70, 50), (10, 50)]
    driver = draw(ToolDriver(SCENE, "include").set(clip=True), across)
    assert [p.role for p in driver.annotation.instances[-1].polygons] == [Role.INCLUDE] * 2


def test_where_no_neighbour_is_the_points_stay_as_drawn():
    driver = draw(ToolDriver(SCENE, "include").set(clip=True), [(20, 70), (60, 70), (40, 100)])
    assert driver.annotation.instances[-1].polygons[0].points.tolist() == [[20, 70], [60, 70], [40, 100]]


@pytest.mark.parametrize("end", [ToolDriver.enter, lambda driver: driver.click((25, 25))])
def test_nothing_left_is_said_and_the_draft_is_kept(end):
    driver = ToolDriver(SCENE, "include").set(clip=True).suspend_snapping().hold(Modifiers.NONE)
    driver.repeat(25, 25).click((55, 25), (55, 55), (40, 50))
    end(driver)
    assert not driver.is_idle
    assert "nothing would be left" in driver.hint
    assert driver.steps == []
    driver.click((40, 100)).enter()
    assert driver.steps == ["Draw include polygon"]


def test_a_draft_that_nothing_would_be_left_of_is_not_lost_when_the_image_changes():
    driver = ToolDriver(SCENE, "include").set(clip=True).suspend_snapping()
    driver.repeat(25, 25).click((55, 25), (55, 55)).use("select")
    assert driver.steps == ["Draw include polygon"]


def test_hidden_neighbours_and_the_image_wide_lists_cut_nothing():
    scene = annotation_of(square(20, 20, 40), exclude=[square(100, 20, 40)], width=200, height=120)
    driver = draw(ToolDriver(scene, "include").set(clip=True).hide("i1"))
    assert len(driver.annotation.instances[-1].polygons[0].points) == 4


def test_locked_neighbours_cut_too():
    driver = draw(ToolDriver(SCENE, "include").set(clip=True).lock("i1"))
    assert np.array_equal(new_mask(driver), wanted(SCENE, ACROSS))


@pytest.mark.parametrize("tool", ["exclude", "ignore"])
def test_only_includes_are_clipped(tool):
    driver = draw(ToolDriver(SCENE, tool).set(clip=True))
    assert len(driver.polygons[-1].points) == 4


def test_a_further_part_is_clipped_to_the_others_and_cuts_its_own_instance_nowhere():
    scene = annotation_of(square(20, 20, 40), rectangle(80, 30, 90, 40), width=200, height=120)
    driver = ToolDriver(scene, "include").set(clip=True).select(PolygonRef("i1", 0))
    driver.use("include", new_part=True)
    around = [(50, 10), (150, 10), (150, 70), (50, 70)]
    draw(driver, around)
    assert len(driver.annotation.instances) == 2
    assert {p.role for p in driver.annotation.instances[0].polygons} == {Role.INCLUDE}
    part = rasterize(annotation_of(polygon(around), width=200, height=120)).union.to_mask()
    old = masks(scene)
    assert np.array_equal(masks(driver.annotation)["i1"], old["i1"] | (part & ~old["i2"]))


coordinates = st.tuples(st.integers(0, 800), st.integers(0, 480)).map(lambda at: (at[0] / 4, at[1] / 4))
rings = st.lists(coordinates, min_size=3, max_size=7, unique=True)


@given(st.lists(st.lists(rings, min_size=1, max_size=2), min_size=1, max_size=3), rings)
@settings(max_examples=60, deadline=None)
def test_the_mask_is_the_drawn_one_without_the_neighbours(neighbours, ring):
    things = [
        instance_of(polygon(first), *(polygon(r, Role.EXCLUDE) for r in holes), id=f"n{i}")
        for i, (first, *holes) in enumerate(neighbours)
    ]
    scene = annotation_of(*things, width=200, height=120)
    made = clipped(ToolDriver(scene, "include").context, polygon(ring))
    expected = wanted(scene, ring)
    if made is None:
        found = np.zeros_like(expected)
    else:
        annotation, refs = made
        assert annotation.instances[:-1] == scene.instances
        assert [annotation.polygon(ref) for ref in refs] == list(annotation.instances[-1].polygons)
        found = masks(annotation)[annotation.instances[-1].id]
    for row, column in np.argwhere(found != expected).tolist():
        assert _is_near_an_outline((column + 0.5, row + 0.5), [ring, *(r for rs in neighbours for r in rs)])


def _is_near_an_outline(centre, outlines) -> bool:
    """Edges may bend by a step of the grid: a centre so near to one may change sides."""
    place = shapely.Point(centre)
    return any(shapely.LinearRing(outline).distance(place) <= 0.002 for outline in outlines)
