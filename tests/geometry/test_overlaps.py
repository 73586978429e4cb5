from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from labeler.geometry.booleans import Area
from labeler.geometry.overlaps import boxes_meet, overlap_any, overlapping, touching


def square(left, top, size):
    return np.array(
        [(left, top), (left + size, top), (left + size, top + size), (left, top + size)], dtype=float
    )


def one_overlaps(one, other):
    return bool(overlapping([one], [other])[0])


def test_rings_overlap_when_they_share_an_area():
    assert one_overlaps(square(0, 0, 10), square(9, 9, 10))
    assert one_overlaps(square(0, 0, 10), square(4, 4, 2))
    assert not one_overlaps(square(0, 0, 10), square(11, 0, 10))


def test_a_shared_border_is_no_overlap_even_when_rounding_moved_it():
    assert not one_overlaps(square(0, 0, 10), square(10, 0, 10))
    assert not one_overlaps(square(0, 0, 10), square(9.999, 0, 10))
    assert one_overlaps(square(0, 0, 10), square(9.9, 0, 10))


def test_the_inside_of_a_crossing_ring_is_by_the_even_odd_rule():
    # Twice round the same square: nothing is inside.
    twice = np.vstack([square(0, 0, 10), square(0, 0, 10)])
    assert not one_overlaps(twice, square(2, 2, 2))
    bow_tie = np.array([(0, 0), (10, 10), (10, 0), (0, 10)], dtype=float)
    assert one_overlaps(bow_tie, square(0, 4, 2))
    assert not one_overlaps(bow_tie, square(4.5, 0, 1))


def test_pairs_are_answered_in_their_order():
    ones = [square(0, 0, 4), square(10, 0, 4), square(0, 0, 4)]
    assert overlapping(ones, [square(1, 1, 4), square(30, 0, 4), square(3, 3, 9)]).tolist() == [1, 0, 1]
    assert overlapping([], []).tolist() == []


def test_of_many_candidates_one_is_enough():
    beside = [square(20 * n, 20, 10) for n in range(40)]
    over = square(5, 5, 2)
    candidates = [[], beside, [*beside, over], [over, *beside], [over]]
    assert overlap_any([square(0, 0, 10)] * 5, candidates) == [False, False, True, True, True]


corners = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=3, max_size=6)


@given(corners, corners)
def test_any_rings_can_be_asked_either_way_round(one, other):
    one, other = np.array(one, dtype=float), np.array(other, dtype=float)
    assert one_overlaps(one, other) == one_overlaps(other, one)
    if one_overlaps(one, other):
        box = np.concatenate([one.min(axis=0), one.max(axis=0)])
        assert boxes_meet(box, np.concatenate([other.min(axis=0), other.max(axis=0)])[None])[0]


def test_rings_touch_areas_by_a_border_or_a_corner_but_not_from_within_a_hole():
    outer, hole = (
        [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)],
        [(2.0, 2.0), (7.0, 2.0), (7.0, 7.0), (2.0, 7.0)],
    )
    area = Area(np.array(outer), (np.array(hole),))
    inner = [(3.0, 3.0), (5.0, 3.0), (5.0, 5.0)]
    rings = [
        np.array(ring)
        for ring in (
            inner,
            hole,
            [(9.0, 9.0), (12.0, 9.0), (12.0, 12.0)],
            [(20.0, 0.0), (21.0, 0.0), (21.0, 1.0)],
        )
    ]
    assert touching(rings, [area]).tolist() == [False, True, True, False]
    assert touching(rings, []).tolist() == [False] * 4
    assert touching([], [area]).tolist() == []
