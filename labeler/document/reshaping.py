"""Edits that change outlines and not what they are of: fewer points, smoother, larger, smaller.

Simplify and smooth change the selected polygons one by one; each moves by no more than it is told to, holes
stay holes and borders that polygons share stay shared. Every edit returns where the polygons that it made
are; a polygon that nothing was done to stays the same object. ``tick`` is called between pieces of work, and
ends them by raising an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from labeler.document.edits import Refs, with_polygons
from labeler.document.model import COORDINATE_LIMIT, Annotation, Instance, Owner, Polygon, PolygonRef, Role
from labeler.document.pieces import areas_of, polygons_of, regions_of
from labeler.geometry import growing, reshaping
from labeler.geometry.booleans import areas
from labeler.geometry.reshaping import Groups, Tick, no_tick
from labeler.geometry.rings import Ring

_Change = Callable[[Groups, Groups], list[list[Ring]]]


def simplify(
    annotation: Annotation, refs: Iterable[PolygonRef], tolerance: float, tick: Tick = no_tick
) -> tuple[Annotation, Refs]:
    """The polygons with as few of their points as stay within ``tolerance`` px."""
    return _reshaped(
        annotation, refs, lambda groups, fixed: reshaping.simplify(groups, tolerance, tick, fixed)
    )


def smooth(
    annotation: Annotation, refs: Iterable[PolygonRef], amount: float, tick: Tick = no_tick
) -> tuple[Annotation, Refs]:
    """The polygons without what is rougher than ``amount`` px."""
    return _reshaped(annotation, refs, lambda groups, fixed: reshaping.smooth(groups, amount, tick, fixed))


def grow(
    annotation: Annotation,
    refs: Iterable[PolygonRef],
    distance: float,
    *,
    sharp: bool = False,
    tick: Tick = no_tick,
) -> tuple[Annotation, Refs]:
    """Outlines moved out by ``distance`` px, in when it is negative; corners round or ``sharp``.

    An instance that is selected as a whole grows as what it covers: its holes shrink. Of others each selected
    polygon grows by itself. What nothing would be left of stays as it is.
    """
    changed: dict[Owner, tuple[Polygon, ...]] = {}
    made: list[PolygonRef] = []
    for owner, indices in _by_owner(refs).items():
        tick()
        polygons = annotation.polygons(owner)
        if isinstance(owner, str) and len(indices) == len(polygons):
            covered = growing.grown(areas_of(polygons), distance, sharp=sharp)
            changed[owner] = polygons_of(covered, polygons) or polygons
            places: Iterable[int] = range(len(changed[owner]))
        else:
            changed[owner], places = _each_grown(polygons, indices, distance, sharp)
        made += [PolygonRef(owner, place) for place in places]
    return _with_all(annotation, changed), tuple(made)


def _each_grown(
    polygons: Sequence[Polygon], indices: Sequence[int], distance: float, sharp: bool
) -> tuple[tuple[Polygon, ...], list[int]]:
    """The polygons with the chosen ones grown, each by itself, and where those are now."""
    new: list[Polygon] = []
    places: list[int] = []
    for index, polygon in enumerate(polygons):
        if index not in indices:
            new.append(polygon)
            continue
        covered = growing.grown(areas([(polygon.points, True)]), distance, sharp=sharp)
        grown = regions_of(covered, [polygon]) or (polygon,)
        places += range(len(new), len(new) + len(grown))
        new += grown
    return tuple(new), places


def _reshaped(annotation: Annotation, refs: Iterable[PolygonRef], change: _Change) -> tuple[Annotation, Refs]:
    """Change the rings of these polygons; those of an instance belong together."""
    chosen = _by_owner(refs)
    groups = [group for owner, indices in chosen.items() for group in _groups(owner, indices)]
    rings = [[annotation.polygon(ref).points for ref in group] for group in groups]
    made = change(rings, [_others(annotation, group) for group in groups])
    points = {ref: ring for group, new in zip(groups, made) for ref, ring in zip(group, new)}
    changed = {
        owner: tuple(
            _with_points(polygon, points.get(PolygonRef(owner, index)))
            for index, polygon in enumerate(annotation.polygons(owner))
        )
        for owner in chosen
    }
    return _with_all(annotation, changed), tuple(points)


def _groups(owner: Owner, indices: Sequence[int]) -> list[list[PolygonRef]]:
    refs = [PolygonRef(owner, index) for index in indices]
    # Image-wide regions have nothing to do with each other.
    return [refs] if isinstance(owner, str) else [[ref] for ref in refs]


def _others(annotation: Annotation, group: Sequence[PolygonRef]) -> list[Ring]:
    """The rings of the same instance that are not chosen."""
    owner, indices = group[0].owner, {ref.index for ref in group}
    if isinstance(owner, Role):
        return []
    return [p.points for index, p in enumerate(annotation.polygons(owner)) if index not in indices]


def _with_points(polygon: Polygon, points: Ring | None) -> Polygon:
    if points is None or np.array_equal(points, polygon.points):
        return polygon
    return replace(polygon, points=np.clip(points, -COORDINATE_LIMIT, COORDINATE_LIMIT))


def _with_all(annotation: Annotation, changed: Mapping[Owner, tuple[Polygon, ...]]) -> Annotation:
    """With these polygons; owners all of whose polygons are the same objects stay the same too."""
    instances: dict[int, Instance] = {}
    for owner, polygons in changed.items():
        old = annotation.polygons(owner)
        if len(polygons) == len(old) and all(new is was for new, was in zip(polygons, old)):
            continue
        if isinstance(owner, Role):
            annotation = with_polygons(annotation, owner, polygons)
        else:
            instances[annotation.position(owner)] = replace(annotation.instance(owner), polygons=polygons)
    return annotation.with_instances(instances) if instances else annotation


def _by_owner(refs: Iterable[PolygonRef]) -> dict[Owner, list[int]]:
    chosen: dict[Owner, set[int]] = {}
    for ref in refs:
        chosen.setdefault(ref.owner, set()).add(ref.index)
    return {owner: sorted(indices) for owner, indices in chosen.items()}
