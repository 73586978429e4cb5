"""Areas as one ring with channels of no width: the same inside, and back the same rings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from labeler.document.model import Polygon, Role
from labeler.geometry.booleans import Area, areas
from labeler.geometry.bridging import bridged, unbridged
from labeler.geometry.packed import canonical
from labeler.geometry.rings import contains
from labeler.raster.runs import rasterize
from labeler.raster.tracing import trace
from tests.builders import annotation_of

some_masks = arrays.arrays(bool, st.tuples(st.integers(1, 10), st.integers(1, 12)))
#: Rings that add and remove, on whole and broken coordinates alike.
some_rings = st.lists(
    st.tuples(
        st.lists(st.tuples(*2 * [st.integers(0, 24_000) | st.integers(0, 24).map(lambda n: n * 1000)]),
                 min_size=3, max_size=7).map(lambda points: np.array(points) / 1000),
        st.booleans(),
    ),
    min_size=1, max_size=5,
)  # fmt: skip


def box(left: float, top: float, right: float, bottom: float) -> NDArray[np.float64]:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float64)


RING = Area(box(0, 0, 20, 20), (box(5, 5, 10, 10), box(12, 12, 18, 18)))
ISLAND = Area(box(13, 13, 17, 17), (box(14, 14, 16, 16),))
APART = Area(box(22, 3, 24, 9))


def drawn(
    rings: list[tuple[NDArray[np.float64], bool]], size: tuple[int, int] = (26, 26)
) -> list[list[bool]]:
    polygons = [Polygon(Role.INCLUDE if adds else Role.EXCLUDE, ring) for ring, adds in rings]
    mask: list[list[bool]] = (
        rasterize(annotation_of(polygons, width=size[0], height=size[1])).union.to_mask().tolist()
    )
    return mask


def turns(ring: NDArray[np.float64], x: float, y: float) -> int:
    """How often a ring runs around a place: the other rule that readers go by."""
    a, b = ring - (x, y), np.roll(ring, -1, axis=0) - (x, y)
    sides = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return int(((a[:, 1] <= 0) & (b[:, 1] > 0) & (sides > 0)).sum()) - int(
        ((a[:, 1] > 0) & (b[:, 1] <= 0) & (sides < 0)).sum()
    )


@given(some_masks)
def test_any_mask_is_one_ring(mask):
    found = trace(mask)
    if found:
        ring = bridged(found)
        assert drawn([(ring, True)], mask.shape[::-1]) == mask.tolist()
        assert drawn(unbridged(ring), mask.shape[::-1]) == mask.tolist()


@given(some_rings)
def test_whatever_was_drawn_is_one_ring_with_the_same_inside(rings):
    found = areas(rings, (26, 26))
    if not found:
        return
    ring = bridged(found)
    # One thing for each area: what they cover together, however they lie in each other.
    each = [[(area.outer, True), *((hole, False) for hole in area.holes)] for area in found]
    assert drawn([(ring, True)]) == np.any([drawn(rings) for rings in each], axis=0).tolist()


@given(some_rings)
def test_the_ring_has_the_points_of_the_areas_and_no_others(rings):
    found = areas(rings, (26, 26))
    if found:
        points = {tuple(p) for area in found for ring in (area.outer, *area.holes) for p in ring.tolist()}
        assert {tuple(p) for p in bridged(found).tolist()} == points


def test_a_plain_ring_stays_as_it_was_drawn():
    ring = box(3, 4, 8, 9)[::-1]
    assert bridged([Area(ring)]) is ring
    ((same, adds),) = unbridged(ring)
    assert same is ring
    assert adds


@pytest.mark.parametrize("some", [[RING], [RING, APART], [RING, ISLAND, APART], [APART, RING, ISLAND]])
def test_the_channels_come_off_again_and_the_very_rings_are_back(some):
    outer = {canonical(area.outer) for area in some}
    holes = {canonical(hole) for area in some for hole in area.holes}
    back = unbridged(bridged(some))
    assert {canonical(ring) for ring, adds in back if adds} == outer
    assert {canonical(ring) for ring, adds in back if not adds} == holes
    assert drawn(back) == drawn([(bridged(some), True)])


def test_the_ring_runs_once_around_what_is_inside_and_not_at_all_around_holes():
    ring = bridged([RING, ISLAND, APART])
    for (x, y), inside in {(2.3, 2.4): 1, (7.1, 7.2): 0, (12.5, 15.4): 0, (13.5, 15.4): 1, (15.1, 15.3): 0,
                           (23.2, 5.1): 1, (21.2, 5.1): 0, (11.1, 11.2): 1}.items():  # fmt: skip
        assert turns(ring, x, y) == inside
        assert contains(ring, (x, y)) == bool(inside)


def test_a_channel_takes_the_shortest_way_between_points():
    left, right = box(0, 0, 4, 20), box(6, 1, 9, 12)
    ring = bridged([Area(left), Area(right)])
    lengths = np.hypot(*(np.roll(ring, -1, axis=0) - ring).T)
    assert sorted(np.round(lengths, 3))[:2] == [round(5**0.5, 3)] * 2


def test_areas_that_touch_in_a_point_need_no_channel():
    ring = bridged([Area(box(0, 0, 4, 4)), Area(box(4, 4, 8, 8))])
    assert len(ring) == 8
    assert drawn([(ring, True)]) == drawn([(box(0, 0, 4, 4), True), (box(4, 4, 8, 8), True)])


def test_what_only_looks_like_channels_stays_one_ring():
    spike = np.array([(0, 0), (10, 0), (10, 5), (20, 5), (10, 5), (10, 10), (0, 10)], dtype=np.float64)
    assert unbridged(spike)[0][0] is spike
    crossing = np.array(
        [(0, 0), (9, 9), (9, 0), (0, 9), (0, 0), (20, 20), (25, 20), (20, 25), (20, 20)], dtype=float
    )
    ((same, _adds),) = unbridged(crossing)
    assert same is crossing


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=3, max_size=14))
def test_what_is_inside_an_odd_number_of_the_rings_was_inside(points):
    """Whatever channels there were; in walking order it is the same unless the rings cross."""
    ring = np.array(points, dtype=np.float64) * 2.5 + 0.1
    masks = [drawn([(one, True)]) for one, _adds in unbridged(ring)]
    assert (np.sum(masks, axis=0) % 2 == drawn([(ring, True)])).all()


def test_thousands_of_parts_are_joined():
    mask = np.zeros((120, 120), dtype=np.bool_)
    mask[::3, ::3] = True
    ring = bridged(trace(mask))
    assert drawn([(ring, True)], (120, 120)) == mask.tolist()
