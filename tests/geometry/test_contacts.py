from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from labeler.document.model import COORDINATE_LIMIT
from labeler.geometry.contacts import MOST_CONTACTS, are_simple, self_contacts


def ring(*points):
    return np.array(points, dtype=np.float64)


SQUARE = ring((0, 0), (10, 0), (10, 10), (0, 10))
BOW_TIE = ring((0, 0), (10, 10), (10, 0), (0, 10))


def found(line, **options):
    return [(c.first, c.second, c.position, c.crosses) for c in self_contacts(line, **options)]


def test_a_square_does_not_meet_itself():
    assert found(SQUARE) == []


def test_a_bow_tie_crosses_itself_in_the_middle():
    assert found(BOW_TIE) == [(0, 2, (5, 5), True)]


def test_every_crossing_is_found():
    # Up and down ten times, then straight back through all the slopes.
    zigzag = ring(*[(x, 10 * (x % 2) - 5) for x in range(11)], (10, 0.5), (-1, 0.5))
    contacts = [c for c in self_contacts(zigzag) if c.position[1] == 0.5]
    assert {c.second for c in contacts} == {11}
    assert len(contacts) == 10


def test_a_vertex_on_another_edge_touches_and_does_not_cross():
    notch = ring((0, 0), (10, 0), (10, 10), (5, 0), (0, 10))
    assert found(notch) == [(0, 3, (5, 0), False)]


def test_a_vertex_just_above_another_edge_is_no_contact():
    assert found(ring((0, 0), (10, 0), (10, 10), (5, 0.001), (0, 10))) == []


def test_a_line_that_goes_through_an_edge_with_a_vertex_on_it_crosses():
    assert found(ring((0, 0), (10, 0), (10, 10), (5, 0), (4, -10), (0, 10)))[0][2:] == ((5, 0), True)


def test_a_line_that_goes_through_a_vertex_crosses_there_once():
    through = ring((0, 0), (5, 5), (10, 0), (10, 10), (5, 5), (0, 10))
    crossing = ring((0, 0), (5, 5), (10, 10), (10, 0), (5, 5), (0, 10))
    assert [c[2:] for c in found(through)] == [((5, 5), False)]
    assert [c[2:] for c in found(crossing)] == [((5, 5), True)]


def test_a_spike_and_a_cut_to_a_hole_run_back_over_themselves():
    spike = ring((0, 0), (10, 0), (10, 10), (20, 20), (10, 10), (0, 10))
    assert [c[2:] for c in found(spike)] == [((10, 10), False)]
    keyhole = ring(
        (0, 0), (30, 0), (30, 30), (0, 30), (0, 10), (10, 10), (20, 10), (20, 20), (10, 20), (10, 10), (0, 10)
    )
    assert keyhole.shape == (11, 2)
    assert found(keyhole)
    assert not any(c.crosses for c in self_contacts(keyhole))


def test_repeated_points_are_no_contact_and_keep_the_numbers_of_the_edges():
    repeated = ring((0, 0), (0, 0), (10, 10), (10, 10), (10, 10), (10, 0), (0, 10), (0, 0))
    assert found(repeated) == [(1, 5, (5, 5), True)]
    assert found(np.repeat(SQUARE, 3, axis=0)) == []


@pytest.mark.parametrize("points", [[(1, 1)] * 3, [(0, 0), (5, 5), (0, 0)], [(0, 0), (5, 0), (9, 0)]])
def test_rings_without_an_inside_are_no_trouble(points):
    distinct = {tuple(point) for point in points}
    assert bool(found(ring(*points))) == (len(distinct) > 1)


def test_an_open_line_is_not_joined_at_its_ends():
    hook = ring((0, 0), (10, 0), (10, 10), (5, 10), (5, 5))
    assert found(hook, closed=False) == []
    assert found(ring((0, 0), (10, 0), (10, 10), (5, 10), (5, -5)), closed=False) == [(0, 3, (5, 0), True)]
    assert found(ring((0, 0), (10, 0), (10, 10), (0, 0)), closed=False) == []


def test_a_scribble_is_not_followed_to_its_end():
    scribble = np.random.default_rng(1).uniform(0, 100, (400, 2))
    assert len(self_contacts(scribble)) == MOST_CONTACTS


def test_crossings_as_far_out_as_coordinates_go_are_exact():
    far = BOW_TIE / 5 * COORDINATE_LIMIT - COORDINATE_LIMIT
    assert found(far) == [(0, 2, (0, 0), True)]
    assert found(far[[0, 2, 1, 3]]) == []


# --- against shapely ---------------------------------------------------------------------------------------

#: Few places, so that points fall on each other and on edges.
crowded = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=9)
steps = st.integers(-int(COORDINATE_LIMIT) * 1000, int(COORDINATE_LIMIT) * 1000)
anywhere = st.lists(st.tuples(steps, steps), min_size=3, max_size=9)


@given(crowded | anywhere)
def test_what_never_meets_itself_is_valid_and_the_other_way_round(points):
    assume(len(set(points)) > 1)
    in_steps = ring(*points)
    valid = bool(shapely.is_valid(shapely.Polygon(np.vstack([in_steps, in_steps[:1]]))))
    assert (not self_contacts(in_steps / 1000)) == valid
    assert are_simple([SQUARE, in_steps / 1000, BOW_TIE]).tolist()[::2] == [True, False]


@given(crowded)
def test_contacts_lie_on_both_of_their_edges(points):
    line = ring(*points)
    for contact in self_contacts(line):
        for edge in (contact.first, contact.second):
            segment = shapely.LineString([line[edge], line[(edge + 1) % len(line)]])
            assert shapely.distance(segment, shapely.Point(contact.position)) < 1e-6


@given(crowded)
def test_turning_the_ring_round_finds_the_same_places(points):
    line = ring(*points)
    turned, moved_on = self_contacts(line[::-1]), self_contacts(np.roll(line, 2, axis=0))
    assert places(turned) == places(moved_on) == places(self_contacts(line))


def places(contacts):
    return sorted((round(c.position[0], 6), round(c.position[1], 6)) for c in contacts)


def test_many_rings_are_looked_at_at_once():
    assert are_simple([]).tolist() == []
    assert are_simple([SQUARE, BOW_TIE, ring((1, 1), (1, 1), (1, 1))])[:2].tolist() == [True, False]
