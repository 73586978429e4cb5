"""Edges that meet where they should not, and rings that lie within others."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from labeler.geometry.crossings import holding, meeting


def meets(*rings, asked=None):
    """Per ring, which of its edges meet another one."""
    starts = np.concatenate([np.array(ring, dtype=float) for ring in rings])
    ends = np.concatenate([np.roll(np.array(ring, dtype=float), -1, axis=0) for ring in rings])
    bounds = np.cumsum([0, *map(len, rings)])
    following = np.concatenate([
        np.roll(np.arange(low, high), -1) for low, high in pairwise(bounds)
    ])  # fmt: skip
    asked = np.ones(len(starts), dtype=bool) if asked is None else np.array(asked)
    found = meeting(starts, ends, following, asked)
    return [found[low:high].tolist() for low, high in pairwise(bounds)]


SQUARE = [(0, 0), (10, 0), (10, 10), (0, 10)]


def test_a_square_meets_nothing():
    assert meets(SQUARE) == [[False] * 4]


def test_edges_that_cross_meet():
    assert meets([(0, 0), (10, 10), (10, 0), (0, 10)]) == [[True, False, True, False]]
    assert meets(SQUARE, [(5, 5), (15, 5), (15, 6)]) == [[False, True, False, False], [True, False, True]]


def test_rings_that_touch_in_a_corner_meet():
    assert meets(SQUARE, [(10, 10), (20, 10), (20, 20)]) == [[False, True, True, False], [True, False, True]]


def test_an_edge_that_runs_back_over_the_one_before_meets_it():
    assert meets([(0, 0), (10, 0), (4, 0), (4, 8)])[0][:2] == [True, True]


def test_only_what_meets_an_edge_that_is_asked_for_is_found():
    crossing = [(0, 0), (10, 10), (10, 0), (0, 10)]
    assert meets(crossing, asked=[True, False, False, False]) == [[True, False, True, False]]
    assert meets(crossing, asked=[False, True, False, True]) == [[False] * 4]


def test_rings_hold_the_positions_inside_them():
    rings = [SQUARE, [(2, 2), (4, 2), (4, 4)], [(20, 20), (30, 20), (30, 30), (20, 30)]]
    points = np.concatenate([np.array(ring, dtype=float) for ring in rings])
    ring, position = holding(points, np.array([4, 3, 4]), np.array([(3.5, 3.0), (25.0, 25.0), (50.0, 50.0)]))
    assert sorted(zip(ring.tolist(), position.tolist())) == [(0, 0), (1, 0), (2, 1)]
