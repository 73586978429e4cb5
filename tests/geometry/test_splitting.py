from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.geometry.booleans import Area, areas
from labeler.geometry.splitting import split
from tests.geometry.shapes import box, circle, corners, polygon_of, size_of


def path(*positions):
    return np.array(positions, dtype=np.float64)


def test_a_line_across_leaves_two_halves():
    halves = split([Area(box(0, 0, 10, 10))], path((-5, 4), (15, 4)))
    assert halves.cuts
    assert corners(halves.left[0].outer) == {(0, 0), (10, 0), (10, 4), (0, 4)}
    assert corners(halves.right[0].outer) == {(0, 4), (10, 4), (10, 10), (0, 10)}


def test_the_direction_of_the_line_tells_right_from_left():
    one = split([Area(box(0, 0, 10, 10))], path((-5, 4), (15, 4)))
    other = split([Area(box(0, 0, 10, 10))], path((15, 4), (-5, 4)))
    assert size_of(one.left) == size_of(other.right) == 40


def test_a_bent_line_cuts_a_corner_off():
    halves = split([Area(box(0, 0, 10, 10))], path((6, -5), (6, 4), (15, 4)))
    assert size_of(halves.left) == 16
    assert size_of(halves.right) == 84


def test_a_short_cut_through_an_arm_takes_off_its_tip_only():
    """Seen from the cut, most of the rest lies on the tip's side."""
    u = path((0, 0), (10, 0), (10, 190), (20, 190), (20, -300), (30, -300), (30, 200), (0, 200))
    halves = split([Area(u)], path((-1, 5), (11, 5)))
    assert size_of(halves.left) == 50


def test_holes_go_with_their_side_and_what_is_cut_open_is_none_any_more():
    ring = [(box(0, 0, 40, 20), True), (box(5, 5, 10, 15), False), (box(25, 5, 35, 15), False)]
    halves = split(areas(ring), path((30, -5), (30, 25)))
    assert sorted(len(area.holes) for area in (*halves.right, *halves.left)) == [0, 1]
    assert size_of([*halves.right, *halves.left]) == 40 * 20 - 50 - 100


def test_parts_that_the_line_runs_between_go_to_their_side():
    halves = split([Area(box(0, 0, 10, 10)), Area(box(20, 0, 30, 10))], path((15, -5), (15, 15)))
    assert not halves.cuts
    assert corners(halves.left[0].outer) == corners(box(20, 0, 30, 10))
    assert corners(halves.right[0].outer) == corners(box(0, 0, 10, 10))


@pytest.mark.parametrize("line", [path((3, 5), (7, 5)), path((-5, 5), (7, 5)), path((-5, -5), (15, -5))])
def test_a_line_that_does_not_go_through_cuts_nothing(line):
    halves = split([Area(box(0, 0, 10, 10))], line)
    assert not halves.cuts
    assert not (halves.right and halves.left)


def test_a_loop_within_cuts_out_what_it_surrounds():
    loop = path((30, 50), (50, 30), (70, 50), (50, 70), (30, 50))
    halves = split([Area(circle(50, 50, 40))], loop)
    assert halves.cuts
    assert size_of(halves.right) == 800
    assert len(halves.left[0].holes) == 1


coordinates = st.integers(-200, 1200).map(lambda value: value / 10)
paths = st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=6, unique=True).map(np.array)


@given(paths, st.floats(5, 45))
def test_nothing_is_lost_by_any_line(line, radius):
    whole = areas([(circle(50, 50, 46), True), (circle(50, 50, radius), False), (circle(50, 50, 4), True)])
    halves = split(whole, line)
    assert size_of([*halves.right, *halves.left]) == pytest.approx(size_of(whole), abs=0.3)
    assert all(polygon_of(area).is_valid for area in (*halves.right, *halves.left))
    if not halves.cuts:
        assert len(halves.right) + len(halves.left) == len(whole)
