"""Where two annotations look different, in image pixels. Told by identity, so it costs what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from labeler.document.model import Annotation, Instance, Owner, Polygon, Role
from labeler.geometry.rings import Box


def changed_boxes(before: Annotation, after: Annotation, owners: Iterable[Owner]) -> Iterator[Box]:
    """Boxes around all that looks different; ``owners`` are those whose polygons may differ."""
    for owner in owners:
        old, new = _polygons(before, owner), _polygons(after, owner)
        if isinstance(owner, str) and _looks(before, owner) != _looks(after, owner):
            yield from (polygon.bounds for polygon in (*old, *new))
        else:
            yield from _between(old, new)


def _polygons(annotation: Annotation, owner: Owner) -> tuple[Polygon, ...]:
    try:
        return annotation.polygons(owner)
    except KeyError:
        return ()


def _looks(annotation: Annotation, id: str) -> tuple[str, int] | None:
    """Class and place in the painting order."""
    try:
        instance: Instance = annotation.instance(id)
    except KeyError:
        return None
    return instance.class_name, annotation.position(id)


def _between(old: tuple[Polygon, ...], new: tuple[Polygon, ...]) -> Iterator[Box]:
    if len(old) != len(new):
        gone = {id(p) for p in old} ^ {id(p) for p in new}
        yield from (polygon.bounds for polygon in (*old, *new) if id(polygon) in gone)
        return
    for a, b in zip(old, new, strict=True):
        if a is not b:
            yield from _polygon_boxes(a, b)


def _polygon_boxes(old: Polygon, new: Polygon) -> Iterator[Box]:
    """Of a large ring only the neighbourhood of the points that moved."""
    # Dashes run along the whole outline, so an exclude changes as a whole.
    if len(old.points) != len(new.points) or old.role is not new.role or new.role is not Role.INCLUDE:
        yield old.bounds
        yield new.bounds
        return
    moved = np.flatnonzero((old.points != new.points).any(axis=1))
    if not len(moved):
        return
    n = len(new.points)
    around = np.unique(np.concatenate([moved - 1, moved, moved + 1]) % n)
    corners = np.concatenate([old.points[around], new.points[around]])
    left, top = corners.min(axis=0).tolist()
    right, bottom = corners.max(axis=0).tolist()
    yield left, top, right, bottom
