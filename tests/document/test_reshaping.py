from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.document import reshaping
from labeler.document.model import Annotation, PolygonRef, Role
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, polygon, rectangle, ring_with_hole, square
from tests.document.any_shaping import starts
from tests.document.test_shaping import edges_near_centres, everything, masks, roles, sizes

EXCLUDE = Role.EXCLUDE


def dense_square(left: float, top: float, size: float, role: Role = Role.INCLUDE):
    """A square with a point at every pixel."""
    corners = square(left, top, size).points
    sides = zip(corners, np.roll(corners, -1, axis=0))
    return polygon(np.vstack([np.linspace(a, b, int(size) + 1)[:-1] for a, b in sides]), role)


def test_simplified_polygons_keep_their_place_and_their_notes() -> None:
    noted = replace(dense_square(5, 5, 10, EXCLUDE), extra={"by": "x"})
    annotation = annotation_of([dense_square(0, 0, 20), noted], square(50, 0, 10))
    after, refs = reshaping.simplify(annotation, everything(annotation), 0.5)
    assert [len(after.polygon(ref).points) for ref in refs] == [4, 4, 4]
    assert refs == everything(annotation)
    assert after.polygon(refs[1]).extra == {"by": "x"}
    assert after.polygon(refs[2]) is annotation.polygon(refs[2])
    assert after.instance("i2") is annotation.instance("i2")
    assert sizes(after) == sizes(annotation)


def test_only_the_selected_polygons_are_simplified_and_around_the_others() -> None:
    """The hole nearly touches the outline, which must not come to cut it."""
    turn = np.linspace(0, 2 * np.pi, 100, endpoint=False)
    circle = np.c_[50 + 30 * np.cos(turn), 40 + 30 * np.sin(turn)]
    hole = polygon((circle - (50, 40)) * 0.98 + (50, 40), EXCLUDE)
    annotation = annotation_of([polygon(circle), hole])
    (outline,) = [PolygonRef("i1", 0)]
    after, _refs = reshaping.simplify(annotation, [outline], 8)
    assert after.instance("i1").polygons[1] is hole
    assert 3 < len(after.polygon(outline).points) < 100
    alone, _refs = reshaping.simplify(annotation_of(polygon(circle)), [outline], 8)
    assert len(alone.polygon(outline).points) < len(after.polygon(outline).points)


def test_image_wide_polygons_are_reshaped_too() -> None:
    annotation = annotation_of(square(), ignore=[dense_square(0, 0, 10)], exclude=[dense_square(0, 0, 10)])
    after, _refs = reshaping.simplify(annotation, everything(annotation), 0.5)
    assert (len(after.ignore[0].points), len(after.exclude[0].points)) == (4, 4)


def test_a_whole_instance_grows_and_its_hole_shrinks() -> None:
    annotation = annotation_of(ring_with_hole(20, 20, 40))
    after, refs = reshaping.grow(annotation, everything(annotation), 2, sharp=True)
    assert sizes(after) == [44 * 44 - 16 * 16]
    assert refs == everything(after)
    after, _refs = reshaping.grow(annotation, everything(annotation), -2, sharp=True)
    assert sizes(after) == [36 * 36 - 24 * 24]
    after, _refs = reshaping.grow(annotation, everything(annotation), 10)
    assert roles(after) == [Role.INCLUDE]


def test_a_selected_polygon_grows_by_itself() -> None:
    annotation = annotation_of(ring_with_hole(20, 20, 40), exclude=[square(0, 0, 10)])
    after, refs = reshaping.grow(annotation, [PolygonRef("i1", 1), PolygonRef(EXCLUDE, 0)], 2, sharp=True)
    assert sizes(after) == [40 * 40 - 24 * 24]
    assert after.exclude[0].bounds == (-2, -2, 12, 12)
    assert refs == (PolygonRef("i1", 1), PolygonRef(EXCLUDE, 0))


def test_what_nothing_would_be_left_of_stays() -> None:
    annotation = annotation_of(square(0, 0, 4), square(20, 0, 20), exclude=[square(50, 50, 4)])
    after, _refs = reshaping.grow(annotation, everything(annotation), -3, sharp=True)
    assert sizes(after) == [16, 14 * 14]
    assert after.instance("i1") is annotation.instance("i1")
    assert after.exclude is annotation.exclude


def test_a_polygon_that_falls_apart_leaves_all_its_pieces_in_its_place() -> None:
    dumbbell = [
        (0, 0),
        (20, 0),
        (20, 9),
        (40, 9),
        (40, 0),
        (60, 0),
        (60, 20),
        (40, 20),
        (40, 11),
        (20, 11),
        (20, 20),
        (0, 20),
    ]
    annotation = annotation_of([polygon(dumbbell), square(70, 0, 5)])
    after, refs = reshaping.grow(annotation, [PolygonRef("i1", 0)], -3)
    assert refs == (PolygonRef("i1", 0), PolygonRef("i1", 1))
    assert after.instance("i1").polygons[2] is annotation.instance("i1").polygons[1]


def test_at_the_end_of_the_world_growth_stops() -> None:
    annotation = annotation_of(rectangle(-1e6, -1e6, 0, 0))
    after, _refs = reshaping.grow(annotation, everything(annotation), 5)
    assert after.instance("i1").polygons[0].bounds == (-1e6, -1e6, 5, 5)


def test_work_can_be_given_up() -> None:
    def give_up() -> None:
        raise InterruptedError

    annotation = annotation_of(square())
    for edit in (reshaping.simplify, reshaping.smooth, reshaping.grow):
        with pytest.raises(InterruptedError):
            edit(annotation, everything(annotation), 1, tick=give_up)


@given(starts, st.floats(0.05, 3))
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("edit", [reshaping.simplify, reshaping.smooth])
def test_pixels_change_only_as_near_to_an_outline_as_it_may_move(
    edit, annotation: Annotation, amount
) -> None:
    after, _refs = edit(annotation, everything(annotation), amount)
    certain = ~edges_near_centres(annotation, tolerance=amount + 0.002)
    before = masks(annotation)
    assert all(not ((mask != before[id]) & certain).any() for id, mask in masks(after).items())
    assert not ((rasterize(after).ignore.to_mask() != rasterize(annotation).ignore.to_mask()) & certain).any()
