from collections.abc import Collection

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.document import edits
from labeler.document.model import Annotation, Polygon, PolygonRef, Role
from tests.builders import annotation_of, instance_of, polygon, rectangle, ring_with_hole, square, triangle

A, B, C, D = (rectangle(left, 0, left + 10, 10) for left in (0, 20, 40, 60))
HOLE, HOLE_2 = rectangle(2, 2, 8, 8, Role.EXCLUDE), rectangle(22, 2, 28, 8, Role.EXCLUDE)


def lefts(polygons: tuple[Polygon, ...]) -> list[float]:
    return [p.bounds[0] for p in polygons]


def ids(annotation: Annotation) -> list[str]:
    return [instance.id for instance in annotation.instances]


def shown(annotation: Annotation, refs: tuple[PolygonRef, ...]) -> list[float]:
    """Left edges of the polygons that the refs lead to now."""
    return [annotation.polygon(ref).bounds[0] for ref in refs]


def test_new_ids_are_new() -> None:
    annotation = annotation_of()
    for _ in range(200):
        annotation = edits.add_instance(annotation, instance_of(A, id=edits.new_id(annotation)))
    assert len(set(ids(annotation))) == 200


# --- adding and removing -----------------------------------------------------------------------------------


def test_a_new_instance_is_painted_last() -> None:
    annotation = annotation_of(A, B)
    after = edits.add_instance(annotation, instance_of(C, id="new"))
    assert ids(after) == ["i1", "i2", "new"]
    assert after.instances[0] is annotation.instances[0]


def test_an_include_goes_before_the_excludes_of_its_instance() -> None:
    after, ref = edits.add_polygon(annotation_of([A, HOLE]), "i1", B)
    assert after.polygons("i1") == (A, B, HOLE)
    assert ref == PolygonRef("i1", 1)


def test_an_exclude_goes_last() -> None:
    after, ref = edits.add_polygon(annotation_of([A, B, HOLE]), "i1", HOLE_2)
    assert after.polygons("i1") == (A, B, HOLE, HOLE_2)
    assert after.polygon(ref) is HOLE_2


@pytest.mark.parametrize("role", [Role.EXCLUDE, Role.IGNORE])
def test_an_image_wide_polygon_takes_the_role_of_its_list(role: Role) -> None:
    after, ref = edits.add_polygon(annotation_of(A), role, B)
    assert ref == PolygonRef(role, 0)
    assert after.polygon(ref).role is role
    assert after.polygon(ref).points is not None
    assert after.instances == annotation_of(A).instances


def test_an_unknown_owner_is_an_error() -> None:
    with pytest.raises(KeyError):
        edits.add_polygon(annotation_of(A), "nobody", B)


def test_an_instance_without_polygons_goes() -> None:
    annotation = annotation_of([A, HOLE], B, exclude=[C])
    after = edits.remove_polygons(
        annotation, [PolygonRef("i1", 0), PolygonRef("i1", 1), PolygonRef(Role.EXCLUDE, 0)]
    )
    assert ids(after) == ["i2"]
    assert after.exclude == ()
    assert after.instances[0] is annotation.instances[1]


def test_some_polygons_go_the_others_stay() -> None:
    after = edits.remove_polygons(annotation_of([A, B, C, HOLE]), [PolygonRef("i1", 0), PolygonRef("i1", 2)])
    assert after.polygons("i1") == (B, HOLE)


def test_instances_go_with_all_they_have() -> None:
    assert ids(edits.remove_instances(annotation_of(A, B, C), {"i1", "i3"})) == ["i2"]


def test_a_whole_instance_is_duplicated_right_above_itself() -> None:
    annotation = annotation_of(instance_of(A, HOLE, id="i1", attributes={"occluded": True}), B)
    after, refs = edits.duplicate(annotation, [PolygonRef("i1", 0), PolygonRef("i1", 1)], (100, 1))
    assert len(after.instances) == 3
    copy = after.instances[1]
    assert copy.id not in ("i1", "i2")
    assert copy.attributes == {"occluded": True}
    assert copy.polygons == (rectangle(100, 1, 110, 11), rectangle(102, 3, 108, 9, Role.EXCLUDE))
    assert refs == (PolygonRef(copy.id, 0), PolygonRef(copy.id, 1))


def test_a_part_of_an_instance_is_duplicated_inside_it() -> None:
    annotation = annotation_of([A, B, HOLE, HOLE_2])
    after, refs = edits.duplicate(annotation, [PolygonRef("i1", 2), PolygonRef("i1", 0)], (100, 0))
    assert lefts(after.polygons("i1")) == [0, 20, 100, 2, 22, 102]
    assert sorted(shown(after, refs)) == [100, 102]


def test_image_wide_polygons_are_duplicated_in_their_list() -> None:
    after, refs = edits.duplicate(annotation_of(ignore=[A]), [PolygonRef(Role.IGNORE, 0)], (5, 0))
    assert lefts(after.ignore) == [0, 5]
    assert refs == (PolygonRef(Role.IGNORE, 1),)


# --- points ------------------------------------------------------------------------------------------------


def test_moving_polygons_moves_only_them() -> None:
    annotation = annotation_of([A, HOLE], B, exclude=[C])
    after = edits.translate(annotation, [PolygonRef("i1", 1), PolygonRef(Role.EXCLUDE, 0)], 100, 0.5)
    assert after.polygons("i1") == (A, rectangle(102, 2.5, 108, 8.5, Role.EXCLUDE))
    assert after.polygons("i1")[0] is A
    assert lefts(after.exclude) == [140]
    assert after.instances[1] is annotation.instances[1]


def test_moving_a_vertex() -> None:
    annotation = annotation_of([triangle(), HOLE])
    after = edits.move_vertex(annotation, PolygonRef("i1", 0), 1, (50.12345, 7))
    assert after.polygons("i1")[0].points.tolist() == [[10, 10], [50.123, 7], [10, 22]]
    assert annotation.polygons("i1")[0] == triangle()


@pytest.mark.parametrize(
    ("vertex", "points"),
    [
        (0, [[0, 0], [10, 10], [22, 10], [10, 22]]),
        (2, [[10, 10], [22, 10], [0, 0], [10, 22]]),
        (3, [[10, 10], [22, 10], [10, 22], [0, 0]]),
    ],
)
def test_a_vertex_is_inserted_before_another_or_at_the_end(vertex: int, points: list[list[float]]) -> None:
    after = edits.insert_vertex(annotation_of(triangle()), PolygonRef("i1", 0), vertex, (0, 0))
    assert after.polygons("i1")[0].points.tolist() == points


def test_deleting_a_vertex() -> None:
    after = edits.delete_vertex(annotation_of(A), PolygonRef("i1", 0), 3)
    assert after.polygons("i1")[0].points.tolist() == [[0, 0], [10, 0], [10, 10]]


def test_a_triangle_that_loses_a_vertex_goes() -> None:
    annotation = annotation_of([A, triangle()], triangle())
    assert edits.delete_vertex(annotation, PolygonRef("i1", 1), 0).polygons("i1") == (A,)
    assert ids(edits.delete_vertex(annotation, PolygonRef("i2", 0), 0)) == ["i1"]


def test_unknown_keys_stay_with_their_polygon() -> None:
    annotation = annotation_of(polygon([(0, 0), (9, 0), (0, 9)], score=0.5))
    after = edits.move_vertex(annotation, PolygonRef("i1", 0), 0, (1, 1))
    after, (ref,) = edits.set_role(after, [PolygonRef("i1", 0)], Role.IGNORE, "object")
    assert after.polygon(ref).extra == {"score": 0.5}


# --- role --------------------------------------------------------------------------------------------------


def test_an_include_that_becomes_an_exclude_goes_behind_the_includes() -> None:
    after, refs = edits.set_role(annotation_of([A, B, HOLE]), [PolygonRef("i1", 0)], Role.EXCLUDE, "coin")
    assert lefts(after.polygons("i1")) == [20, 2, 0]
    assert refs == (PolygonRef("i1", 2),)
    assert after.polygon(refs[0]).role is Role.EXCLUDE


def test_an_exclude_that_becomes_an_include_goes_before_the_excludes() -> None:
    after, refs = edits.set_role(
        annotation_of([A, HOLE, HOLE_2]), [PolygonRef("i1", 2)], Role.INCLUDE, "coin"
    )
    assert lefts(after.polygons("i1")) == [0, 22, 2]
    assert refs == (PolygonRef("i1", 1),)


def test_the_only_polygon_of_an_instance_may_change_its_role() -> None:
    after, refs = edits.set_role(annotation_of(A), [PolygonRef("i1", 0)], Role.EXCLUDE, "coin")
    assert [p.role for p in after.polygons("i1")] == [Role.EXCLUDE]
    assert refs == (PolygonRef("i1", 0),)


def test_what_becomes_ignore_leaves_its_instance_which_goes_when_empty() -> None:
    after, refs = edits.set_role(
        annotation_of([A, B], C), [PolygonRef("i1", 0), PolygonRef("i2", 0)], Role.IGNORE, "coin"
    )
    assert ids(after) == ["i1"]
    assert lefts(after.polygons("i1")) == [20]
    assert shown(after, refs) == lefts(after.ignore) == [0, 40]


def test_an_image_wide_polygon_changes_lists() -> None:
    annotation = annotation_of(exclude=[A, B], ignore=[C])
    after, refs = edits.set_role(annotation, [PolygonRef(Role.EXCLUDE, 0)], Role.IGNORE, "coin")
    assert (lefts(after.exclude), lefts(after.ignore)) == ([20], [40, 0])
    assert refs == (PolygonRef(Role.IGNORE, 1),)
    back, refs = edits.set_role(after, refs, Role.EXCLUDE, "coin")
    assert (lefts(back.exclude), lefts(back.ignore)) == ([20, 0], [40])


def test_an_image_wide_polygon_that_becomes_an_include_is_a_new_instance() -> None:
    after, (ref,) = edits.set_role(
        annotation_of(A, ignore=[B]), [PolygonRef(Role.IGNORE, 0)], Role.INCLUDE, "cup"
    )
    assert after.ignore == ()
    new = after.instance(str(ref.owner))
    assert (new.class_name, new.polygons) == ("cup", (B,))


def test_polygons_of_several_owners_change_at_once() -> None:
    annotation = annotation_of([A, B], C, ignore=[square()])
    refs = [PolygonRef("i1", 1), PolygonRef("i2", 0), PolygonRef(Role.IGNORE, 0)]
    after, placed = edits.set_role(annotation, refs, Role.EXCLUDE, "coin")
    assert shown(after, placed) == [20, 40, 20]
    assert all(after.polygon(ref).role is Role.EXCLUDE for ref in placed)
    assert after.exclude == (square(role=Role.EXCLUDE),)


def test_the_same_polygon_object_twice_in_an_instance_is_two_polygons() -> None:
    after, placed = edits.set_role(annotation_of([A, A, B]), [PolygonRef("i1", 1)], Role.EXCLUDE, "coin")
    assert [p.role for p in after.polygons("i1")] == [Role.INCLUDE, Role.INCLUDE, Role.EXCLUDE]
    both = [PolygonRef("i1", 0), PolygonRef("i1", 1)]
    after, placed = edits.set_role(annotation_of([A, A, B]), both, Role.IGNORE, "coin")
    assert len(after.ignore) == 2
    assert placed == (PolygonRef(Role.IGNORE, 0), PolygonRef(Role.IGNORE, 1))


def test_a_role_that_a_polygon_has_already_changes_nothing() -> None:
    annotation = annotation_of([A, HOLE])
    assert edits.set_role(annotation, [PolygonRef("i1", 0)], Role.INCLUDE, "coin") == (annotation, ())


# --- class, order, flags -----------------------------------------------------------------------------------


def test_the_class_of_some_instances_changes() -> None:
    annotation = annotation_of(A, B, C, class_name="coin")
    after = edits.set_class(annotation, {"i1", "i3"}, "cup")
    assert [i.class_name for i in after.instances] == ["cup", "coin", "cup"]
    assert after.instances[1] is annotation.instances[1]


def test_the_class_they_have_already_is_no_change() -> None:
    annotation = annotation_of(A, B, class_name="coin")
    assert edits.set_class(annotation, {"i1"}, "coin") is annotation


def test_renaming_a_class() -> None:
    annotation = annotation_of(
        instance_of(A, id="a", class_name="coin"), instance_of(B, id="b", class_name="cup")
    )
    after = edits.rename_class(annotation, "coin", "token")
    assert [i.class_name for i in after.instances] == ["token", "cup"]
    assert after.instances[1] is annotation.instances[1]
    assert edits.rename_class(annotation, "saucer", "plate") is annotation


@pytest.mark.parametrize(
    ("moved", "index", "order"),
    [
        ({"i1"}, 2, ["i2", "i1", "i3", "i4"]),
        ({"i1"}, 4, ["i2", "i3", "i4", "i1"]),
        ({"i4"}, 0, ["i4", "i1", "i2", "i3"]),
        ({"i3", "i1"}, 4, ["i2", "i4", "i1", "i3"]),
        ({"i1", "i4"}, 2, ["i2", "i1", "i4", "i3"]),
    ],
)
def test_instances_move_together_to_another_place(moved: set[str], index: int, order: list[str]) -> None:
    assert ids(edits.reorder_instances(annotation_of(A, B, C, A), moved, index)) == order


@pytest.mark.parametrize("index", [1, 2])
def test_an_instance_that_stays_in_its_place_is_no_change(index: int) -> None:
    annotation = annotation_of(A, B, C)
    assert edits.reorder_instances(annotation, {"i2"}, index) is annotation


@pytest.mark.parametrize(
    ("moved", "place", "order", "now"),
    [
        ({0}, 4, [20, 40, 60, 0], [3]),
        ({0}, 2, [20, 0, 40, 60], [1]),
        ({3}, 0, [60, 0, 20, 40], [0]),
        ([2, 0], 4, [20, 60, 0, 40], [2, 3]),
        ({0, 3}, 2, [20, 0, 60, 40], [1, 2]),
    ],
)
def test_polygons_move_together_in_their_instance(
    moved: Collection[int], place: int, order: list[float], now: list[int]
) -> None:
    after, refs = edits.reorder_polygons(annotation_of([A, B, C, D]), "i1", moved, place)
    assert lefts(after.polygons("i1")) == order
    assert [ref.index for ref in refs] == now


@pytest.mark.parametrize(("moved", "place"), [({1}, 1), ({1}, 2), ({0, 1}, 1), ({0, 1, 2}, 3), ((), 0)])
def test_polygons_that_stay_in_their_place_are_no_change(moved: Collection[int], place: int) -> None:
    annotation = annotation_of([A, B, C])
    after, refs = edits.reorder_polygons(annotation, "i1", moved, place)
    assert after is annotation
    assert refs == tuple(PolygonRef("i1", index) for index in sorted(moved))


@given(st.integers(1, 6), st.data())
def test_polygons_that_move_lie_together_before_the_one_they_were_moved_to(
    count: int, data: st.DataObject
) -> None:
    polygons = tuple(square(left=10 * number) for number in range(count))
    moved = data.draw(st.sets(st.integers(0, count - 1)))
    place = data.draw(st.integers(0, count))
    after, refs = edits.reorder_polygons(annotation_of(exclude=polygons), Role.EXCLUDE, moved, place)

    assert shown(after, refs) == lefts(tuple(polygons[index] for index in sorted(moved)))
    rest = [p for i, p in enumerate(after.exclude) if PolygonRef(Role.EXCLUDE, i) not in refs]
    assert lefts(tuple(rest)) == lefts(tuple(p for i, p in enumerate(polygons) if i not in moved))
    if refs:
        first = sum(i not in moved for i in range(place))
        assert [ref.index for ref in refs] == list(range(first, first + len(moved)))


def test_an_include_moved_to_the_end_is_an_island_in_the_hole() -> None:
    island = square(35, 35, 5)
    annotation, ref = edits.add_polygon(annotation_of(ring_with_hole()), "i1", island)
    assert ref == PolygonRef("i1", 1)
    after, refs = edits.reorder_polygons(annotation, "i1", [ref.index], 3)
    assert after.polygons("i1") == (*ring_with_hole(), island)
    assert refs == (PolygonRef("i1", 2),)


# --- many at once, elsewhere ---------------------------------------------------------------------------


def test_vertices_of_several_polygons_move_together() -> None:
    before = annotation_of(square(), square(120, 20))
    after = edits.move_vertices(before, {PolygonRef("i1", 0): (0, 2), PolygonRef("i2", 0): (1,)}, 5, -3)
    assert after.instances[0].polygons[0].points.tolist() == [[25, 17], [60, 20], [65, 57], [20, 60]]
    assert after.instances[1].polygons[0].points.tolist()[1] == [165, 17]


def test_deleting_vertices_takes_polygons_with_fewer_than_three_left() -> None:
    before = annotation_of([square(), triangle()], triangle(30, 30))
    gone = {PolygonRef("i1", 0): (0,), PolygonRef("i1", 1): (0,), PolygonRef("i2", 0): (1, 2)}
    after = edits.delete_vertices(before, gone)
    assert [len(p.points) for i in after.instances for p in i.polygons] == [3]
    assert [i.id for i in after.instances] == ["i1"]


def test_a_transform_is_affine_and_stops_where_coordinates_end() -> None:
    before = annotation_of(square(), square(120, 20))
    doubled = np.array([[2.0, 0.0, -20.0], [0.0, 2.0, -20.0]])
    after = edits.transform(before, [PolygonRef("i1", 0)], doubled)
    assert after.instances[0].polygons[0].bounds == (20, 20, 100, 100)
    assert after.instances[1] is before.instances[1]
    assert edits.transform(before, before.refs(), doubled * 1e6) == before


def test_merging_gives_new_ids_and_keeps_what_makes_an_instance() -> None:
    ours = annotation_of(square(), exclude=[triangle()])
    theirs = annotation_of(ring_with_hole(), exclude=[square(1, 1)], ignore=[square(2, 2)])
    after, refs = edits.merge(ours, theirs)
    assert after.instances[0] is ours.instances[0]
    assert after.instances[1].polygons == theirs.instances[0].polygons
    assert len({i.id for i in after.instances}) == 2
    assert (after.exclude, after.ignore) == ((triangle(role=Role.EXCLUDE), *theirs.exclude), theirs.ignore)
    assert [after.polygon(ref) for ref in refs] == [theirs.polygon(ref) for ref in theirs.refs()]


def test_a_part_has_only_the_chosen_polygons_and_an_exclude_alone_is_image_wide() -> None:
    whole = annotation_of(ring_with_hole(), ring_with_hole(), ignore=[square()])
    chosen = [PolygonRef("i1", 0), PolygonRef("i1", 1), PolygonRef("i2", 1), PolygonRef(Role.IGNORE, 0)]
    part = edits.part(whole, chosen)
    assert part.instances == whole.instances[:1]
    assert part.exclude == whole.instances[1].polygons[1:]
    assert part.ignore == whole.ignore
