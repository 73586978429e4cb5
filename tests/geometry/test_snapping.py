"""What a position is drawn to."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from labeler.geometry.snapping import border, met, snapped_to_ring, straightened
from tests.builders import square

BORDER = border(100, 80)
coordinates = st.floats(-200, 300)
positions = st.tuples(coordinates, coordinates)
rings = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=3, max_size=12).map(
    lambda points: np.array(points, dtype=np.float64)
)


@given(rings, positions, st.floats(0.1, 50))
def test_what_snaps_lies_on_the_ring_and_within_reach(ring, position, tolerance):
    snapped = snapped_to_ring(ring, position, tolerance)
    outline = shapely.LinearRing(ring) if len(ring) > 2 else shapely.LineString(ring)
    distance = outline.distance(shapely.Point(position))
    if snapped is None:
        assert distance > tolerance - 0.001
        return
    assert outline.distance(shapely.Point(snapped)) <= 0.001
    assert np.hypot(*np.subtract(snapped, position)) <= tolerance + 0.001
    near = np.hypot(*(ring - position).T) <= tolerance
    if near.any():
        assert list(snapped) in ring[near].tolist()


@pytest.mark.parametrize(
    ("position", "expected"),
    [((3, 2), (0, 0)), ((50, 3), (50, 0)), ((-4, 40), (0, 40)), ((98, 83), (100, 80)), ((50, 40), None)],
)
def test_the_border_of_the_image_is_a_ring(position, expected):
    assert snapped_to_ring(BORDER, position, 5) == expected


@given(positions, positions)
def test_straight_ahead_is_a_multiple_of_45_degrees_and_the_nearest(origin, position):
    x, y = straightened(origin, position)
    dx, dy = x - origin[0], y - origin[1]
    assert dx == 0 or dy == 0 or abs(abs(dx) - abs(dy)) < 1e-9
    wanted = np.subtract(position, origin)
    kept = dx * wanted[0] + dy * wanted[1]
    if np.hypot(*wanted) > 0.1:
        assert kept >= np.cos(np.pi / 8) * np.hypot(dx, dy) * np.hypot(*wanted) - 0.1


def test_straight_ahead_keeps_the_coordinate_exactly():
    assert straightened((10.123, 20.456), (50, 25)) == (50, 20.456)
    assert straightened((10.123, 20.456), (12, 80)) == (10.123, 80)
    assert straightened((10, 20), (31, 39)) == (30, 40)


@given(rings, positions, positions, st.floats(0.1, 100))
def test_where_a_line_meets_a_ring_lies_on_both(ring, origin, ahead, tolerance):
    at = met(ring, origin, ahead, tolerance)
    if at is None:
        return
    place = shapely.Point(at)
    assert shapely.LinearRing(ring).distance(place) <= 0.002
    assert place.distance(shapely.Point(ahead)) <= tolerance + 0.001
    dx, dy = np.subtract(ahead, origin)
    if np.hypot(dx, dy) > 1:
        beside = dx * (at[1] - origin[1]) - dy * (at[0] - origin[0])
        assert abs(beside) / np.hypot(dx, dy) <= 0.002


def test_a_line_meets_edges_ahead_and_the_ends_of_those_along_it():
    box = square(20, 20, 40).points
    assert met(box, (0, 30), (18, 30), 5) == (20, 30)
    assert met(box, (0, 30), (12, 30), 5) is None  # out of reach
    assert met(box, (0, 20), (17, 20), 5) == (20, 20)
    assert met(box, (0, 10), (20, 10), 5) is None  # passes by
    assert met(box, (0, 40), (39, 40), 30) == (20, 40)  # the nearer of two
