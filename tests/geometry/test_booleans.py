from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from labeler.geometry import booleans
from labeler.geometry.booleans import Area, areas, pixel_areas, without_holes

ADDS, REMOVES = True, False


def box(left, top, right, bottom):
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float64)


def circle(x, y, radius, points=40):
    turn = np.arange(points) * 2 * np.pi / points
    return np.round(np.c_[x + radius * np.cos(turn), y + radius * np.sin(turn)], 3)


def polygon_of(area: Area):
    return shapely.Polygon(area.outer, area.holes)


def size_of(found):
    return sum(polygon_of(area).area for area in found)


def covered_by(rings):
    return sum(shapely.Polygon(ring).area for ring in rings)


def test_one_ring_comes_back_with_the_points_it_was_drawn_with():
    (area,) = areas([(circle(50, 50, 20), ADDS)], clip=(100, 100))
    assert area.outer.tolist() == circle(50, 50, 20).tolist()
    assert area.holes == ()


def test_an_exclude_inside_makes_a_hole():
    (area,) = areas([(box(0, 0, 40, 40), ADDS), (box(10, 10, 30, 30), REMOVES)])
    assert len(area.holes) == 1
    assert polygon_of(area).area == 1200


def test_an_include_after_the_exclude_is_an_island_in_the_hole():
    rings = [(box(0, 0, 40, 40), ADDS), (box(10, 10, 30, 30), REMOVES), (box(15, 15, 20, 20), ADDS)]
    assert sorted(len(area.holes) for area in areas(rings)) == [0, 1]
    assert size_of(areas(rings)) == 1225


def test_an_include_before_the_exclude_is_no_island():
    rings = [(box(0, 0, 40, 40), ADDS), (box(15, 15, 20, 20), ADDS), (box(10, 10, 30, 30), REMOVES)]
    assert size_of(areas(rings)) == 1200


def test_parts_that_overlap_are_one_area_and_parts_that_touch_in_a_corner_are_two():
    assert len(areas([(box(0, 0, 20, 20), ADDS), (box(10, 10, 30, 30), ADDS)])) == 1
    assert len(areas([(box(0, 0, 20, 20), ADDS), (box(20, 20, 30, 30), ADDS)])) == 2


def test_an_exclude_across_a_thing_leaves_two_areas():
    found = areas([(box(0, 0, 40, 20), ADDS), (box(15, -5, 25, 25), REMOVES)])
    assert [polygon_of(area).area for area in found] == [300, 300]


def test_what_a_ring_surrounds_twice_is_outside():
    turns = np.arange(5) * 4 * np.pi / 5
    star = np.c_[50 + 40 * np.cos(turns), 50 + 40 * np.sin(turns)]
    assert not any(shapely.contains_xy(polygon_of(area), 50, 50) for area in areas([(star, ADDS)]))


def test_a_ring_is_cut_to_the_image():
    (area,) = areas([(box(-10, -10, 20, 20), ADDS)], clip=(15, 12))
    assert sorted(area.outer.tolist()) == [[0, 0], [0, 12], [15, 0], [15, 12]]


@pytest.mark.parametrize(
    "rings",
    [
        [],
        [(box(0, 0, 10, 10), REMOVES)],
        [(box(0, 0, 10, 10), ADDS), (box(0, 0, 10, 10), REMOVES)],
        [(np.array([(0, 0), (5, 5), (10, 10)], dtype=float), ADDS)],
        [(np.array([(5, 5), (5, 5), (5, 5)], dtype=float), ADDS)],
        [(box(200, 200, 300, 300), ADDS)],
    ],
)
def test_nothing_left_is_no_area(rings):
    assert areas(rings, clip=(100, 100)) == []


def test_a_hole_is_opened_by_a_cut_between_pixels():
    (area,) = areas([(circle(50, 50, 30), ADDS), (circle(50, 50, 10), REMOVES)])
    one, other = (set(map(tuple, ring.tolist())) for ring in without_holes(area))
    cut = np.array(sorted(one & other))
    assert len(cut) == 4
    assert any((cut[:, axis] == 50).all() for axis in (0, 1))


def test_holes_side_by_side_are_opened_together():
    rings = [(box(0, 0, 100, 40), ADDS)] + [(box(x, 10, x + 10, 30), REMOVES) for x in (10, 30, 50, 70)]
    (area,) = areas(rings)
    assert len(area.holes) == 4
    assert 2 <= len(without_holes(area)) <= 5


def test_a_hole_of_one_pixel_opens_along_its_sides():
    (area,) = areas([(box(0, 0, 9, 9), ADDS), (box(4, 4, 5, 5), REMOVES)])
    rings = without_holes(area)
    assert all((ring == np.round(ring)).all() for ring in rings)
    assert covered_by(rings) == 80


def test_a_hole_within_a_pixel_is_opened_too():
    (area,) = areas([(box(0, 0, 9, 9), ADDS), (circle(4.5, 4.5, 0.3), REMOVES)])
    rings = without_holes(area)
    assert covered_by(rings) == pytest.approx(polygon_of(area).area, abs=1e-2)
    assert len(rings) == 2


def test_many_holes_are_opened_from_the_middle_so_that_few_are_gone_through_often(monkeypatch):
    holes = tuple(box(3 * n + 1, n % 20 * 3 + 1, 3 * n + 2, n % 20 * 3 + 2) for n in range(400))
    area = Area(box(0, 0, 1201, 62), holes)
    gone_through = []
    opened = booleans._opened
    monkeypatch.setattr(
        booleans, "_opened", lambda one: gone_through.append(len(one.interiors)) or opened(one)
    )
    rings = without_holes(area)
    assert sum(shapely.Polygon(ring).area for ring in rings) == 1201 * 62 - 400
    assert sum(gone_through) < 400 * 2 * np.log2(400)


def test_a_sieve_comes_apart():
    holes = [box(x, y, x + 4, y + 4) for x in range(4, 90, 9) for y in range(4, 90, 9)]
    (area,) = areas([(box(0, 0, 100, 100), ADDS), *((hole, REMOVES) for hole in holes)])
    assert len(area.holes) == 100
    rings = without_holes(area)
    assert covered_by(rings) == pytest.approx(10000 - 1600)


def test_holes_hooked_into_each_other_come_apart():
    """A cut that ended on the next hole could go round in circles here: each has the other on both sides."""
    hook = np.array([(10, 10), (60, 10), (60, 50), (50, 50), (50, 20), (20, 20), (20, 60), (10, 60)], float)
    (area,) = areas([(box(0, 0, 100, 100), ADDS), (hook, REMOVES), (90 - hook, REMOVES)])
    assert len(area.holes) == 2
    rings = without_holes(area)
    assert covered_by(rings) == pytest.approx(10000 - 2 * covered_by([hook]))


coordinates = st.integers(-200, 1200).map(lambda value: value / 10)
random_rings = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=9).map(
    lambda points: np.array(points, dtype=np.float64)
)


@given(st.lists(st.tuples(random_rings, st.booleans()), min_size=1, max_size=5))
def test_areas_are_valid_apart_and_cut_into_rings_of_the_same_size(rings):
    found = areas(rings, clip=(100, 80))
    polygons = [polygon_of(area) for area in found]
    assert all(polygon.is_valid for polygon in polygons)
    together = shapely.union_all(polygons).area
    assert together == pytest.approx(sum(polygon.area for polygon in polygons), abs=1e-6)
    cut = [shapely.Polygon(ring) for area in found for ring in without_holes(area)]
    assert all(not polygon.interiors for polygon in cut)
    assert sum(polygon.area for polygon in cut) == pytest.approx(together, abs=0.2)


@given(st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=1, max_size=6))
def test_pixels_are_outlined_exactly(rows):
    pixels = np.array(rows)
    row, column = np.nonzero(pixels)
    found = pixel_areas(np.stack([column, row, column + 1, row + 1], axis=1))
    assert size_of(found) == pixels.sum()
    rings = [shapely.Polygon(ring) for area in found for ring in without_holes(area)]
    centres = [(x + 0.5, y + 0.5) for y in range(len(rows)) for x in range(6)]
    inside = [sum(shapely.contains_xy(ring, x, y) for ring in rings) for x, y in centres]
    assert inside == pixels.ravel().astype(int).tolist()
