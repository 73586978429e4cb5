"""From the polygons of an instance to areas and back; what stays the same is the same object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import COORDINATE_LIMIT, NOTHING, Extra, Instance, Polygon, Role
from labeler.geometry import faces
from labeler.geometry.booleans import Area, areas, without_holes
from labeler.geometry.combining import Rings, ordered
from labeler.geometry.packed import canonical
from labeler.geometry.rings import Ring


def rings_of(polygons: Iterable[Polygon]) -> Rings:
    """The polygons of an instance in their walking order."""
    return [(polygon.points, polygon.role is Role.INCLUDE) for polygon in polygons]


def part_of(polygons: Sequence[Polygon], index: int) -> Rings:
    """What one include adds to its instance: less the excludes that come after it."""
    return rings_of([polygons[index], *(p for p in polygons[index + 1 :] if p.role is Role.EXCLUDE)])


def areas_of(polygons: Iterable[Polygon]) -> list[Area]:
    """What the polygons of an instance cover."""
    return areas(rings_of(polygons))


def polygons_of(covered: Sequence[Area], before: Sequence[Polygon]) -> tuple[Polygon, ...]:
    """Polygons that cover the areas, islands in holes too, in the order of those ``before`` they come from.

    What another program noted on a polygon goes on to what was made of it.
    """
    origins = _Origins(before)
    levels = ordered(sorted(covered, key=lambda area: origins.rank(area.outer, Role.INCLUDE)))
    return tuple(origins.polygon(ring, Role.INCLUDE if adds else Role.EXCLUDE) for ring, adds in levels)


def regions_of(covered: Iterable[Area], before: Sequence[Polygon]) -> tuple[Polygon, ...]:
    """Polygons of the role of those ``before`` that cover the areas; what has a hole is cut open."""
    origins = _Origins(before)
    return tuple(
        origins.polygon(ring, before[0].role)
        for area in covered
        for ring in ([area.outer] if not area.holes else without_holes(area))
    )


def remade(instance: Instance, covered: Sequence[Area]) -> Instance:
    """The instance with polygons that cover the areas."""
    return replace(instance, polygons=polygons_of(covered, instance.polygons))


def merged(extras: Iterable[Extra]) -> Extra:
    """Everything that is noted, of two values for a key the first."""
    found: dict[str, Any] = {}
    for extra in extras:
        found = {**extra, **found}
    return found or NOTHING


class _Origins:
    """Which of some polygons a ring was made of."""

    def __init__(self, polygons: Sequence[Polygon]) -> None:
        self._polygons = polygons
        self._by_ring = {(p.role, canonical(p.points)): p for p in reversed(polygons)}
        self._has_notes = any(polygon.extra for polygon in polygons)
        self._points = {role: _FirstAtPoint.of(polygons, role) for role in {p.role for p in polygons}}

    def polygon(self, ring: Ring, role: Role) -> Polygon:
        """The very polygon that has this ring, or a new one."""
        known = self._by_ring.get((role, canonical(ring)))
        if known is not None:
            return known
        origins = self._of(ring, role) if self._has_notes else ()
        extra = merged(self._polygons[number].extra for number in origins)
        return Polygon(role, np.clip(ring, -COORDINATE_LIMIT, COORDINATE_LIMIT), extra)

    def rank(self, ring: Ring, role: Role) -> int:
        """The place of the first polygon that it was made of."""
        found = self._sharing_points(ring, role)
        return found[0] if found else len(self._polygons)

    def _of(self, ring: Ring, role: Role) -> list[int]:
        return self._sharing_points(ring, role) or [
            number
            for number, polygon in enumerate(self._polygons)
            if polygon.role is role and _boxes_meet(polygon, ring)
        ]

    def _sharing_points(self, ring: Ring, role: Role) -> list[int]:
        return self._points[role].at(ring) if role in self._points else []


@dataclass(frozen=True)
class _FirstAtPoint:
    """The first polygon of one role at each point, points as sorted keys."""

    keys: NDArray[np.int64]
    numbers: NDArray[np.intp]

    @classmethod
    def of(cls, polygons: Sequence[Polygon], role: Role) -> _FirstAtPoint:
        chosen = [number for number, polygon in enumerate(polygons) if polygon.role is role]
        keys = [_keys(polygons[number].points) for number in chosen]
        unique, first = np.unique(np.concatenate(keys), return_index=True)
        return cls(unique, np.repeat(chosen, [len(some) for some in keys])[first])

    def at(self, ring: Ring) -> list[int]:
        """The polygons that have a point of the ring, in order."""
        keys = _keys(ring)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        found: list[int] = np.unique(self.numbers[places[self.keys[places] == keys]]).tolist()
        return found


def _keys(points: Ring) -> NDArray[np.int64]:
    return faces.keys(np.rint(points * faces.GRID))


def _boxes_meet(polygon: Polygon, ring: Ring) -> bool:
    left, top, right, bottom = polygon.bounds
    (low_x, low_y), (high_x, high_y) = ring.min(axis=0), ring.max(axis=0)
    return bool(left < high_x and right > low_x and top < high_y and bottom > low_y)
