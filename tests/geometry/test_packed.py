from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from labeler.geometry.packed import PackedRings, canonical

points = st.tuples(st.integers(-50, 50), st.integers(-50, 50))
rings = st.lists(points, min_size=3, max_size=8).map(lambda ring: np.array(ring, dtype=np.float64))


@given(st.lists(rings, max_size=5))
def test_many_rings_measure_like_each_alone(found):
    packed = PackedRings.of(found)
    polygons = [shapely.Polygon(ring) for ring in found]
    assert len(packed) == len(found)
    assert packed.perimeters == pytest.approx([polygon.length for polygon in polygons])
    # Of rings that cross themselves shapely, too, counts some loops against others.
    assert packed.areas == pytest.approx([polygon.area for polygon in polygons])
    assert packed.boxes.tolist() == [list(polygon.bounds) for polygon in polygons]


@given(st.lists(rings, min_size=1, max_size=4))
def test_points_are_repeated_where_the_next_is_at_the_same_place(found):
    packed = PackedRings.of(found)
    expected = [
        (number, tuple(ring[i]))
        for number, ring in enumerate(found)
        for i in range(len(ring))
        if (ring[i] == ring[(i + 1) % len(ring)]).all()
    ]
    repeated = np.flatnonzero(packed.repeats)
    where = zip(packed.ring_of(repeated).tolist(), map(tuple, packed.points[repeated].tolist()))
    assert list(where) == expected


@pytest.mark.parametrize(
    ("ring", "thickness"),
    [
        ([(0, 0), (100, 0), (100, 0.5), (0, 0.5)], 0.5),
        ([(0, 0), (3, 0), (3, 3), (0, 3)], 3),
        ([(0, 0), (50, 0), (50, 50), (49, 50), (49, 1), (0, 1)], 1),
        ([(0, 0), (9, 9), (4, 4)], 0),
    ],
)
def test_a_band_is_as_thick_as_it_is_wide_wherever_it_goes(ring, thickness):
    # To 1 %: a corner of a winding band is no rectangle.
    assert PackedRings.of([np.array(ring, dtype=float)]).thicknesses[0] == pytest.approx(thickness, rel=0.01)


def test_a_disc_is_not_thin():
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    disc = 10 * np.column_stack([np.cos(angles), np.sin(angles)])
    assert 10 < PackedRings.of([disc]).thicknesses[0] < 20


@given(rings, st.integers(0, 7), st.booleans(), st.integers(0, 7))
def test_a_ring_is_the_same_from_any_point_and_either_way_round(ring, first, turned, repeated):
    other = np.insert(ring, repeated % len(ring), ring[repeated % len(ring)], axis=0)
    other = np.roll(other[::-1] if turned else other, first, axis=0)
    assert canonical(other) == canonical(ring)


@given(rings, rings)
def test_rings_over_different_points_are_different(one, other):
    if {tuple(p) for p in one} != {tuple(p) for p in other}:
        assert canonical(one) != canonical(other)


def test_the_order_of_the_points_makes_the_ring():
    square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], dtype=float)
    assert canonical(square) != canonical(square[[0, 2, 1, 3]])
