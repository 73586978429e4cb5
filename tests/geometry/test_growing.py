from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.geometry.booleans import Area, areas
from labeler.geometry.growing import grown
from tests.geometry.shapes import box, circle, corners, polygon_of

ADDS, REMOVES = True, False


def test_growing_moves_every_side_out():
    (area,) = grown([Area(box(10, 10, 30, 20))], 5, sharp=True)
    assert corners(area.outer) == corners(box(5, 5, 35, 25))


def test_corners_are_round_unless_asked_for():
    (area,) = grown([Area(box(10, 10, 30, 20))], 5)
    assert polygon_of(area).area == pytest.approx(20 * 10 + 2 * 5 * 30 + np.pi * 25, abs=1.5)


def test_a_spike_does_not_shoot_away():
    spike = np.array([(0, 0), (100, 1), (0, 2)], dtype=float)
    (area,) = grown([Area(spike)], 3, sharp=True)
    assert area.outer[:, 0].max() < 110


def test_shrinking_is_the_same_inwards_and_may_leave_several_or_nothing():
    assert corners(grown([Area(box(0, 0, 30, 20))], -5)[0].outer) == corners(box(5, 5, 25, 15))
    dumbbell = areas([(circle(20, 20, 15), ADDS), (circle(80, 20, 15), ADDS), (box(20, 18, 80, 22), ADDS)])
    assert len(grown(dumbbell, -3)) == 2
    assert grown([Area(box(0, 0, 10, 10))], -5) == []


def test_holes_shrink_and_close_as_the_thing_grows():
    ring = areas([(circle(50, 50, 30), ADDS), (circle(50, 50, 10), REMOVES)])
    (area,) = grown(ring, 4)
    assert shapely.Polygon(area.holes[0]).area == pytest.approx(np.pi * 36, rel=0.05)
    assert grown(ring, 11)[0].holes == ()
    assert shapely.Polygon(grown(ring, -4)[0].holes[0]).area == pytest.approx(np.pi * 196, rel=0.05)


def test_what_comes_to_touch_is_one():
    two = [Area(box(0, 0, 10, 10)), Area(box(14, 0, 24, 10))]
    assert len(grown(two, 1)) == 2
    assert len(grown(two, 3)) == 1


def test_areas_that_touch_in_a_corner_grow_together():
    assert len(grown([Area(box(0, 0, 10, 10)), Area(box(10, 10, 20, 20))], 1)) == 1


coordinates = st.integers(0, 600).map(lambda value: value / 10)
rings = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=8).map(np.array)


@given(st.lists(st.tuples(rings, st.booleans()), min_size=1, max_size=3), st.floats(-12, 12))
@settings(max_examples=60)
def test_what_is_near_belongs_to_it_and_nothing_else(things, distance):
    """Against the distance of pixel centres: within a tenth of a pixel both ways."""
    before = areas(things)
    after = shapely.union_all([polygon_of(area) for area in grown(before, distance)])
    whole = shapely.union_all([polygon_of(area) for area in before])
    if whole.is_empty:
        assert after.is_empty
        return
    x, y = np.meshgrid(np.arange(-15, 76, 2.5), np.arange(-15, 76, 2.5))
    places = shapely.points(x.ravel(), y.ravel())
    outside = np.where(shapely.covers(whole, places), -1, 1) * shapely.distance(whole.boundary, places)
    covered = shapely.covers(after, places) if not after.is_empty else np.zeros(len(places), bool)
    off = 0.06 + 0.01 * abs(distance)
    assert covered[outside < distance - off].all()
    assert not covered[outside > distance + off].any()
