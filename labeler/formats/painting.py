"""Shapes in painting order, and what they mean together: for formats that draw rings over each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from labeler.document.model import Annotation, ImageInfo, Instance, Polygon, Role
from labeler.formats.building import annotation_of, traced, traced_ignore
from labeler.formats.reading import Size
from labeler.raster.runs import Runs, rasterize

#: What a shape covers: a ring, or pixels.
Region = Polygon | Runs


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
    area away from what was painted before, not from what comes after.
    """

    def __init__(self, tolerance: float) -> None:
        self._tolerance = tolerance
        self._things: dict[Hashable, _Thing] = {}
        self._backgrounds: list[tuple[int, Polygon]] = []
        self._ignore: list[Polygon] = []
        self._clock = 0

    def thing(self, label: str, group: Hashable, region: Region, attributes: dict[str, Any]) -> None:
        """A shape of an instance; attributes that an earlier shape of it has are not changed."""
        self._clock += 1
        key = (label, group) if group is not None else self._clock
        thing = self._things.setdefault(key, _Thing(label, group, {}))
        thing.attributes = {**attributes, **thing.attributes}
        thing.shapes += 1
        if isinstance(region, Runs) and not thing.layers:
            polygons: Sequence[Polygon] = traced(region, self._tolerance)
        else:  # the holes of one shape must not cut another of the same instance
            polygons = self._solid(region, Role.INCLUDE)
        thing.layers += [(self._clock, polygon) for polygon in polygons]

    def background(self, region: Region) -> None:
        """A shape that cuts what lies below it."""
        self._clock += 1
        self._backgrounds += [(self._clock, polygon) for polygon in self._solid(region, Role.EXCLUDE)]

    def ignore(self, region: Region) -> None:
        """A shape of which nothing is known."""
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
        for place, (thing, excludes) in enumerate(zip(things, self._cuts(things, size), strict=True), 1):
            layers = sorted([*thing.layers, *excludes], key=lambda layer: layer[0])
            polygons = tuple(polygon for _when, polygon in layers)
            attributes = thing.attributes
            if thing.group is not None:
                only_holds = thing.shapes > 1 and users[thing.group] == 1
                attributes = {**keep_group(thing.group, place, only_holds), **attributes}
            instances.append(Instance("", thing.label, polygons, attributes=attributes))
        return annotation_of(size, instances, ignore=self._ignore, flags=flags)

    def _solid(self, region: Region, role: Role) -> list[Polygon]:
        """Polygons that need no others to take anything away from them."""
        if isinstance(region, Polygon):
            return [Polygon(role, region.points)]
        return [Polygon(role, part.points) for part in traced_ignore(region, self._tolerance)]

    def _cuts(self, things: Sequence[_Thing], size: Size) -> Sequence[Sequence[tuple[int, Polygon]]]:
        """For each thing the backgrounds that cover a pixel of it and were painted after some of it."""
        if not self._backgrounds:
            return [()] * len(things)
        masks = _masks(size, ([polygon for _, polygon in thing.layers] for thing in things))
        covers = _masks(size, ([Polygon(Role.INCLUDE, p.points)] for _, p in self._backgrounds))
        cuts = []
        for thing, mask in zip(things, masks):
            first, _polygon = thing.layers[0]
            over = ((layer, cover) for layer, cover in zip(self._backgrounds, covers) if layer[0] > first)
            cuts.append([layer for layer, cover in over if _meet(mask, cover)])
        return cuts


def _masks(size: Size, polygons: Iterable[Sequence[Polygon]]) -> Sequence[Runs]:
    instances = tuple(Instance(str(n), "", tuple(some)) for n, some in enumerate(polygons))
    return rasterize(Annotation(ImageInfo("", *size), instances)).instances


def _meet(one: Runs, other: Runs) -> bool:
    """Whether two masks share a pixel; those in other columns, which is most of them, cost nothing."""
    if one.is_empty or other.is_empty:
        return False
    if one.toggles[-1] <= other.toggles[0] or other.toggles[-1] <= one.toggles[0]:
        return False
    return one.without(other).area < one.area
