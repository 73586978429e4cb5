from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.geometry.borders import borders
from labeler.geometry.reshaping import simplify, smooth
from tests.geometry.shapes import box, circle, corners


def apart(one, other) -> float:
    """How far (px) two outlines are from each other at most."""
    return shapely.hausdorff_distance(shapely.LinearRing(one), shapely.LinearRing(other), densify=0.2)


def staircase(steps=30):
    """A triangle with one side of pixels' corners."""
    x = np.repeat(np.arange(steps + 1), 2)
    return np.vstack([np.c_[x[1:], x[:-1]], [(0, steps)]]).astype(float)


def test_simplified_outlines_keep_the_points_that_matter():
    sides = zip(box(0, 0, 40, 30), np.roll(box(0, 0, 40, 30), -1, axis=0))
    dense = np.vstack([np.linspace(start, end, 20)[:-1] for start, end in sides])
    ((made,),) = simplify([[dense]], 0.1)
    assert corners(made) == corners(box(0, 0, 40, 30))


@pytest.mark.parametrize("amount", [0.25, 1, 3])
@pytest.mark.parametrize("change", [simplify, smooth])
def test_an_outline_moves_by_no_more_than_was_asked_for(change, amount):
    for ring in (circle(50, 50, 30, 200), staircase(), box(0, 0, 40, 30)):
        ((made,),) = change([[ring]], amount)
        assert apart(made, ring) <= amount + 0.001


def test_fewer_points_the_further_it_may_move():
    counts = [len(simplify([[circle(50, 50, 30, 200)]], amount)[0][0]) for amount in (0.05, 0.3, 1.5)]
    assert 200 > counts[0] > counts[1] > counts[2] > 3


def test_a_staircase_becomes_a_slope():
    ((made,),) = smooth([[staircase()]], 1.5)
    assert len(made) < 20
    slope = shapely.LinearRing(made).intersection(shapely.box(6, 0, 24, 26))
    assert slope.length == pytest.approx(np.hypot(18, 18), rel=0.002)


def test_small_things_stay_things_however_much_is_smoothed():
    ((made,),) = smooth([[box(0, 0, 2, 2)]], 20)
    assert shapely.Polygon(made).area > 2.5


def test_a_hole_stays_within_what_it_is_a_hole_of():
    """The wall between the two is thinner than the amount."""
    outer, hole = circle(50, 50, 30, 120), circle(50, 50, 29.5, 120)
    for change in (simplify, smooth):
        (made,) = change([[outer, hole]], 4)
        around, within = (shapely.Polygon(ring) for ring in made)
        assert around.contains(within)
        assert len(made[0]) < 120


def test_a_speck_beside_an_outline_stays_on_its_side():
    wave = np.r_[[(0.0, 0.0)], [(x, 3 * np.sin(x)) for x in np.arange(1, 60)], [(60, 0), (60, 40), (0, 40)]]
    speck = box(1.4, 1.5, 1.6, 1.7)
    wave_made, speck_made = simplify([[wave, speck]], 10)[0]
    assert not shapely.Polygon(wave).intersects(shapely.Polygon(speck))
    assert not shapely.Polygon(wave_made).intersects(shapely.Polygon(speck_made))


def test_neighbours_keep_the_border_that_they_share():
    seam = [(20 + 2 * np.sin(y / 3), y) for y in np.arange(0.0, 41.0)]
    left = np.round(np.array([(0, 0), *seam, (0, 40)]), 3)
    right = np.round(np.array([(40, 40), *seam[::-1], (40, 0)]), 3)
    for change in (simplify, smooth):
        (one,), (other,) = change([[left], [right]], 1)
        assert len(one) != len(left)
        ones, others = shapely.Polygon(one), shapely.Polygon(other)
        assert ones.intersection(others).area == 0
        assert ones.boundary.intersection(others.boundary).length > 40


def test_rings_that_touch_in_a_point_still_do():
    for change in (simplify, smooth):
        (one,), (other,) = change([[box(0, 0, 20, 20)], [box(20, 20, 40, 40)]], 2)
        assert (20, 20) in corners(one) & corners(other)


def test_equal_rings_stay_equal():
    ring = circle(50, 50, 30, 100)
    one, other = simplify([[ring], [np.roll(ring, 17, axis=0)[::-1]]], 1)
    assert corners(one[0]) == corners(other[0])


def test_work_can_be_given_up():
    def give_up():
        raise InterruptedError

    for change in (simplify, smooth):
        with pytest.raises(InterruptedError):
            change([[box(0, 0, 10, 10)]], 1, give_up)


def test_borders_are_the_lines_between_meeting_points():
    found = borders([box(0, 0, 10, 10), box(10, 0, 20, 10), box(50, 50, 60, 60)])
    assert len(found.lines) == 4
    assert [len(parts) for parts in found.rings] == [2, 2, 1]
    again = found.joined(found.lines)
    assert [corners(ring) for ring in again] == [
        corners(box(0, 0, 10, 10)),
        corners(box(10, 0, 20, 10)),
        corners(box(50, 50, 60, 60)),
    ]


coordinates = st.integers(-20, 120).map(float) | st.integers(-200, 1200).map(lambda value: value / 10)
rings = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=12).map(np.array)


@given(st.lists(st.lists(rings, min_size=1, max_size=3), min_size=1, max_size=3), st.floats(0.05, 60))
@settings(max_examples=60)
@pytest.mark.parametrize("change", [simplify, smooth])
def test_any_rings_stay_what_they_were_to_each_other(change, groups, amount):
    made = change(groups, amount)
    assert [len(group) for group in made] == [len(group) for group in groups]
    for group, new in zip(groups, made):
        before = [shapely.Polygon(ring) for ring in group]
        after = [shapely.Polygon(ring) for ring in new]
        sound = [n for n, polygon in enumerate(before) if polygon.is_valid and polygon.area > 0]
        assert all(after[n].is_valid and after[n].area > 0 for n in sound)
        assert all(apart(new[n], group[n]) <= amount + 0.001 for n in sound)
        for one in sound:
            for other in sound:
                assert before[one].relate_pattern(before[other], "T********") == after[one].relate_pattern(
                    after[other], "T********"
                )


@given(rings)
def test_taking_apart_and_joining_changes_no_ring(ring):
    (again,) = borders([ring]).joined(borders([ring]).lines)
    assert corners(again) == corners(ring)
    one, other = shapely.LinearRing(again) if len(again) > 2 else None, shapely.LinearRing(ring)
    assert one is None or one.length == pytest.approx(other.length)
