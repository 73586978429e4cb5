from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.geometry.contacts import self_contacts
from labeler.geometry.drawn import DrawnLine

points = st.tuples(st.integers(0, 8), st.integers(0, 8))
lines = st.lists(points, max_size=12).map(tuple)


def crossings_of(line):
    found = self_contacts(np.array(line, dtype=float).reshape(-1, 2), closed=False)
    return sorted(tuple(np.round(c.position, 6)) for c in found if c.crosses)


def rounded(places):
    return sorted({tuple(np.round(place, 6)) for place in places})


def is_plain(line):
    """No vertex on the line elsewhere: whether the line goes over it there can be told only later."""
    return all(c.crosses for c in self_contacts(np.array(line, dtype=float).reshape(-1, 2), closed=False))


@given(lines)
def test_growing_point_by_point_finds_what_looking_once_does(line):
    drawn = DrawnLine()
    for count in range(len(line) + 1):
        drawn = drawn.grown_to(line[:count])
    at_once = DrawnLine().grown_to(line)
    assert drawn.points == at_once.points == line
    if is_plain(line):
        assert rounded(drawn.crossings) == rounded(at_once.crossings) == crossings_of(line)


@given(lines, lines)
def test_what_was_drawn_before_leaves_no_trace(before, line):
    turned = DrawnLine().grown_to(before).grown_to(line)
    assert rounded(turned.crossings) == rounded(DrawnLine().grown_to(line).crossings)


@given(lines.filter(bool), points)
def test_an_edge_is_asked_for_as_if_it_were_drawn(line, position):
    longer = (*line, position)
    if is_plain(longer):
        drawn = DrawnLine().grown_to(line)
        assert rounded((*drawn.crossings, *drawn.crossings_to(position))) == crossings_of(longer)


def test_a_line_that_did_not_change_is_the_same():
    drawn = DrawnLine().grown_to(((0, 0), (10, 0)))
    assert drawn.grown_to(((0, 0), (10, 0))) is drawn


def test_coming_back_to_the_first_point_is_no_crossing():
    drawn = DrawnLine().grown_to(((0, 0), (10, 0), (10, 10), (0, 10)))
    assert drawn.crossings_to((0, 0)) == ()
    assert drawn.crossings_to((5, -5)) == ((pytest.approx(10 / 3), 0),)
    assert drawn.bounds == (0, 0, 10, 10)
