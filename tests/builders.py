"""Small annotations for tests: say what matters, leave the rest to the defaults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from labeler.document.model import NOTHING, Annotation, Extra, ImageInfo, Instance, Polygon, Role


def polygon(points: ArrayLike, role: Role = Role.INCLUDE, **extra: object) -> Polygon:
    return Polygon(role, np.asarray(points, dtype=np.float64), extra or NOTHING)


def rectangle(left: float, top: float, right: float, bottom: float, role: Role = Role.INCLUDE) -> Polygon:
    """Clockwise on screen, from the top-left corner."""
    return polygon([(left, top), (right, top), (right, bottom), (left, bottom)], role)


def square(left: float = 20, top: float = 20, size: float = 40, role: Role = Role.INCLUDE) -> Polygon:
    """By default (20, 20), (60, 20), (60, 60), (20, 60)."""
    return rectangle(left, top, left + size, top + size, role)


def triangle(left: float = 10, top: float = 10, size: float = 12, role: Role = Role.INCLUDE) -> Polygon:
    return polygon([(left, top), (left + size, top), (left, top + size)], role)


def ring_with_hole(left: float = 20, top: float = 20, size: float = 40) -> tuple[Polygon, Polygon]:
    """A square and, half as wide in its middle, the exclude that makes a hole."""
    hole = square(left + size / 4, top + size / 4, size / 2, Role.EXCLUDE)
    return square(left, top, size), hole


def instance_of(
    *polygons: Polygon, id: str = "i1", class_name: str = "object", attributes: Extra = NOTHING
) -> Instance:
    return Instance(id, class_name, polygons, attributes=attributes)


def annotation_of(
    *things: Polygon | Sequence[Polygon] | Instance,
    exclude: Sequence[Polygon] = (),
    ignore: Sequence[Polygon] = (),
    file: str = "photo.png",
    width: int = 100,
    height: int = 80,
    class_name: str = "object",
    flags: Extra = NOTHING,
) -> Annotation:
    """One instance per thing: a polygon alone, several polygons, or a ready instance.

    The ids of the others are i1, i2, … by position. ``exclude`` and ``ignore`` are image-wide; their
    polygons take the list's role.
    """
    return Annotation(
        ImageInfo(file, width, height),
        tuple(_instance(thing, f"i{n}", class_name) for n, thing in enumerate(things, 1)),
        tuple(replace(p, role=Role.EXCLUDE) for p in exclude),
        tuple(replace(p, role=Role.IGNORE) for p in ignore),
        flags,
    )


def _instance(thing: Polygon | Sequence[Polygon] | Instance, id: str, class_name: str) -> Instance:
    if isinstance(thing, Instance):
        return thing
    polygons = (thing,) if isinstance(thing, Polygon) else tuple(thing)
    return Instance(id, class_name, polygons)
