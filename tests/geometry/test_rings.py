from __future__ import annotations

import numpy as np
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from labeler.geometry.rings import contains, simplified

coordinates = st.integers(-1000, 3000).map(lambda value: value / 10)
rings = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=12).map(
    lambda points: np.array(points, dtype=np.float64)
)


def test_what_two_loops_of_a_ring_both_surround_is_outside():
    twice = np.array(
        [(0, 0), (30, 0), (30, 30), (10, 30), (10, 10), (40, 10), (40, 40), (0, 40)], dtype=float
    )
    assert contains(twice, (5, 5))
    assert contains(twice, (35, 35))
    assert not contains(twice, (20, 20))


def _by_angle(ring: np.ndarray) -> np.ndarray:
    """In an order that crosses nothing, but for points on one ray."""
    around = ring - ring.mean(axis=0)
    return ring[np.argsort(np.arctan2(around[:, 1], around[:, 0]))]


@given(rings.map(_by_angle), coordinates, coordinates)
def test_inside_is_what_the_polygon_covers(ring, x, y):
    polygon = shapely.Polygon(ring)
    assume(polygon.is_valid)
    assume(polygon.boundary.distance(shapely.Point(x, y)) > 1e-6)
    assert contains(ring, (x, y)) == shapely.contains_xy(polygon, x, y)


def test_a_line_simplified_keeps_its_ends_and_loses_what_lies_between_them():
    line = np.array([(0, 0), (1, 0.2), (2, -0.2), (10, 0), (10, 10)], dtype=float)
    assert simplified(line, 0.5).tolist() == [[0, 0], [10, 0], [10, 10]]
    assert simplified(line, 0).tolist() == line.tolist()


def test_two_points_are_as_simple_as_a_line_gets():
    line = np.array([(0, 0), (1, 1)], dtype=float)
    assert simplified(line, 100).tolist() == line.tolist()


@given(rings, st.floats(0.1, 20))
def test_a_simplified_line_stays_within_the_tolerance(line, tolerance):
    short = simplified(line, tolerance)
    distance = shapely.distance(shapely.points(line), shapely.LineString(short)).max()
    assert distance <= tolerance + 1e-9
    assert short[0].tolist() == line[0].tolist()
    assert short[-1].tolist() == line[-1].tolist()
