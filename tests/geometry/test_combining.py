from __future__ import annotations

import numpy as np
import pytest
import shapely

from labeler.geometry.booleans import Area, areas
from labeler.geometry.combining import difference, filled, intersection, ordered, union, without_fragments
from tests.geometry.shapes import box, circle, corners, polygon_of, size_of

ADDS, REMOVES = True, False


def plain(ring):
    return [(ring, ADDS)]


def test_the_union_of_two_that_overlap_is_one():
    (area,) = union([plain(box(0, 0, 20, 20)), plain(box(10, 10, 30, 30))])
    assert polygon_of(area).area == 700


def test_the_union_of_two_apart_is_both_with_the_points_they_had():
    found = union([plain(circle(20, 20, 10)), plain(circle(60, 20, 10))])
    assert {frozenset(corners(area.outer)) for area in found} == {
        frozenset(corners(circle(20, 20, 10))),
        frozenset(corners(circle(60, 20, 10))),
    }


def test_a_hole_of_one_is_filled_by_what_lies_in_the_other():
    ring = [(box(0, 0, 40, 40), ADDS), (box(10, 10, 30, 30), REMOVES)]
    (area,) = union([ring, plain(box(0, 0, 40, 15))])
    assert polygon_of(area).area == 40 * 40 - 20 * 15


def test_a_slit_that_only_rounding_made_is_no_hole():
    ring = [(box(0, 0, 40, 40), ADDS), (box(10, 10, 30, 30), REMOVES)]
    (area,) = union([ring, plain(box(10, 10, 29.999, 30))])
    assert area.holes == ()
    (area,) = union([ring, plain(box(10, 10, 29.99, 30))])
    assert len(area.holes) == 1


def test_what_has_a_spike_as_long_as_can_be_is_no_sliver():
    spiked = np.array([(0, 0), (20, 0), (20, 20), (-1e6, 1e6), (19.997, 20), (0, 20)])
    (area,) = union([plain(spiked), plain(box(5, 5, 10, 30))])
    assert polygon_of(area).area > 450


def test_the_intersection_is_what_all_have():
    things = [plain(box(0, 0, 20, 20)), plain(box(10, 0, 30, 20)), plain(box(0, 5, 30, 10))]
    (area,) = intersection(things)
    assert corners(area.outer) == {(10, 5), (20, 5), (20, 10), (10, 10)}
    assert intersection([plain(box(0, 0, 5, 5)), plain(box(5, 0, 9, 5))]) == []


def test_the_difference_keeps_what_none_of_the_others_has():
    found = difference(plain(box(0, 0, 30, 10)), [plain(box(10, -5, 20, 15)), plain(box(25, 0, 40, 40))])
    assert sorted(polygon_of(area).area for area in found) == [50, 100]


def test_cutting_out_a_ring_leaves_the_island_in_its_hole():
    ring = [(circle(50, 50, 30), ADDS), (circle(50, 50, 20), REMOVES)]
    found = difference(plain(box(0, 0, 100, 100)), [ring])
    assert sorted(len(area.holes) for area in found) == [0, 1]


def test_an_outline_gets_no_points_where_rings_cross_that_change_nothing_there():
    thing = [(box(5, -5, 15, 5), REMOVES), (box(0, 0, 40, 20), ADDS)]
    (area,) = union([thing, plain(box(20, 5, 30, 10))])
    assert corners(area.outer) == corners(box(0, 0, 40, 20))


def test_corners_on_one_line_stay_corners():
    """Two cuts cross in a notch: its two ends lie on the edge that is notched, and are no edge's points."""
    notch = [box(10, -5, 14, 5), np.array([(14, -5), (20, -5), (20, 3), (12, 3)], float)]
    (area,) = difference(plain(box(0, 0, 40, 20)), [plain(ring) for ring in notch])
    assert {(10, 0), (20, 0)} <= corners(area.outer)


def test_the_walking_order_puts_islands_after_the_hole_that_they_lie_in():
    rings = [
        (box(0, 0, 90, 90), ADDS),
        (box(10, 10, 80, 80), REMOVES),
        (box(20, 20, 70, 70), ADDS),
        (box(30, 30, 60, 60), REMOVES),
        (box(40, 40, 50, 50), ADDS),
        (box(100, 0, 110, 10), ADDS),
    ]
    order = [(adds, np.ptp(ring[:, 0])) for ring, adds in ordered(areas(rings))]
    assert set(order[:2]) == {(ADDS, 90), (ADDS, 10)}
    assert order[2:] == [(REMOVES, 70), (ADDS, 50), (REMOVES, 30), (ADDS, 10)]


def test_an_area_without_holes_and_islands():
    found = areas([(box(0, 0, 40, 40), ADDS), (box(10, 10, 30, 30), REMOVES), (box(15, 15, 20, 20), ADDS)])
    (area,) = filled(found)
    assert polygon_of(area).area == 1600
    assert filled([]) == []


@pytest.mark.parametrize(("smallest", "left"), [(0, 3), (30, 2), (150, 1), (1e9, 1)])
def test_fragments_go_and_the_largest_stays(smallest, left):
    found = [Area(box(0, 0, 40, 40)), Area(box(50, 0, 60, 10)), Area(box(70, 0, 74, 5))]
    assert len(without_fragments(found, smallest)) == left


def test_small_holes_close_on_request_with_the_islands_in_them():
    found = areas([(box(0, 0, 40, 40), ADDS), (box(10, 10, 14, 14), REMOVES), (box(11, 11, 12, 12), ADDS)])
    assert size_of(without_fragments(found, 20, fill=True)) == 1600
    assert len(without_fragments(found, 20)[0].holes) == 1
    assert size_of(without_fragments(found, 10, fill=True)) == 1584


def test_nothing_is_made_of_nothing():
    assert union([plain(np.array([(0, 0), (5, 5), (10, 10)], float))]) == []
    assert without_fragments([], 5) == []
    assert ordered([]) == []


def test_many_things_are_united_in_bundles_to_the_same():
    rng = np.random.default_rng(7)
    rings = [circle(*rng.uniform(0, 300, 2).tolist(), rng.uniform(3, 25), 12) for _ in range(300)]
    (expected,) = [shapely.union_all([shapely.Polygon(ring) for ring in rings])]
    found = shapely.union_all([polygon_of(area) for area in union([plain(ring) for ring in rings])])
    assert found.is_valid
    assert shapely.hausdorff_distance(found.boundary, expected.boundary) < 0.003
    assert found.area == pytest.approx(expected.area, abs=1)
