"""Edits that make other areas of those that are there: union, subtract, intersect, fill, drop, split.

Of several instances each counts as a whole, its excludes as holes; image-wide polygons are left alone. Within
one instance, or one image-wide list, the selected polygons count. Masks come out as the same operation on
masks would make them, but for pixels whose centre is within 0.002 px of an outline. Every edit returns where
the polygons that it made are. What cannot be done raises LabelerError with the reason; where there is nothing
to do the annotation stays the same object. ``tick`` is called between pieces of work, which end when it
raises an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np

from labeler.document.edits import Refs, new_id, remove_instances, with_polygons
from labeler.document.model import Annotation, Instance, Owner, Polygon, PolygonRef, Role
from labeler.document.pieces import areas_of, merged, part_of, polygons_of, regions_of, remade, rings_of
from labeler.errors import LabelerError
from labeler.geometry import combining, splitting
from labeler.geometry.booleans import Area
from labeler.geometry.combining import Rings
from labeler.geometry.reshaping import Tick, no_tick
from labeler.geometry.rings import Ring
from labeler.i18n import _

#: Makes areas of several things, the lowest first.
_Combine = Callable[[Sequence[Rings]], list[Area]]


def things_in(annotation: Annotation, refs: Iterable[PolygonRef]) -> int:
    """How many things ``unite``, ``subtract`` and ``intersect`` would find to combine; two are needed."""
    chosen = _by_owner(annotation, refs)
    ids = [owner for owner in chosen if isinstance(owner, str)]
    if len(ids) != 1 and not (not ids and len(chosen) == 1):
        return len(ids)
    owner = ids[0] if ids else next(iter(chosen))
    return len(_operands(annotation.polygons(owner), chosen[owner]))


def unite(annotation: Annotation, refs: Iterable[PolygonRef]) -> tuple[Annotation, Refs]:
    """One thing of all. Of several instances it is the lowest: its id, place and class."""
    return _combined(annotation, refs, combining.union)


def intersect(annotation: Annotation, refs: Iterable[PolygonRef]) -> tuple[Annotation, Refs]:
    """What all have in common. Of several instances it is the lowest: its id, place and class."""
    return _combined(annotation, refs, combining.intersection)


def subtract(annotation: Annotation, refs: Iterable[PolygonRef]) -> tuple[Annotation, Refs]:
    """The topmost cut out of the others.

    An instance that is cut out stays as it is; those of which nothing is left go. A polygon that is cut out
    of others of its instance or list goes: with it nothing would be cut.
    """
    chosen = _by_owner(annotation, refs)
    ids = [owner for owner in chosen if isinstance(owner, str)]
    if len(ids) < 2:
        return _combined(annotation, refs, _without_the_last)
    *others, front = (annotation.instance(id) for id in ids)
    cutting = rings_of(front.polygons)
    cut = {other.id: _less(other, cutting) for other in others if _may_meet(other, front)}
    if all(instance is annotation.instance(id) for id, instance in cut.items()):
        raise LabelerError(_("The topmost of what is selected lies over none of the others."))
    gone = {id for id, instance in cut.items() if not instance.polygons}
    after = annotation.with_instances({annotation.position(id): instance for id, instance in cut.items()})
    after = remove_instances(after, gone)
    return after, _all_of(after, [other.id for other in others])


def fill_holes(
    annotation: Annotation, refs: Iterable[PolygonRef], tick: Tick = no_tick
) -> tuple[Annotation, Refs]:
    """The instances without holes, and without the islands in them."""
    return _each(annotation, refs, lambda covered: _if_changed(covered, combining.filled(covered)), tick)


def drop_fragments(
    annotation: Annotation,
    refs: Iterable[PolygonRef],
    smallest: float,
    *,
    fill: bool = False,
    tick: Tick = no_tick,
) -> tuple[Annotation, Refs]:
    """The instances without parts smaller than ``smallest`` px²; the largest of each stays.

    ``fill`` closes holes that are smaller too.
    """
    return _each(
        annotation,
        refs,
        lambda covered: _if_changed(covered, combining.without_fragments(covered, smallest, fill=fill)),
        tick,
    )


def split(
    annotation: Annotation, ids: Collection[str], path: Ring, *, between: bool = True
) -> tuple[Annotation, Refs]:
    """Instances cut in two along an open line, (n, 2) in px: what lies to its right and what to its left.

    The larger keeps the id; the other is a new instance right above it, in all else the same. ``between``: a
    line that runs between the parts of an instance parts them too.
    """
    instances: list[Instance] = []
    made: list[str] = []
    low, high = path.min(axis=0), path.max(axis=0)
    for instance in annotation.instances:
        reached = instance.id in ids and _reaches(instance, low, high)
        halves = splitting.split(areas_of(instance.polygons), path) if reached else None
        if halves and halves.right and halves.left and (halves.cuts or between):
            larger, smaller = sorted((halves.right, halves.left), key=combining.size, reverse=True)
            other = replace(remade(instance, smaller), id=_fresh_id(annotation, made))
            instances += [remade(instance, larger), other]
            made += [instance.id, other.id]
        else:
            instances.append(instance)
    if not made:
        return annotation, ()
    after = replace(annotation, instances=tuple(instances))
    return after, _all_of(after, made)


# --- several made one --------------------------------------------------------------------------------------


def _combined(
    annotation: Annotation, refs: Iterable[PolygonRef], combine: _Combine
) -> tuple[Annotation, Refs]:
    chosen = _by_owner(annotation, refs)
    ids = [owner for owner in chosen if isinstance(owner, str)]
    if len(ids) > 1:
        return _into_the_lowest(annotation, ids, combine)
    if not ids and len(chosen) > 1:
        raise LabelerError(_("Image-wide excludes and ignore regions do not combine: choose one kind."))
    for owner in ids or chosen:
        indices = _operands(annotation.polygons(owner), chosen[owner])
        if len(indices) > 1:
            return _within(annotation, owner, indices, combine)
    raise LabelerError(_("Select at least two instances, or two polygons of one, to combine."))


def _into_the_lowest(
    annotation: Annotation, ids: Sequence[str], combine: _Combine
) -> tuple[Annotation, Refs]:
    instances = [annotation.instance(id) for id in ids]
    covered = _something(combine([rings_of(instance.polygons) for instance in instances]))
    polygons = [polygon for instance in instances for polygon in instance.polygons]
    one = replace(
        instances[0],
        polygons=polygons_of(covered, polygons),
        attributes=merged(instance.attributes for instance in instances),
        extra=merged(instance.extra for instance in instances),
    )
    gone = set(ids[1:])
    left = (one if i.id == one.id else i for i in annotation.instances if i.id not in gone)
    after = replace(annotation, instances=tuple(left))
    return after, _all_of(after, [one.id])


def _within(
    annotation: Annotation, owner: Owner, indices: Sequence[int], combine: _Combine
) -> tuple[Annotation, Refs]:
    """Polygons of one owner combined: includes less the excludes after them, others as they are."""
    polygons = annotation.polygons(owner)
    if isinstance(owner, Role) or polygons[indices[0]].role is not Role.INCLUDE:
        return _regions_within(annotation, owner, indices, combine)
    covered = _something(combine([part_of(polygons, index) for index in indices]))
    others = [
        part_of(polygons, index)
        for index, polygon in enumerate(polygons)
        if polygon.role is Role.INCLUDE and index not in indices
    ]
    whole = combining.union([*map(combining.rings_of, covered), *others]) if others else covered
    after = with_polygons(annotation, owner, polygons_of(whole, polygons))
    return after, _all_of(after, [owner])


def _regions_within(
    annotation: Annotation, owner: Owner, indices: Sequence[int], combine: _Combine
) -> tuple[Annotation, Refs]:
    polygons = annotation.polygons(owner)
    first, last = indices[0], indices[-1]
    if isinstance(owner, str) and any(p.role is Role.INCLUDE for p in polygons[first:last]):
        raise LabelerError(_("Between these excludes comes an island: bring it to the front first."))
    chosen = [polygons[index] for index in indices]
    made = regions_of(_something(combine([[(p.points, True)] for p in chosen])), chosen)
    kept = [p for index, p in enumerate(polygons[first:], first) if index not in indices]
    after = with_polygons(annotation, owner, (*polygons[:first], *made, *kept))
    return after, tuple(PolygonRef(owner, first + number) for number in range(len(made)))


def _without_the_last(things: Sequence[Rings]) -> list[Area]:
    *others, last = things
    return combining.union([combining.rings_of(a) for t in others for a in combining.difference(t, [last])])


def _something(covered: list[Area]) -> list[Area]:
    if not covered:
        raise LabelerError(_("Nothing would be left of what is selected."))
    return covered


# --- one by one --------------------------------------------------------------------------------------------


def _each(
    annotation: Annotation,
    refs: Iterable[PolygonRef],
    change: Callable[[list[Area]], list[Area] | None],
    tick: Tick,
) -> tuple[Annotation, Refs]:
    """Change the areas of every selected instance; None leaves it as it is."""
    ids = [owner for owner in _by_owner(annotation, refs) if isinstance(owner, str)]
    changed: dict[int, Instance] = {}
    for id in ids:
        tick()
        instance = annotation.instance(id)
        covered = change(areas_of(instance.polygons))
        if covered:
            changed[annotation.position(id)] = remade(instance, covered)
    after = annotation.with_instances(changed) if changed else annotation
    return after, _all_of(after, ids)


def _if_changed(before: Sequence[Area], after: list[Area]) -> list[Area] | None:
    """What drops parts and holes keeps their number only where it drops none."""
    same = _counts(before) == _counts(after)
    return None if same else after


def _counts(covered: Sequence[Area]) -> tuple[int, int]:
    return len(covered), sum(len(area.holes) for area in covered)


def _less(instance: Instance, cutting: Rings) -> Instance:
    """The instance without what another covers; the same object when that is nothing."""
    own = rings_of(instance.polygons)
    if not combining.intersection([own, cutting]):
        return instance
    return remade(instance, combining.difference(own, [cutting]))


def _may_meet(one: Instance, other: Instance) -> bool:
    boxes = np.array([polygon.bounds for polygon in other.polygons])
    return _reaches(one, boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0))


def _reaches(instance: Instance, low: Ring, high: Ring) -> bool:
    """Whether the box around an instance and that from ``low`` to ``high`` meet; both are (2,) in px."""
    boxes = [polygon.bounds for polygon in instance.polygons]
    lefts, tops, rights, bottoms = zip(*boxes) if boxes else ((np.inf,),) * 2 + ((-np.inf,),) * 2
    return bool(
        min(lefts) <= high[0] and min(tops) <= high[1] and max(rights) >= low[0] and max(bottoms) >= low[1]
    )


# --- what is selected --------------------------------------------------------------------------------------


def _by_owner(annotation: Annotation, refs: Iterable[PolygonRef]) -> dict[Owner, list[int]]:
    """The selected polygons of each owner in their order, the owners in painting order."""
    chosen: dict[Owner, list[int]] = {}
    for ref in refs:
        chosen.setdefault(ref.owner, []).append(ref.index)
    places = {Role.EXCLUDE: len(annotation.instances), Role.IGNORE: len(annotation.instances) + 1}

    def place(owner: Owner) -> int:
        return annotation.position(owner) if isinstance(owner, str) else places[owner]

    return {owner: sorted(set(chosen[owner])) for owner in sorted(chosen, key=place)}


def _operands(polygons: Sequence[Polygon], indices: Sequence[int]) -> list[int]:
    """Of an instance's selected polygons the includes, if any: its excludes are their holes."""
    includes = [index for index in indices if polygons[index].role is Role.INCLUDE]
    return includes or list(indices)


def _all_of(annotation: Annotation, owners: Iterable[Owner]) -> Refs:
    """Every polygon of those of these owners that are there."""
    there = (o for o in owners if isinstance(o, Role) or annotation.has_instance(o))
    return tuple(PolygonRef(o, index) for o in there for index in range(len(annotation.polygons(o))))


def _fresh_id(annotation: Annotation, made: Collection[str]) -> str:
    while (id := new_id(annotation)) in made:
        pass
    return id
