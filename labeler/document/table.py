"""All polygons of an annotation as columns, so that what lies where is asked of numpy and not in a loop.

A table never changes: another thread may read it. The table of the next annotation is made from the last one
and costs what is not the same object in both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, compress, count
from operator import is_not
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import Annotation, Instance, Owner, Polygon, PolygonRef, Role
from labeler.geometry.rings import Box

#: The values of the column ``roles``.
ROLES = tuple(Role)
_ROLE_NUMBERS = {role: number for number, role in enumerate(ROLES)}
#: Owners after the instances.
_LISTS = (Role.EXCLUDE, Role.IGNORE)


@dataclass(frozen=True, eq=False)
class PolygonTable:
    """A row for each polygon of ``annotation``, in painting order (that of ``Annotation.refs``).

    ``boxes`` is (4, n) float64: lefts, tops, rights, bottoms in image pixels; ``counts`` (n,) int64 how many
    points; ``roles`` (n,) uint8 places in ``ROLES``. ``starts`` (owners + 1,) int64 has the first row of each
    owner: the instances in order, then the image-wide excludes, then the ignore regions, then the end.
    ``owners`` (n,) int64 says for each row whose it is, as a place in ``starts``.
    """

    annotation: Annotation
    polygons: list[Polygon]
    boxes: NDArray[np.float64]
    counts: NDArray[np.int64]
    roles: NDArray[np.uint8]
    starts: NDArray[np.int64]
    owners: NDArray[np.int64]

    @classmethod
    def of(cls, annotation: Annotation) -> PolygonTable:
        """Made from nothing."""
        lists = _lists(annotation)
        polygons = list(chain.from_iterable(lists))
        return cls(annotation, polygons, *_columns(polygons), *_owners(_sizes(lists)))

    def following(self, annotation: Annotation) -> PolygonTable:
        """The table of another annotation: cheap when most of its instances are the same objects."""
        if annotation is self.annotation:
            return self
        lists = self._changed_lists(annotation)
        if lists is None or any(len(self._rows(owner)) != len(found) for owner, found in lists.items()):
            return self._spliced(annotation)
        return self._patched(annotation, lists)

    def _changed_lists(self, annotation: Annotation) -> dict[int, tuple[Polygon, ...]] | None:
        """By number of owner the polygons of those that differ; None when instances came or went."""
        before = self.annotation
        if len(before.instances) != len(annotation.instances):
            return None
        lists = {
            place: annotation.instances[place].polygons
            for place in differing(before.instances, annotation.instances)
        }
        for number, role in enumerate(_LISTS, len(annotation.instances)):
            if before.polygons(role) is not annotation.polygons(role):
                lists[number] = annotation.polygons(role)
        return lists

    def _patched(self, annotation: Annotation, lists: dict[int, tuple[Polygon, ...]]) -> PolygonTable:
        """The same rows, some of them written anew."""
        polygons = self.polygons.copy()
        rows: list[int] = []
        for number, found in lists.items():
            for row, polygon in zip(self._rows(number), found, strict=True):
                if polygons[row] is not polygon:
                    polygons[row] = polygon
                    rows.append(row)
        boxes, counts, roles = self.boxes.copy(), self.counts.copy(), self.roles.copy()
        boxes[:, rows], counts[rows], roles[rows] = _columns([polygons[row] for row in rows])
        return PolygonTable(annotation, polygons, boxes, counts, roles, self.starts, self.owners)

    def _spliced(self, annotation: Annotation) -> PolygonTable:
        """The rows of the instances at both ends kept, those between and the image-wide ones made anew."""
        before, after = self.annotation.instances, annotation.instances
        first, last = common_ends(before, after)
        top, bottom, end = (int(self.starts[n]) for n in (first, len(before) - last, len(before)))
        middle = [instance.polygons for instance in after[first : len(after) - last]]
        lists = [annotation.polygons(role) for role in _LISTS]
        inner, outer = list(chain.from_iterable(middle)), list(chain.from_iterable(lists))
        boxes, counts, roles = (
            np.concatenate([old[..., :top], new, old[..., bottom:end], new_end], axis=-1)
            for old, new, new_end in zip(self._all_columns, _columns(inner), _columns(outer), strict=True)
        )
        sizes = np.diff(self.starts)
        sizes = np.concatenate(
            [sizes[:first], _sizes(middle), sizes[len(before) - last : len(before)], _sizes(lists)]
        )
        polygons = [*self.polygons[:top], *inner, *self.polygons[bottom:end], *outer]
        return PolygonTable(annotation, polygons, boxes, counts, roles, *_owners(sizes))

    @property
    def _all_columns(self) -> tuple[NDArray[Any], ...]:
        return self.boxes, self.counts, self.roles

    def __len__(self) -> int:
        return len(self.polygons)

    @property
    def in_instances(self) -> int:
        """How many polygons are of instances: the first rows."""
        return int(self.starts[len(self.annotation.instances)])

    @cached_property
    def bounds(self) -> Box:
        """left, top, right, bottom around all polygons; nothing at the origin when there is none."""
        if not len(self):
            return 0.0, 0.0, 0.0, 0.0
        left, top, right, bottom = self.boxes
        return float(left.min()), float(top.min()), float(right.max()), float(bottom.max())

    # --- rows --------------------------------------------------------------------------------------------

    def ref(self, row: int) -> PolygonRef:
        number = int(self.owners[row])
        return PolygonRef(self.owner(number), row - int(self.starts[number]))

    def owner(self, number: int) -> Owner:
        """The owner at a place of ``starts``."""
        instances = self.annotation.instances
        return instances[number].id if number < len(instances) else _LISTS[number - len(instances)]

    def row(self, ref: PolygonRef) -> int | None:
        """The row of a polygon; None when the annotation has none there."""
        number = self._number(ref.owner)
        rows = range(0) if number is None else self._rows(number)
        return rows[ref.index] if 0 <= ref.index < len(rows) else None

    def rows(self, refs: Iterable[PolygonRef]) -> NDArray[np.int64]:
        """The rows of these polygons, without those that the annotation does not have."""
        found = [row for row in map(self.row, refs) if row is not None]
        return np.array(found, dtype=np.int64)

    def in_order(self, refs: Iterable[PolygonRef]) -> tuple[PolygonRef, ...]:
        """These polygons in painting order, each once, without those that the annotation does not have."""
        return tuple(map(self.ref, np.unique(self.rows(refs)).tolist()))

    def _number(self, owner: Owner) -> int | None:
        if isinstance(owner, Role):
            return len(self.annotation.instances) + _LISTS.index(owner)
        return self.annotation.position(owner) if self.annotation.has_instance(owner) else None

    def _rows(self, number: int) -> range:
        return range(int(self.starts[number]), int(self.starts[number + 1]))

    # --- which rows --------------------------------------------------------------------------------------

    def within(self, box: Box) -> NDArray[np.bool_]:
        """(n,) bool: those whose boxes touch a box."""
        left, top, right, bottom = self.boxes
        touching: NDArray[np.bool_] = (
            (left <= box[2]) & (right >= box[0]) & (top <= box[3]) & (bottom >= box[1])
        )
        return touching

    def part(self, rows: NDArray[np.bool_]) -> Annotation:
        """Only these polygons, (n,) bool, each still its owner's; instances without any are left out."""
        kept: dict[int, list[Polygon]] = {}
        chosen = np.flatnonzero(rows)
        for row, number in zip(chosen.tolist(), self.owners[chosen].tolist()):
            kept.setdefault(number, []).append(self.polygons[row])
        instances = self.annotation.instances
        exclude, ignore = (tuple(kept.pop(len(instances) + place, ())) for place in range(len(_LISTS)))
        some = tuple(replace(instances[number], polygons=tuple(found)) for number, found in kept.items())
        return replace(self.annotation, instances=some, exclude=exclude, ignore=ignore)

    def of_owners(self, owners: Collection[Owner]) -> NDArray[np.bool_]:
        """(n,) bool: the rows of these owners."""
        theirs = np.zeros(len(self), np.bool_)
        for number in (self._number(owner) for owner in owners):
            if number is not None:
                theirs[self.starts[number] : self.starts[number + 1]] = True
        return theirs


def differing(before: Sequence[object], after: Sequence[object]) -> list[int]:
    """The places where two sequences of one length do not hold the same object."""
    # All in C: 10,000 instances are compared for each move of the pointer.
    return list(compress(count(), map(is_not, before, after)))


def common_ends(before: Sequence[object], after: Sequence[object]) -> tuple[int, int]:
    """How many at the start and how many more at the end are the same objects in both."""
    shorter = min(len(before), len(after))
    first = next(compress(count(), map(is_not, before, after)), shorter)
    pairs = map(is_not, reversed(before), reversed(after))
    last = next(compress(count(), pairs), shorter)
    return first, min(last, shorter - first)


def _lists(annotation: Annotation) -> list[tuple[Polygon, ...]]:
    instances: tuple[Instance, ...] = annotation.instances
    return [*(i.polygons for i in instances), *(annotation.polygons(role) for role in _LISTS)]


def _sizes(lists: Sequence[tuple[Polygon, ...]]) -> NDArray[np.int64]:
    return np.fromiter(map(len, lists), np.int64, len(lists))


def _owners(sizes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """``starts`` and ``owners`` of owners that have so many polygons each."""
    return np.concatenate([[0], np.cumsum(sizes)]), np.repeat(np.arange(len(sizes)), sizes)


def _columns(
    polygons: Sequence[Polygon],
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.uint8]]:
    """Boxes, counts and roles of polygons, in one block: a call for each would take ten times as long."""
    number = len(polygons)
    counts = np.fromiter((len(p.points) for p in polygons), np.int64, number)
    roles = np.fromiter((_ROLE_NUMBERS[p.role] for p in polygons), np.uint8, number)
    if not number:
        return np.empty((4, 0)), counts, roles
    points = np.concatenate([p.points for p in polygons])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    corners = np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)
    return np.ascontiguousarray(np.concatenate(corners, axis=1).T), counts, roles
