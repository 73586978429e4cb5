from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.document.model import Annotation, Instance, Polygon, Role
from labeler.formats.outlines import bridges, outlines, shapes
from labeler.geometry.booleans import areas, without_holes
from labeler.geometry.combining import ordered
from labeler.raster.runs import Runs, rasterize
from tests.builders import annotation_of, polygon, ring_with_hole, square, triangle
from tests.formats.cases import CASES, circle


def masks_of(annotation: Annotation, rings_of_instances) -> list[Runs]:
    """What a reader without holes or order sees: the union of the rings, each an instance of its own here."""
    redrawn = tuple(
        Instance(str(n), "object", tuple(Polygon(Role.INCLUDE, ring) for ring in rings))
        for n, rings in enumerate(rings_of_instances)
    )
    return list(rasterize(Annotation(annotation.image, redrawn)).instances)


def assert_same_pixels(annotation: Annotation):
    masks = rasterize(annotation)
    found = outlines(annotation, masks)
    for mask, redrawn in zip(
        masks.instances, masks_of(annotation, [one.rings for one in found]), strict=True
    ):
        assert redrawn.toggles.tolist() == mask.toggles.tolist()
    for mask, one in zip(masks.instances, found, strict=True):
        # They share the pixels out: none is in two rings.
        assert sum(part.area for part in masks_of(annotation, [(ring,) for ring in one.rings])) == mask.area


@pytest.mark.parametrize("case", CASES)
def test_the_rings_cover_the_pixels_of_the_instance(case):
    assert_same_pixels(CASES[case])


def test_a_plain_polygon_is_left_as_it_was_drawn():
    annotation = CASES["one"]
    (one,) = outlines(annotation, rasterize(annotation))
    assert np.array_equal(one.rings[0], annotation.instances[0].polygons[0].points)
    assert (len(one.rings), one.holes, one.keeps_shape) == (1, 0, True)


def test_a_hole_takes_two_rings():
    annotation = annotation_of(ring_with_hole())
    (one,) = outlines(annotation, rasterize(annotation))
    assert (len(one.rings), one.holes, one.keeps_shape) == (2, 1, True)


def test_image_wide_excludes_cut_the_rings():
    annotation = CASES["exclude over everything"]
    first, second = outlines(annotation, rasterize(annotation))
    assert [len(first.rings), len(second.rings)] == [2, 1]


def test_rings_stay_inside_the_image():
    annotation = CASES["partly outside"]
    for one in outlines(annotation, rasterize(annotation)):
        points = np.vstack(one.rings)
        assert points.min() >= 0
        assert (points <= (annotation.image.width, annotation.image.height)).all()


def test_a_pixel_that_a_crossing_moved_is_put_right():
    """Crossings are rounded to the grid, and on this star that is a pixel."""
    annotation = CASES["crossing itself"]
    star = annotation.instances[0].polygons[0].points
    rings = [ring for area in areas([(star, True)]) for ring in without_holes(area)]
    (mask,) = rasterize(annotation).instances
    assert masks_of(annotation, [rings])[0].area != mask.area
    (one,) = outlines(annotation, rasterize(annotation))
    assert one.keeps_shape
    assert sum(len(ring) for ring in one.rings) < 30


def test_when_pixels_cannot_be_put_right_they_are_outlined(monkeypatch):
    """Only the wildest drawings need it, so the areas are made wrong here."""
    annotation = annotation_of((square(), polygon(circle(40, 40, 8), Role.EXCLUDE)))
    monkeypatch.setattr("labeler.formats.outlines.areas", lambda rings, clip: areas(rings[1:2], clip))
    (one,) = outlines(annotation, rasterize(annotation))
    assert not one.keeps_shape
    assert (masks_of(annotation, [one.rings])[0].toggles == rasterize(annotation).union.toggles).all()


coordinates = st.integers(-200, 1200).map(lambda value: value / 10) | st.integers(-10, 110).map(float)
halves = st.integers(-20, 220).map(lambda value: value / 2)
points = st.lists(st.tuples(coordinates, coordinates) | st.tuples(halves, halves), min_size=3, max_size=10)
roles = st.sampled_from([Role.INCLUDE, Role.INCLUDE, Role.EXCLUDE])
drawings = st.lists(st.lists(st.builds(polygon, points, roles), min_size=1, max_size=4), max_size=3)


@settings(max_examples=150)
@given(drawings, st.lists(st.builds(polygon, points), max_size=1))
def test_whatever_is_drawn_the_rings_cover_the_same_pixels(things, exclude):
    assert_same_pixels(annotation_of(*things, exclude=exclude))


@pytest.mark.parametrize("case", CASES)
def test_areas_with_holes_are_the_same_pixels(case):
    annotation = CASES[case]
    masks = rasterize(annotation)
    for shape, wanted in zip(shapes(annotation, masks), masks.instances, strict=True):
        polygons = tuple(
            Polygon(Role.INCLUDE if adds else Role.EXCLUDE, ring) for ring, adds in ordered(shape.areas)
        )
        (got,) = rasterize(Annotation(annotation.image, (Instance("", "", polygons),))).instances
        assert np.array_equal(got.toggles, wanted.toggles)
        assert len(shape.rings) == sum(1 + len(area.holes) for area in shape.areas)


@pytest.mark.parametrize("case", CASES)
def test_one_ring_for_each_instance_is_the_same_pixels(case):
    annotation = CASES[case]
    masks = rasterize(annotation)
    for bridge, wanted in zip(bridges(annotation, masks), masks.instances, strict=True):
        assert (len(bridge.ring) > 0) == (bridge.joined > 0)
        polygons = (Polygon(Role.INCLUDE, bridge.ring),) if bridge.joined else ()
        (got,) = rasterize(Annotation(annotation.image, (Instance("", "", polygons),))).instances
        assert np.array_equal(got.toggles, wanted.toggles)


def test_one_ring_says_how_many_it_was():
    annotation = annotation_of(square(), ring_with_hole(), (triangle(5, 5), square(70, 50, 12)))
    found = bridges(annotation, rasterize(annotation))
    assert [bridge.joined for bridge in found] == [1, 2, 2]
    assert found[0].ring is annotation.instances[0].polygons[0].points
