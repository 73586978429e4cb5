from __future__ import annotations

import inspect
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.document import reshaping, shaping
from labeler.document.model import Annotation, PolygonRef, Role
from labeler.errors import LabelerError
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, instance_of, polygon, rectangle, ring_with_hole, square
from tests.document.any_shaping import ANY_SHAPING, HEIGHT, WIDTH, some_refs, starts

EXCLUDE = Role.EXCLUDE


def everything(annotation: Annotation) -> tuple[PolygonRef, ...]:
    return tuple(annotation.refs())


def whole(annotation: Annotation, *ids: str) -> tuple[PolygonRef, ...]:
    return tuple(ref for ref in annotation.refs() if ref.owner in ids)


def sizes(annotation: Annotation) -> list[int]:
    """Pixels of each instance."""
    return [mask.area for mask in rasterize(annotation).instances]


def roles(annotation: Annotation, id: str = "i1") -> list[Role]:
    return [p.role for p in annotation.instance(id).polygons]


# --- union -------------------------------------------------------------------------------------------------


def test_the_union_of_instances_is_the_lowest_with_what_the_others_know() -> None:
    annotation = annotation_of(
        replace(instance_of(square(20, 20), id="a", class_name="cup"), attributes={"old": 1}, extra={"x": 1}),
        square(0, 0, 5),
        replace(instance_of(square(40, 30), id="c"), attributes={"old": 2, "new": 3}, source="model"),
    )
    after, refs = shaping.unite(annotation, whole(annotation, "a", "c"))
    assert [i.id for i in after.instances] == ["a", "i2"]
    one = after.instance("a")
    assert (one.class_name, one.source) == ("cup", "human")
    assert one.attributes == {"old": 1, "new": 3}
    assert one.extra == {"x": 1}
    assert refs == (PolygonRef("a", 0),)
    assert after.instance("i2") is annotation.instance("i2")


def test_a_union_keeps_holes_and_islands() -> None:
    island = rectangle(38, 38, 42, 42)
    annotation = annotation_of([*ring_with_hole(), island], rectangle(0, 0, 22, 22))
    after, _refs = shaping.unite(annotation, everything(annotation))
    assert roles(after) == [Role.INCLUDE, EXCLUDE, Role.INCLUDE]
    assert after.instance("i1").polygons[1:] == annotation.instance("i1").polygons[1:]
    assert sizes(after) == [40 * 40 - 20 * 20 + 16 + 22 * 22 - 4]


def test_polygons_that_come_through_unchanged_are_the_same_objects() -> None:
    annotation = annotation_of(ring_with_hole(), square(0, 62, 5))
    after, _refs = shaping.unite(annotation, everything(annotation))
    before = {id(p) for i in annotation.instances for p in i.polygons}
    assert {id(p) for p in after.instance("i1").polygons} == before


def test_parts_of_one_instance_become_one_part() -> None:
    annotation = annotation_of(
        [square(0, 0, 20), square(10, 0, 20), square(60, 0, 10), square(5, 5, 5, EXCLUDE)]
    )
    after, _refs = shaping.unite(annotation, [PolygonRef("i1", 0), PolygonRef("i1", 1)])
    assert roles(after) == [Role.INCLUDE, Role.INCLUDE, EXCLUDE]
    assert sizes(after) == sizes(annotation)


def test_what_another_program_noted_on_a_polygon_goes_on() -> None:
    one, other = polygon(square(0, 0, 20).points, score=1), polygon(square(10, 0, 20).points, score=2, by="x")
    annotation = annotation_of(one, other)
    after, _refs = shaping.unite(annotation, everything(annotation))
    assert after.instance("i1").polygons[0].extra == {"score": 1, "by": "x"}


def test_image_wide_polygons_combine_with_each_other_and_a_hole_is_cut_open() -> None:
    frame = [
        rectangle(0, 0, 30, 5),
        rectangle(0, 25, 30, 30),
        rectangle(0, 0, 5, 30),
        rectangle(25, 0, 30, 30),
    ]
    annotation = annotation_of(square(0, 0, 30), exclude=frame)
    after, refs = shaping.unite(annotation, [PolygonRef(EXCLUDE, n) for n in range(4)])
    assert len(after.exclude) == 2
    assert {ref.owner for ref in refs} == {EXCLUDE}
    assert sizes(after) == sizes(annotation) == [400]
    assert after.instances == annotation.instances


def test_image_wide_polygons_are_left_alone_among_instances() -> None:
    annotation = annotation_of(square(0, 0, 20), square(10, 0, 20), exclude=[square(5, 5, 5)])
    after, _refs = shaping.unite(annotation, everything(annotation))
    assert after.exclude is annotation.exclude


@pytest.mark.parametrize(
    "refs",
    [
        [],
        [PolygonRef("i1", 0)],
        [PolygonRef("i1", 0), PolygonRef("i1", 1)],  # one include with its hole
        [PolygonRef(EXCLUDE, 0), PolygonRef(Role.IGNORE, 0)],
        [PolygonRef(EXCLUDE, 0)],
        [PolygonRef("i1", 0), PolygonRef(EXCLUDE, 0)],
    ],
)
def test_what_cannot_be_combined_is_said(refs: list[PolygonRef]) -> None:
    annotation = annotation_of(ring_with_hole(), exclude=[square()], ignore=[square()])
    assert shaping.things_in(annotation, refs) < 2
    for edit in (shaping.unite, shaping.subtract, shaping.intersect):
        with pytest.raises(LabelerError):
            edit(annotation, refs)


# --- subtract and intersect --------------------------------------------------------------------------------


def test_the_topmost_instance_is_cut_out_of_the_others_and_stays() -> None:
    annotation = annotation_of(
        square(0, 0, 20), square(20, 0, 20), square(60, 0, 5), rectangle(10, 5, 30, 15)
    )
    after, refs = shaping.subtract(annotation, everything(annotation))
    assert sizes(after) == [300, 300, 25, 200]
    assert after.instance("i4") is annotation.instance("i4")
    assert after.instance("i3") is annotation.instance("i3")
    assert {ref.owner for ref in refs} == {"i1", "i2", "i3"}


def test_a_ring_in_front_leaves_what_is_in_its_hole() -> None:
    annotation = annotation_of(square(20, 20), ring_with_hole(25, 25, 30))
    after, _refs = shaping.subtract(annotation, everything(annotation))
    assert roles(after) == [Role.INCLUDE, EXCLUDE, Role.INCLUDE]
    assert sizes(after)[0] == 40 * 40 - 30 * 30 + 15 * 15


def test_an_instance_wholly_behind_goes() -> None:
    annotation = annotation_of(square(25, 25, 5), square(10, 0, 20), square(20, 20))
    after, refs = shaping.subtract(annotation, everything(annotation))
    assert [i.id for i in after.instances] == ["i2", "i3"]
    assert refs == (PolygonRef("i2", 0),)


def test_within_an_instance_the_last_polygon_is_used_up() -> None:
    annotation = annotation_of([square(0, 0, 20), square(10, 0, 20), square(60, 0, 5)])
    after, _refs = shaping.subtract(annotation, [PolygonRef("i1", 0), PolygonRef("i1", 1)])
    assert sizes(after) == [200 + 25]


def test_excludes_of_an_instance_combine_as_they_are() -> None:
    annotation = annotation_of([square(0, 0, 40), square(5, 5, 10, EXCLUDE), square(10, 5, 10, EXCLUDE)])
    after, refs = shaping.intersect(annotation, [PolygonRef("i1", 1), PolygonRef("i1", 2)])
    assert sizes(after) == [1600 - 50]
    assert refs == (PolygonRef("i1", 1),)


def test_excludes_with_an_island_between_them_are_refused() -> None:
    parts = [square(0, 0, 40), square(5, 5, 10, EXCLUDE), square(7, 7, 2), square(10, 5, 10, EXCLUDE)]
    annotation = annotation_of(parts)
    with pytest.raises(LabelerError, match="island"):
        shaping.unite(annotation, [PolygonRef("i1", 1), PolygonRef("i1", 3)])


def test_nothing_in_common_is_said_and_nothing_is_done() -> None:
    annotation = annotation_of(square(0, 0, 10), square(20, 0, 10))
    with pytest.raises(LabelerError):
        shaping.intersect(annotation, everything(annotation))
    with pytest.raises(LabelerError):
        shaping.subtract(annotation, everything(annotation))


# --- holes, fragments, split -------------------------------------------------------------------------------


def test_holes_are_filled_and_bites_stay_bites() -> None:
    bite, hole = rectangle(-5, 10, 5, 20, EXCLUDE), square(20, 20, 5, EXCLUDE)
    annotation = annotation_of([square(0, 0, 40), hole, bite], square(50, 50, 5))
    after, refs = shaping.fill_holes(annotation, everything(annotation))
    assert roles(after) == [Role.INCLUDE]
    assert sizes(after) == [1600 - 50, 25]
    assert after.instance("i2") is annotation.instance("i2")
    assert refs == (PolygonRef("i1", 0), PolygonRef("i2", 0))


def test_without_holes_nothing_is_touched() -> None:
    annotation = annotation_of([square(0, 0, 40), rectangle(-5, 10, 5, 20, EXCLUDE)])
    assert shaping.fill_holes(annotation, everything(annotation))[0] is annotation


def test_fragments_go_but_never_a_whole_instance() -> None:
    annotation = annotation_of(
        [square(0, 0, 20), square(30, 0, 3), square(5, 5, 2, EXCLUDE)], square(50, 50, 2)
    )
    after, _refs = shaping.drop_fragments(annotation, everything(annotation), 10)
    assert sizes(after) == [396, 4]
    after, _refs = shaping.drop_fragments(annotation, everything(annotation), 10, fill=True)
    assert sizes(after) == [400, 4]


def test_a_split_makes_a_second_instance_of_the_smaller_side() -> None:
    known = replace(instance_of(*ring_with_hole(), id="a"), attributes={"old": 1}, extra={"x": 1})
    annotation = annotation_of(known, square(0, 0, 5))
    after, refs = shaping.split(annotation, ["a"], np.array([(30.0, 0), (30, 90)]))
    larger, smaller, other = after.instances
    assert (larger.id, other.id) == ("a", "i2")
    assert smaller.id not in ("a", "i2")
    assert (smaller.class_name, smaller.attributes, smaller.extra) == ("object", {"old": 1}, {"x": 1})
    assert sizes(after) == [30 * 40 - 20 * 20, 10 * 40, 25]
    assert {ref.owner for ref in refs} == {larger.id, smaller.id}


def test_a_hole_follows_its_side_of_the_split_as_the_same_object() -> None:
    annotation = annotation_of([rectangle(0, 0, 60, 20), square(10, 5, 10, EXCLUDE)])
    after, _refs = shaping.split(annotation, ["i1"], np.array([(40.0, -5), (40, 25)]))
    assert after.instances[0].polygons[1] is annotation.instances[0].polygons[1]
    assert len(after.instances[1].polygons) == 1


def test_a_line_between_parts_parts_them_only_on_request() -> None:
    annotation = annotation_of([square(0, 0, 10), square(20, 0, 10)])
    line = np.array([(15.0, -5), (15, 15)])
    assert shaping.split(annotation, ["i1"], line, between=False) == (annotation, ())
    after, _refs = shaping.split(annotation, ["i1"], line)
    assert sizes(after) == [100, 100]


# --- whatever there is -------------------------------------------------------------------------------------


def edges_near_centres(*annotations: Annotation, tolerance: float) -> np.ndarray:
    """(height, width) bool: the pixels whose centre lies this near (px) to an outline of any polygon."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    centres = np.stack([columns.ravel(), rows.ravel()], axis=1)
    near = np.zeros(len(centres), dtype=bool)
    for annotation in annotations:
        for ref in annotation.refs():
            start = annotation.polygon(ref).points
            along = np.roll(start, -1, axis=0) - start
            to_centre = centres[:, None] - start
            length = np.maximum((along**2).sum(axis=1), 1e-12)
            share = np.clip((to_centre * along).sum(axis=2) / length, 0, 1)
            apart = np.hypot(*np.moveaxis(to_centre - share[..., None] * along, 2, 0))
            near |= (apart <= tolerance).any(axis=1)
    return near.reshape(HEIGHT, WIDTH)


def masks(annotation: Annotation) -> dict[str, np.ndarray]:
    found = rasterize(annotation)
    return {i.id: mask.to_mask() for i, mask in zip(annotation.instances, found.instances)}


def list_masks(annotation: Annotation) -> list[np.ndarray]:
    """What image-wide excludes and ignore regions cover."""
    lists = [annotation.exclude, annotation.ignore]
    return [rasterize(replace(annotation, exclude=(), ignore=some)).ignore.to_mask() for some in lists]


OPERATIONS = {
    "unite": (shaping.unite, np.logical_or),
    "intersect": (shaping.intersect, np.logical_and),
}


@given(starts, st.data())
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("name", OPERATIONS)
def test_the_mask_of_instances_combined_is_their_masks_combined(
    name: str, annotation: Annotation, data: st.DataObject
) -> None:
    edit, combine = OPERATIONS[name]
    chosen = (
        data.draw(st.sets(st.sampled_from([i.id for i in annotation.instances])))
        if annotation.instances
        else ()
    )
    if len(chosen) < 2:
        return
    before = masks(annotation)
    ids = [i.id for i in annotation.instances if i.id in chosen]
    wanted = combine.reduce([before[id] for id in ids])
    certain = ~edges_near_centres(annotation, tolerance=0.002)
    try:
        after, _refs = edit(annotation, whole(annotation, *ids))
    except LabelerError:
        assert not (wanted & certain).any()
        return
    found = masks(after)
    assert not ((found.pop(ids[0]) != wanted) & certain).any()
    assert all((mask == before[id]).all() for id, mask in found.items())


@given(starts)
@settings(max_examples=60, deadline=None)
def test_the_mask_of_what_is_cut_is_its_mask_without_the_one_in_front(annotation: Annotation) -> None:
    if len(annotation.instances) < 2:
        return
    before = masks(annotation)
    certain = ~edges_near_centres(annotation, tolerance=0.002)
    *others, front = (i.id for i in annotation.instances)
    try:
        found = masks(shaping.subtract(annotation, everything(annotation))[0])
    except LabelerError:
        found = before
    for id in others:
        wanted = before[id] & ~before[front]
        assert not ((found.get(id, np.zeros_like(wanted)) != wanted) & certain).any()
    assert (found[front] == before[front]).all()


@given(starts, st.data())
@settings(max_examples=60, deadline=None)
def test_union_within_an_owner_and_split_change_no_pixel(annotation: Annotation, data: st.DataObject) -> None:
    refs = some_refs(data.draw, annotation)
    owners = {ref.owner for ref in refs}
    certain = ~edges_near_centres(annotation, tolerance=0.002)
    before, lists = masks(annotation), list_masks(annotation)
    if len(owners) == 1 and shaping.things_in(annotation, refs) > 1:
        try:
            after, _refs = shaping.unite(annotation, refs)
        except LabelerError:
            return
        assert all(not ((mask != before[id]) & certain).any() for id, mask in masks(after).items())
        assert all(not ((a != b) & certain).any() for a, b in zip(list_masks(after), lists))
    else:
        after, _refs = ANY_SHAPING["split"](data.draw, annotation, everything(annotation))
        union = np.logical_or.reduce([*before.values(), np.zeros((HEIGHT, WIDTH), bool)])
        found = list(masks(after).values())
        assert not ((np.logical_or.reduce([*found, np.zeros_like(union)]) != union) & certain).any()
        assert len(found) == len(after.instances)


@given(starts, st.data())
@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize("name", sorted(ANY_SHAPING))
def test_whatever_is_done_polygons_are_polygons_and_nothing_else_is_touched(
    name: str, annotation: Annotation, data: st.DataObject
) -> None:
    chosen = some_refs(data.draw, annotation)
    try:
        after, refs = ANY_SHAPING[name](data.draw, annotation, chosen)
    except LabelerError:
        return
    assert all(ref.in_(after) for ref in refs)
    assert len(set(refs)) == len(refs)
    assert all(len(after.polygon(ref).points) >= 3 for ref in after.refs())
    assert len({i.id for i in after.instances}) == len(after.instances)
    assert all(i.polygons for i in after.instances)
    assert (after.image, after.flags, after.extra) == (annotation.image, annotation.flags, annotation.extra)
    order = [i.id for i in annotation.instances if after.has_instance(i.id)]
    assert [i.id for i in after.instances if annotation.has_instance(i.id)] == order
    owners = {ref.owner for ref in chosen}
    assert all(after.instance(i.id) is i for i in annotation.instances if i.id not in owners)
    assert after.exclude is annotation.exclude or Role.EXCLUDE in owners
    assert after.ignore is annotation.ignore or Role.IGNORE in owners


def test_every_shaping_takes_part_in_the_property_above() -> None:
    functions = {
        name
        for module in (shaping, reshaping)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    assert functions - {"things_in"} == set(ANY_SHAPING)
