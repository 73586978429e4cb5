"""Shapes in painting order, and what they mean together: for formats that draw rings over each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from labeler.document.model import Annotation, ImageInfo, Instance, Polygon, Role
from labeler.formats.building import annotation_of, traced, traced_ignore
from labeler.formats.reading import Reading, Size
from labeler.formats.report import Loss
from labeler.raster.runs import Runs, rasterize, union_of

#: What a shape covers: a ring, or pixels.
Region = Polygon | Runs

#: So many times backgrounds may lie over things; with more, what is left of the things is outlined.
_MOST_CUTS = 10_000


@dataclass
class _Thing:
    """One instance to be; each of its polygons with when it was painted."""

    label: str
    group: Hashable
    attributes: dict[str, Any]
    layers: list[tuple[int, Polygon]] = field(default_factory=list)
    shapes: int = 0


class Painting:
    """An image as its shapes paint it, the lowest first.

    Shapes of one label and one group are one instance; without a group each is one. A background takes its
    area away from what was painted before, not from what comes after. ``where`` is the file, for messages.
    """

    def __init__(self, reading: Reading, where: str) -> None:
        self._reading = reading
        self._where = where
        self._things: dict[Hashable, _Thing] = {}
        self._backgrounds: list[tuple[int, Polygon]] = []
        self._ignore: list[Polygon] = []
        self._ignored_pixels: list[Runs] = []
        self._clock = 0

    def thing(self, label: str, group: Hashable, region: Region, attributes: dict[str, Any]) -> None:
        """A shape of an instance; attributes that an earlier shape of it has are not changed."""
        self._clock += 1
        key = (label, group) if group is not None else self._clock
        thing = self._things.setdefault(key, _Thing(label, group, {}))
        thing.attributes = {**attributes, **thing.attributes}
        thing.shapes += 1
        if isinstance(region, Runs) and not thing.layers:
            polygons: Sequence[Polygon] = traced(region, self._reading.tolerance)
        else:  # the holes of one shape must not cut another of the same instance
            polygons = self._solid(region, Role.INCLUDE)
        thing.layers += [(self._clock, polygon) for polygon in polygons]

    def background(self, region: Region) -> None:
        """A shape that cuts what lies below it."""
        self._clock += 1
        self._backgrounds += [(self._clock, polygon) for polygon in self._solid(region, Role.EXCLUDE)]

    def ignore(self, region: Region) -> None:
        """A shape of which nothing is known."""
        if isinstance(region, Runs):
            self._ignored_pixels.append(region)
        else:
            self._ignore += self._solid(region, Role.IGNORE)

    def annotation(
        self,
        size: Size,
        flags: dict[str, Any],
        keep_group: Callable[[Hashable, int, bool], dict[str, Any]] = lambda group, place, alone: {},
    ) -> Annotation:
        """All of it for an image of this size.

        ``keep_group`` makes attributes of a group, the place of its instance (from 1), and whether the group
        did nothing but hold its shapes together. Raises LabelerError for what is too large for masks.
        """
        things = [thing for thing in self._things.values() if thing.layers]
        users = Counter(thing.group for thing in things)
        instances = []
        for place, (thing, polygons) in enumerate(zip(things, self._polygons(things, size), strict=True), 1):
            attributes = thing.attributes
            if thing.group is not None:
                only_holds = thing.shapes > 1 and users[thing.group] == 1
                attributes = {**keep_group(thing.group, place, only_holds), **attributes}
            instances.append(Instance("", thing.label, polygons, attributes=attributes))
        # All at once: opening holes takes long.
        ignored = traced_ignore(union_of(self._ignored_pixels, *size), self._reading.tolerance)
        return annotation_of(size, instances, ignore=(*self._ignore, *ignored), flags=flags)

    def _solid(self, region: Region, role: Role) -> list[Polygon]:
        """Polygons that need no others to take anything away from them."""
        if isinstance(region, Polygon):
            return [Polygon(role, region.points)]
        return [Polygon(role, part.points) for part in traced_ignore(region, self._reading.tolerance)]

    def _polygons(self, things: Sequence[_Thing], size: Size) -> list[tuple[Polygon, ...]]:
        """For each thing its own polygons, and the backgrounds that cover a pixel of it and came after
        some of it."""
        if not self._backgrounds:
            return [tuple(polygon for _when, polygon in thing.layers) for thing in things]
        masks = _masks(size, ([polygon for _, polygon in thing.layers] for thing in things))
        covers = _masks(size, ([Polygon(Role.INCLUDE, p.points)] for _, p in self._backgrounds))
        over = self._near(things, masks, covers)
        if sum(map(len, over)) > _MOST_CUTS:
            return self._outlined(things, covers, size)
        found = []
        for thing, mask, near in zip(things, masks, over):
            cuts = [self._backgrounds[n] for n in near if _meet(mask, covers[n])]
            layers = sorted([*thing.layers, *cuts], key=lambda layer: layer[0])
            found.append(tuple(polygon for _when, polygon in layers))
        return found

    def _near(
        self, things: Sequence[_Thing], masks: Sequence[Runs], covers: Sequence[Runs]
    ) -> list[list[int]]:
        """For each thing the backgrounds painted after some of it that reach into its columns and rows."""
        when = np.array([when for when, _ in self._backgrounds])
        start, end = np.array([_ends(cover) for cover in covers]).T
        found = []
        for thing, (first, last) in zip(things, map(_ends, masks)):
            near = (when > thing.layers[0][0]) & (start < last) & (first < end)
            found.append(np.flatnonzero(near).tolist())
        return found

    def _outlined(
        self, things: Sequence[_Thing], covers: Sequence[Runs], size: Size
    ) -> list[tuple[Polygon, ...]]:
        """The outlines of what is left of each thing: from the last shape to the first, things lose pixels
        to the backgrounds after them."""
        shapes: dict[int, list[Polygon]] = {}
        owner = {when: n for n, thing in enumerate(things) for when, _ in thing.layers}
        for thing in things:
            for when, polygon in thing.layers:
                shapes.setdefault(when, []).append(polygon)
        painted = dict(zip(shapes, _masks(size, shapes.values())))
        backgrounds: dict[int, list[Runs]] = {}
        for (when, _polygon), cover in zip(self._backgrounds, covers):
            backgrounds.setdefault(when, []).append(cover)
        covered = union_of((), *size)
        left: list[list[Runs]] = [[] for _thing in things]
        for when in range(self._clock, 0, -1):
            if when in painted:
                left[owner[when]].append(painted[when].without(covered))
            elif when in backgrounds:
                covered = union_of((covered, *backgrounds[when]), *size)
        for _thing in things:
            self._reading.lose(Loss.SHAPE, self._where)
        return [traced(union_of(some, *size), self._reading.tolerance) for some in left]


def _ends(runs: Runs) -> tuple[int, int]:
    """Where a mask begins and ends, going down the columns."""
    return (0, 0) if runs.is_empty else (int(runs.toggles[0]), int(runs.toggles[-1]))


def _masks(size: Size, polygons: Iterable[Sequence[Polygon]]) -> Sequence[Runs]:
    instances = tuple(Instance(str(n), "", tuple(some)) for n, some in enumerate(polygons))
    return rasterize(Annotation(ImageInfo("", *size), instances)).instances


def _meet(one: Runs, other: Runs) -> bool:
    """Whether two masks share a pixel."""
    return one.without(other).area < one.area
