"""Where selected polygons are after a change. Told by identity: what did not change is the same object."""

from __future__ import annotations

from collections.abc import Iterable

from labeler.document.edits import Refs
from labeler.document.model import Annotation, Owner, Polygon, PolygonRef


def followed(refs: Iterable[PolygonRef], before: Annotation, after: Annotation) -> Refs:
    """Where these polygons of ``before`` are in ``after``; what is gone is left out.

    A polygon that was reshaped is another object: it is taken to be the one that stands in its place.
    """
    return tuple(refs) if before is after else tuple(followed_each(refs, before, after).values())


def followed_each(
    refs: Iterable[PolygonRef], before: Annotation, after: Annotation
) -> dict[PolygonRef, PolygonRef]:
    """Where each of these polygons is, in the same order."""
    places: dict[Owner, dict[int, int]] = {}
    found: dict[PolygonRef, PolygonRef] = {}
    for ref in refs:
        if ref.owner not in places:
            places[ref.owner] = _places(_polygons(before, ref.owner), _polygons(after, ref.owner))
        index = places[ref.owner].get(ref.index)
        if index is not None:
            found[ref] = PolygonRef(ref.owner, index)
    return found


def _places(old: tuple[Polygon, ...], new: tuple[Polygon, ...]) -> dict[int, int]:
    """The new index of each old one that is still there."""
    if old is new:
        return {index: index for index in range(len(old))}
    indices = {id(polygon): index for index, polygon in enumerate(new)}
    places = {index: indices[id(polygon)] for index, polygon in enumerate(old) if id(polygon) in indices}
    if len(old) == len(new):
        taken = set(places.values())
        places |= {index: index for index in range(len(old)) if index not in places and index not in taken}
    return places


def _polygons(annotation: Annotation, owner: Owner) -> tuple[Polygon, ...]:
    try:
        return annotation.polygons(owner)
    except KeyError:
        return ()
