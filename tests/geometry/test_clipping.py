"""What a box sees of a ring: filled, the clipped ring is the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.geometry.clipping import clipped, visible_spans
from labeler.geometry.rings import contains

BOX = (0.0, 0.0, 30.0, 20.0)
coordinate = st.integers(-60, 90).map(float) | st.floats(-1e6, 1e6)
rings = st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=8).map(np.array)


@given(ring=rings, x=st.floats(0.1, 29.9), y=st.floats(0.1, 19.9))
def test_inside_the_box_nothing_changes(ring, x, y):
    cut = clipped(ring, BOX)
    # The place must not lie on an edge: there rounding decides.
    _, spans = visible_spans(ring, (x - 1e-3, y - 1e-3, x + 1e-3, y + 1e-3))
    if not len(spans):
        assert (len(cut) > 0 and contains(cut, (x, y))) == contains(ring, (x, y))


@given(ring=rings)
def test_nothing_is_outside_the_box(ring):
    cut = clipped(ring, BOX)
    assert (cut >= np.array(BOX[:2]) - 1e-6).all()
    assert (cut <= np.array(BOX[2:]) + 1e-6).all()


def test_a_ring_inside_stays_the_same_object():
    ring = np.array([(1.0, 1.0), (20.0, 2.0), (5.0, 15.0)])
    assert clipped(ring, BOX) is ring


def test_a_ring_on_one_side_is_gone():
    assert len(clipped(np.array([(-5.0, 1.0), (-9.0, 2.0), (-5.0, 15.0)]), BOX)) == 0


def test_a_ring_around_the_box_is_the_box():
    around = np.array([(-100.0, -100.0), (100.0, -100.0), (100.0, 100.0), (-100.0, 100.0)])
    assert {tuple(p) for p in clipped(around, BOX).tolist()} == {(0, 0), (30, 0), (30, 20), (0, 20)}


def test_the_spans_of_edges_that_cross_lie_inside_or_along_an_axis():
    ring = np.array([(-10.0, 10.0), (50.0, 10.0), (50.0, 90.0), (10.0, 90.0), (10.0, 15.0)])
    edges, spans = visible_spans(ring, BOX)
    assert edges.tolist() == [0, 3, 4]
    assert spans[0].tolist() == pytest.approx([10 / 60, 40 / 60])
    assert spans[1].tolist() == pytest.approx([70 / 75, 1])


def test_repeated_points_have_no_span():
    ring = np.array([(5.0, 5.0), (5.0, 5.0), (20.0, 5.0), (20.0, 15.0)])
    edges, spans = visible_spans(ring, BOX)
    assert edges.tolist()[-3:] == [1, 2, 3]
    assert np.isfinite(spans).all()
