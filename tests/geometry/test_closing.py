"""A line that comes back to its start and goes too far."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from labeler.geometry.closing import trimmed

#: Right, down, left, up: back to the start at (0, 0).
OPEN = [(0, 0), (50, 0), (50, 50), (0, 50)]


def ring(*end: tuple[float, float]) -> list[list[float]]:
    return trimmed(np.array([*OPEN, *end], dtype=float), 8).tolist()


def test_an_end_that_crosses_the_beginning_is_cut_there_and_so_is_the_beginning():
    assert ring((3, 6), (3, -5)) == [[3, 0], [50, 0], [50, 50], [0, 50], [3, 6]]


def test_an_end_that_passes_the_start_is_cut_where_it_is_nearest():
    assert ring((-2, 6), (-2, -6)) == [[0, 0], [50, 0], [50, 50], [0, 50], [-2, 6], [-2, 0]]


def test_an_end_that_stops_before_the_start_keeps_all_its_points():
    assert ring((0, 5)) == [[0, 0], [50, 0], [50, 50], [0, 50], [0, 5]]


def test_what_is_out_of_reach_is_not_touched():
    for line in (
        [(0, 0), (50, 0), (50, 50), (30, -20), (0, 50), (0, 4)],  # crosses its beginning, but far away
        [*OPEN, (0, 20)],
        [(0, 0), (3, 0), (3, 3)],
    ):
        assert trimmed(np.array(line, dtype=float), 8).tolist() == np.array(line).tolist()


offsets = st.tuples(st.floats(-6, 6), st.floats(-6, 6))


@given(st.lists(offsets, min_size=1, max_size=6))
def test_a_trimmed_ring_is_the_same_beyond_reach(end):
    line = np.array([*OPEN, (0, 12), *end])
    cut = trimmed(line, 8)
    assert 3 <= len(cut) <= len(line) + 1
    beyond = shapely.Point(0, 0).buffer(8.5, 64)
    before = shapely.LineString(line).difference(beyond)
    after = shapely.LinearRing(cut).difference(beyond)
    assert before.hausdorff_distance(after) < 0.3
