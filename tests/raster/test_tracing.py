"""Masks to polygons and back: every pixel, every hole, and no point farther away than was asked for."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from labeler.document.model import Polygon, Role
from labeler.geometry.booleans import Area
from labeler.raster.runs import Runs, rasterize
from labeler.raster.tracing import trace, trace_runs
from tests.builders import annotation_of
from tests.raster import oracle

Mask = NDArray[np.bool_]

#: Below this nothing can be left out; from here on rings do not even touch.
CUTS = 0.36

tolerances = st.sampled_from([0.1, CUTS, 0.5, 0.7, 1.0, 1.5, 2.5, 4.0, 20.0])


def blobs(seed: int, height: int, width: int, smooth: float, share: float) -> Mask:
    """Random forms, the smoother the rounder; ``share`` of the pixels is on."""
    field = np.random.default_rng(seed).random((height, width)).astype(np.float32)
    if smooth:
        field = cv2.GaussianBlur(field, (0, 0), smooth)
    return field > np.quantile(field, 1 - share)


noise = arrays.arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9)))
some_blobs = st.builds(
    blobs,
    st.integers(0, 10**6),
    st.integers(1, 26),
    st.integers(1, 26),
    st.sampled_from([0.0, 0.7, 1.5, 3.0]),
    st.sampled_from([0.3, 0.5, 0.7]),
)
masks = noise | some_blobs


def picture(*rows: str) -> Mask:
    return np.array([[letter == "#" for letter in row] for row in rows])


def polygons_of(areas: list[Area]) -> list[Polygon]:
    return [
        Polygon(role, ring)
        for area in areas
        for role, ring in [(Role.INCLUDE, area.outer), *((Role.EXCLUDE, hole) for hole in area.holes)]
    ]


def rings_of(areas: list[Area]) -> list[NDArray[np.float64]]:
    return [polygon.points for polygon in polygons_of(areas)]


def mask_of(areas: list[Area], like: Mask) -> Mask:
    height, width = like.shape
    if not areas:
        return np.zeros_like(like)
    annotation = annotation_of(polygons_of(areas), width=width, height=height)
    return rasterize(annotation).instances[0].to_mask()


# --- exact -------------------------------------------------------------------------------------------------


@given(masks)
@settings(max_examples=300)
def test_the_polygons_of_a_mask_are_the_mask(mask: Mask) -> None:
    assert (mask_of(trace(mask), mask) == mask).all()


@given(noise)
def test_they_are_by_the_slow_rule_too(mask: Mask) -> None:
    areas = trace(mask)
    annotation = annotation_of(*([polygons_of(areas)] if areas else []))
    walked = oracle.instance_masks(annotation, mask.shape[1], mask.shape[0]) or [np.zeros_like(mask)]
    assert (walked[0] == mask).all()


@given(masks)
def test_areas_hang_together_by_sides_and_are_as_many_as_opencv_counts(mask: Mask) -> None:
    assert len(trace(mask)) == cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)[0] - 1


@given(masks)
def test_areas_are_sound_and_touch_in_single_points_at_most(mask: Mask) -> None:
    parts = [shapely.Polygon(area.outer, area.holes) for area in trace(mask)]
    assert all(part.is_valid for part in parts)
    assert sum(part.area for part in parts) == mask.sum()
    assert shapely.area(shapely.union_all(parts)) == mask.sum()


@given(masks)
def test_only_corners_are_points(mask: Mask) -> None:
    for ring in rings_of(trace(mask)):
        along = np.roll(ring, -1, axis=0) - ring
        assert ((along != 0).sum(axis=1) == 1).all()
        assert ((along != 0) != (np.roll(along, 1, axis=0) != 0)).all()


@given(masks)
def test_outer_rings_run_clockwise_on_screen_and_holes_the_other_way(mask: Mask) -> None:
    for area in trace(mask):
        assert shapely.LinearRing(area.outer).is_ccw  # with y upwards, that is
        assert not any(shapely.LinearRing(hole).is_ccw for hole in area.holes)


@given(masks)
def test_runs_give_the_same_as_their_mask(mask: Mask) -> None:
    runs = Runs.from_mask(mask)
    assert (runs.to_mask() == mask).all()
    assert [ring.tolist() for ring in rings_of(trace_runs(runs))] == [
        ring.tolist() for ring in rings_of(trace(mask))
    ]


def test_a_pixel_is_a_square_and_nothing_is_nothing() -> None:
    (area,) = trace(picture("...", ".#."))
    assert area.outer.tolist() == [[1, 1], [2, 1], [2, 2], [1, 2]]
    assert area.holes == ()
    assert trace(picture("...", "...")) == []
    assert trace(np.zeros((0, 5), dtype=bool)) == []


def test_pixels_that_touch_in_a_corner_are_two_areas() -> None:
    assert len(trace(picture("#.", ".#"))) == len(trace(picture(".#", "#."))) == 2


def test_a_hole_that_reaches_out_through_a_corner_only_is_a_hole() -> None:
    (area,) = trace(picture("###.", "#.##", "#.##", "####"))
    assert [len(area.outer), *map(len, area.holes)] == [6, 4]
    (area,) = trace(picture("###", "#.#", "##."))
    assert [len(area.outer), *map(len, area.holes)] == [6, 4]


def test_a_hole_that_touches_itself_in_a_corner_is_two() -> None:
    (area,) = trace(picture("####", "#.##", "##.#", "####"))
    assert len(area.holes) == 2


def test_islands_in_holes_come_after_what_they_are_in() -> None:
    target = picture("#######", "#.....#", "#.###.#", "#.#.#.#", "#.###.#", "#.....#", "#######")
    target = np.pad(np.pad(target, 1), 1, constant_values=True)
    sizes = [np.ptp(ring[:, 0]) for ring in rings_of(trace(target))]
    assert sizes == [11, 9, 7, 5, 3, 1]
    assert [len(area.holes) for area in trace(target)] == [1, 1, 1]


@pytest.mark.parametrize("share", [0.1, 0.45, 0.6, 0.9])
def test_a_large_noise_comes_back(share: float) -> None:
    mask = np.random.default_rng(4).random((300, 400)) < share
    assert (mask_of(trace(mask), mask) == mask).all()


def test_a_checkerboard_comes_back_square_by_square() -> None:
    mask = np.indices((40, 61)).sum(axis=0) % 2 == 0
    areas = trace(mask)
    assert len(areas) == mask.sum()
    assert (mask_of(areas, mask) == mask).all()
    assert (mask_of(trace(mask, 2, exact=True), mask) == mask).all()


# --- simplified --------------------------------------------------------------------------------------------


@given(masks, tolerances, st.booleans())
@settings(max_examples=300)
def test_no_place_on_the_boundary_is_farther_away_than_the_tolerance(
    mask: Mask, tolerance: float, exact: bool
) -> None:
    true, thin = rings_of(trace(mask)), rings_of(trace(mask, tolerance, exact=exact))
    for before, after in zip(true, thin, strict=True):
        places = shapely.points(shapely.LinearRing(before).segmentize(0.25).coords)
        assert shapely.distance(places, shapely.LinearRing(after)).max() <= tolerance + 1e-6


@given(masks, tolerances, st.booleans())
@settings(max_examples=300)
def test_holes_stay_holes_and_no_ring_meets_another_or_itself(
    mask: Mask, tolerance: float, exact: bool
) -> None:
    true, thin = trace(mask), trace(mask, tolerance, exact=exact)
    assert [len(area.holes) for area in thin] == [len(area.holes) for area in true]
    before, after = ([shapely.LinearRing(ring) for ring in rings_of(areas)] for areas in (true, thin))
    assert all(ring.is_simple for ring in after)
    assert [ring.is_ccw for ring in after] == [ring.is_ccw for ring in before]
    assert all(shapely.Polygon(area.outer, area.holes).is_valid for area in thin)
    one, other = np.triu_indices(len(after), 1)
    if tolerance >= CUTS:
        assert not shapely.intersects(np.array(after)[one], np.array(after)[other]).any()
    for a, b in ((one, other), (other, one)):
        then, now = (np.array([shapely.Polygon(ring) for ring in rings]) for rings in (before, after))
        assert (shapely.contains(now[a], now[b]) == shapely.contains(then[a], then[b])).all()


@given(masks, tolerances)
@settings(max_examples=300)
def test_exact_rings_with_fewer_points_are_still_the_mask(mask: Mask, tolerance: float) -> None:
    assert (mask_of(trace(mask, tolerance, exact=True), mask) == mask).all()


@pytest.mark.parametrize("tolerance", [0.0, 0.5, 1.0, 3.0])
def test_rectangles_stay_rectangles(tolerance: float) -> None:
    mask = np.zeros((30, 40), dtype=bool)
    mask[3:25, 5:33] = True
    mask[10:12, 20:21] = False
    (area,) = trace(mask, tolerance)
    assert sorted(area.outer.tolist()) == [[5, 3], [5, 25], [33, 3], [33, 25]]
    assert sorted(area.holes[0].tolist()) == [[20, 10], [20, 12], [21, 10], [21, 12]]


def test_a_disc_needs_few_points() -> None:
    y, x = np.mgrid[:120, :120] + 0.5
    disc = (x - 60) ** 2 + (y - 60) ** 2 <= 40**2
    points = [len(trace(disc, tolerance, exact=exact)[0].outer) for tolerance, exact in DISC]
    assert points == sorted(points, reverse=True)
    assert points[0] > 180
    assert points[1] <= 60
    assert points[2] <= 40


DISC = [(0.0, False), (1.0, True), (1.0, False)]


def test_a_small_island_is_not_swallowed_by_its_neighbour() -> None:
    mask = np.zeros((40, 60), dtype=bool)
    mask[5:35, 5:55] = True
    mask[5:9, 20:40] = False  # a shallow bay …
    mask[6:7, 29:31] = True  # … with an island in it
    large, small = sorted(trace(mask, 10.0), key=lambda area: -np.ptp(area.outer[:, 0]))
    assert not shapely.Polygon(large.outer).intersects(shapely.Polygon(small.outer))
