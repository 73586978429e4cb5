"""The columns of an annotation's polygons: whatever was edited, they say what a fresh table says."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.document import edits
from labeler.document.model import Annotation, PolygonRef, Role
from labeler.document.table import ROLES, PolygonTable, common_ends, differing
from tests.builders import annotation_of, ring_with_hole, square, triangle
from tests.document.any_edit import ANY_EDIT, starts


def assert_is_of(table: PolygonTable, annotation: Annotation) -> None:
    refs = list(annotation.refs())
    assert table.annotation is annotation
    assert [table.ref(row) for row in range(len(table))] == refs
    assert [table.row(ref) for ref in refs] == list(range(len(refs)))
    for row, ref in enumerate(refs):
        polygon = annotation.polygon(ref)
        assert table.polygons[row] is polygon
        assert tuple(table.boxes[:, row]) == polygon.bounds
        assert table.counts[row] == len(polygon.points)
        assert ROLES[table.roles[row]] is polygon.role


@settings(max_examples=200, deadline=None)
@given(data=st.data(), annotation=starts)
def test_a_table_follows_any_edits(data, annotation):
    table = PolygonTable.of(annotation)
    assert_is_of(table, annotation)
    for name in data.draw(st.lists(st.sampled_from(sorted(ANY_EDIT)), min_size=1, max_size=4)):
        before, annotation = table, ANY_EDIT[name](data.draw, annotation)
        table = table.following(annotation)
        assert_is_of(table, annotation)
        assert_is_of(before, before.annotation)  # the last one stays true


def test_what_is_not_there_has_no_row():
    table = PolygonTable.of(annotation_of(square(), ignore=[triangle()]))
    assert table.row(PolygonRef("i1", 1)) is None
    assert table.row(PolygonRef("gone", 0)) is None
    assert table.row(PolygonRef(Role.EXCLUDE, 0)) is None
    assert table.rows([PolygonRef("gone", 0), PolygonRef(Role.IGNORE, 0)]).tolist() == [1]


def test_rows_are_found_by_box_and_by_owner():
    table = PolygonTable.of(annotation_of(ring_with_hole(20, 20, 40), exclude=[square(70, 20, 10)]))
    assert table.within((0, 0, 20, 20)).tolist() == [True, False, False]
    assert table.within((61, 0, 69, 80)).tolist() == [False, False, False]
    assert table.within((50, 50, 90, 90)).tolist() == [True, True, False]
    assert table.of_owners({"i1"}).tolist() == [True, True, False]
    assert table.of_owners({Role.EXCLUDE, "gone"}).tolist() == [False, False, True]


def test_polygons_are_put_in_painting_order():
    table = PolygonTable.of(annotation_of(ring_with_hole(20, 20, 40), square(), exclude=[square(70, 20, 10)]))
    last, first, second = PolygonRef(Role.EXCLUDE, 0), PolygonRef("i1", 1), PolygonRef("i2", 0)
    assert table.in_order([last, second, PolygonRef("gone", 0), first, second]) == (first, second, last)


def test_a_part_has_the_chosen_polygons_where_they_were():
    annotation = annotation_of(
        square(), ring_with_hole(), exclude=[triangle()], ignore=[triangle(), square()]
    )
    table = PolygonTable.of(annotation)
    part = table.part(np.array([False, False, True, True, False, True]))
    assert [i.id for i in part.instances] == ["i2"]
    assert part.instances[0].polygons == annotation.instances[1].polygons[1:]
    assert (part.exclude, part.ignore) == (annotation.exclude, annotation.ignore[1:])
    assert table.part(np.ones(6, bool)) == annotation


def test_an_empty_annotation_has_an_empty_table():
    table = PolygonTable.of(annotation_of())
    assert len(table) == 0
    assert table.within((0, 0, 100, 100)).tolist() == []
    assert_is_of(table.following(after := annotation_of(square())), after)


@pytest.mark.parametrize(
    ("before", "after", "ends"),
    [
        ("abc", "abc", (3, 0)),
        ("abc", "axc", (1, 1)),
        ("abc", "abcd", (3, 0)),
        ("aab", "ab", (1, 1)),
        ("", "a", (0, 0)),
    ],
)
def test_common_ends(before, after, ends):
    assert common_ends(before, after) == ends


def test_differing_goes_by_identity():
    one, same = [1], [1]
    assert differing([one, one], [one, same]) == [1]


def test_a_dragged_vertex_costs_no_loop_over_all_polygons():
    annotation = annotation_of(*(square(n, n, 5) for n in range(10_000)))
    table = PolygonTable.of(annotation)
    moved = edits.move_vertex(annotation, PolygonRef("i5000", 0), 0, (1, 2))
    lines = 0

    def count(frame: object, event: str, argument: object) -> object:
        nonlocal lines
        lines += 1
        return count

    sys.settrace(count)
    try:
        after = table.following(moved)
    finally:
        sys.settrace(None)
    assert lines < 1000  # a loop in Python runs one at least for each of them
    assert np.flatnonzero((after.boxes != table.boxes).any(axis=0)).tolist() == [4999]
