"""Stretches of a ring between two places."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from labeler.geometry.sections import length, place_on, sections, shorter_section
from tests.builders import square

SQUARE = square(0, 0, 10).points


def place(x: float, y: float):
    found = place_on(SQUARE, (x, y), 0.01)
    assert found
    return found


def test_between_two_vertices():
    onward, back = sections(SQUARE, place(0, 0), place(10, 10))
    assert onward.tolist() == [[10, 0]]
    assert back.tolist() == [[0, 10]]


def test_between_places_on_edges():
    onward, back = sections(SQUARE, place(2, 0), place(10, 3))
    assert onward.tolist() == [[10, 0]]
    assert back.tolist() == [[0, 0], [0, 10], [10, 10]]
    assert shorter_section(SQUARE, place(10, 3), place(2, 0)).tolist() == [[10, 0]]


def test_on_one_edge_one_way_is_straight_and_the_other_all_the_way_round():
    onward, back = sections(SQUARE, place(2, 0), place(8, 0))
    assert onward.tolist() == []
    assert back.tolist() == [[0, 0], [0, 10], [10, 10], [10, 0]]
    onward, back = sections(SQUARE, place(8, 0), place(2, 0))
    assert onward.tolist() == [[10, 0], [10, 10], [0, 10], [0, 0]]
    assert back.tolist() == []


def test_a_place_beside_the_ring_is_none():
    assert place_on(SQUARE, (5, 1), 0.5) is None


@given(st.integers(3, 12), st.data())
def test_both_ways_together_are_the_ring(count, data):
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    ring = np.round(np.column_stack([50 + 40 * np.cos(angles), 50 + 30 * np.sin(angles)]), 3)
    ends = []
    for _ in range(2):
        edge, share = data.draw(st.integers(0, count - 1)), data.draw(st.sampled_from([0.0, 0.25, 0.5, 1.0]))
        x, y = np.round(ring[edge] + share * (ring[(edge + 1) % count] - ring[edge]), 3).tolist()
        found = place_on(ring, (x, y), 0.002)
        assert found
        ends.append(found)
    start, end = ends
    outline = shapely.LinearRing(ring)
    ways = [np.array([start.position, *way, end.position]) for way in sections(ring, start, end)]
    for way in ways:
        assert outline.buffer(0.003).covers(shapely.LineString(way))
    around = sum(length(way) for way in ways)
    if start.position != end.position:
        assert abs(around - outline.length) < 0.02
