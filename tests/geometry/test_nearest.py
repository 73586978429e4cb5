from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from labeler.geometry.nearest import nearest_edge, nearest_vertex

SQUARE = np.array([(10, 10), (30, 10), (30, 30), (10, 30)], dtype=np.float64)

coordinates = st.integers(-1000, 1000).map(lambda value: value / 10)
positions = st.tuples(coordinates, coordinates)
rings = st.lists(positions, min_size=3, max_size=12).map(lambda points: np.array(points, dtype=np.float64))


def test_the_vertex_under_the_pointer_is_found():
    near = nearest_vertex(SQUARE, (29, 31), tolerance=2)
    assert near is not None
    assert near.vertex == 2
    assert near.distance == pytest.approx(2**0.5)


def test_a_vertex_beyond_the_tolerance_is_not():
    assert nearest_vertex(SQUARE, (20, 20), tolerance=14) is None


def test_the_edge_is_named_by_its_first_vertex_and_the_place_lies_on_it():
    near = nearest_edge(SQUARE, (20, 12), tolerance=3)
    assert near is not None
    assert (near.vertex, near.position, near.distance) == (0, (20, 10), 2)


def test_the_edge_that_closes_the_ring_counts():
    near = nearest_edge(SQUARE, (9, 20), tolerance=3)
    assert near is not None
    assert near.vertex == 3
    assert near.position == (10, 20)


def test_past_its_end_an_edge_is_no_longer_than_it_is():
    near = nearest_edge(SQUARE, (34, 7), tolerance=6)
    assert near is not None
    assert near.position == (30, 10)
    assert near.distance == 5


def test_points_on_one_spot_are_an_edge_without_length():
    ring = np.array([(5, 5), (5, 5), (5, 5)], dtype=float)
    near = nearest_edge(ring, (5, 8), tolerance=3)
    assert near is not None
    assert near.position == (5, 5)


@given(rings, positions)
def test_no_place_on_the_outline_is_closer(ring, position):
    near = nearest_edge(ring, position, tolerance=1e9)
    outline = shapely.LineString(np.vstack([ring, ring[:1]]))
    assert near is not None
    assert near.distance == pytest.approx(outline.distance(shapely.Point(position)), abs=1e-6)
    assert outline.distance(shapely.Point(near.position)) == pytest.approx(0, abs=1e-6)
