"""Where two annotations look different, in image pixels. Told by identity, so it costs what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from labeler.document.model import Annotation, Instance, Owner, Polygon, Role
from labeler.geometry.rings import Box, Ring


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
    """Of a large ring only the neighbourhood of the points that moved, came or went."""
    # Dashes run along the whole outline, so an exclude changes as a whole.
    if old.role is not new.role or new.role is not Role.INCLUDE:
        yield old.bounds
        yield new.bounds
        return
    first, last = _common_ends(old.points, new.points)
    if first == len(old.points) == len(new.points):
        return
    around = [_stretch(polygon.points, first - 1, len(polygon.points) - last) for polygon in (old, new)]
    corners = np.concatenate(around)
    left, top = corners.min(axis=0).tolist()
    right, bottom = corners.max(axis=0).tolist()
    yield left, top, right, bottom


def _common_ends(old: Ring, new: Ring) -> tuple[int, int]:
    """How many points at the start are the same, and how many of the others at the end."""
    shorter = min(len(old), len(new))
    same = (old[:shorter] == new[:shorter]).all(axis=1)
    first = shorter if same.all() else int(same.argmin())
    left = shorter - first
    same = (old[len(old) - left :] == new[len(new) - left :]).all(axis=1)[::-1]
    last = left if same.all() else int(same.argmin())
    return first, last


def _stretch(ring: Ring, start: int, stop: int) -> Ring:
    """The points from ``start`` to ``stop``, both included; the ring goes on where it ends."""
    return ring[np.arange(start, stop + 1) % len(ring)]
