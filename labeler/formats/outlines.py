"""Instances as areas over the very same pixels: with holes, cut into rings without, or joined to one ring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import Annotation, Instance, Polygon, Role
from labeler.geometry.booleans import Area, areas, pixel_areas, without_holes
from labeler.geometry.bridging import bridged
from labeler.geometry.combining import ordered, rings_of
from labeler.geometry.rings import Ring
from labeler.raster.runs import ImageMasks, Runs, rasterize

#: Rounds of putting pixels right before an instance's pixels are outlined instead.
_ROUNDS = 4

#: Rings in their order, each with whether it adds or removes.
Rings = list[tuple[Ring, bool]]
_ROLES = {True: Role.INCLUDE, False: Role.EXCLUDE}


@dataclass(frozen=True)
class Outline:
    """Rings in image pixels, within the image, that share the pixels of one instance out among them.

    ``holes`` were opened to get there. ``keeps_shape`` is False where the rings follow the pixels' borders.
    """

    rings: tuple[Ring, ...]
    holes: int
    keeps_shape: bool = True


@dataclass(frozen=True)
class Shape:
    """Areas with their holes, in image pixels and within the image, of the very pixels of one instance.

    ``keeps_shape`` is False where they follow the pixels' borders.
    """

    areas: tuple[Area, ...]
    keeps_shape: bool = True

    @property
    def rings(self) -> tuple[Ring, ...]:
        """All outer rings and holes."""
        return tuple(ring for area in self.areas for ring in (area.outer, *area.holes))


@dataclass(frozen=True)
class Bridge:
    """One ring, in image pixels and within the image, with the very pixels of one instance inside by the
    even-odd rule.

    ``joined`` says how many rings it was made of: more than one are joined by channels without width, and
    where there are none the ring is empty. ``keeps_shape`` is False where it follows the pixels' borders.
    """

    ring: Ring
    joined: int
    keeps_shape: bool = True


_Made = TypeVar("_Made", Outline, Shape, Bridge)


def outlines(annotation: Annotation, masks: ImageMasks) -> list[Outline]:
    """The outline of every instance; ``masks`` are the annotation's own."""
    return _exact(annotation, masks, _outline, lambda outline: [(ring, True) for ring in outline.rings])


def shapes(annotation: Annotation, masks: ImageMasks) -> list[Shape]:
    """The areas of every instance, for formats that know holes; ``masks`` are the annotation's own."""
    return _exact(annotation, masks, lambda shape: Shape(tuple(shape)), lambda shape: _walk(shape.areas))


def bridges(annotation: Annotation, masks: ImageMasks) -> list[Bridge]:
    """Every instance as one ring; ``masks`` are the annotation's own."""
    return _exact(annotation, masks, _bridge, lambda bridge: [(bridge.ring, True)] if bridge.joined else [])


def _exact(
    annotation: Annotation,
    masks: ImageMasks,
    made_of: Callable[[Sequence[Area]], _Made],
    drawn: Callable[[_Made], Rings],
) -> list[_Made]:
    """What ``made_of`` makes of the areas of every instance, when what is ``drawn`` of it is the same mask.

    Where an edge is cut or crossed it bends by up to half a step of the 1/1000 px grid, and now and then a
    pixel centre lies in between. Rasterising the rings shows it, and that pixel is added or removed as a
    square. Should this not come to an end the pixels themselves are outlined, exact by construction.
    """
    rings = [_rings(annotation, instance) for instance in annotation.instances]
    found: dict[int, _Made] = {}
    pending = list(range(len(rings)))
    for _round in range(_ROUNDS):
        tried = [made_of(areas(rings[n], _size(annotation))) for n in pending]
        for n, made, got in zip(pending, tried, _masks_of(annotation, [drawn(made) for made in tried])):
            wanted = masks.instances[n]
            if np.array_equal(got.toggles, wanted.toggles):
                found[n] = made
            rings[n] += _squares(wanted.without(got), True) + _squares(got.without(wanted), False)
        pending = [n for n in pending if n not in found]
        if not pending:
            break
    for n in pending:
        found[n] = replace(made_of(pixel_areas(_boxes(masks.instances[n]))), keeps_shape=False)
    return [found[n] for n in range(len(rings))]


def _rings(annotation: Annotation, instance: Instance) -> Rings:
    cutting = (cut for cut in annotation.exclude if any(_may_overlap(cut, p) for p in instance.polygons))
    return [(polygon.points, polygon.role is Role.INCLUDE) for polygon in (*instance.polygons, *cutting)]


def _size(annotation: Annotation) -> tuple[int, int]:
    return annotation.image.width, annotation.image.height


def _may_overlap(one: Polygon, other: Polygon) -> bool:
    left, top, right, bottom = other.bounds
    return one.bounds[0] < right and one.bounds[2] > left and one.bounds[1] < bottom and one.bounds[3] > top


def _outline(shape: Sequence[Area]) -> Outline:
    rings = tuple(ring for area in shape for ring in without_holes(area))
    return Outline(rings, holes=sum(len(area.holes) for area in shape))


def _walk(shape: Sequence[Area]) -> Rings:
    return list(rings_of(shape[0])) if len(shape) == 1 else ordered(shape)


def _bridge(shape: Sequence[Area]) -> Bridge:
    if not shape:
        return Bridge(np.empty((0, 2)), 0)
    return Bridge(bridged(shape), sum(1 + len(area.holes) for area in shape))


def _masks_of(annotation: Annotation, drawn: Sequence[Rings]) -> Sequence[Runs]:
    instances = tuple(
        Instance(str(n), "", tuple(Polygon(_ROLES[adds], ring) for ring, adds in rings))
        for n, rings in enumerate(drawn)
    )
    return rasterize(Annotation(annotation.image, instances)).instances


def _squares(runs: Runs, adds: bool) -> Rings:
    corners = _boxes(runs)[:, [0, 1, 2, 1, 2, 3, 0, 3]].astype(np.float64)
    return [(ring, adds) for ring in corners.reshape(-1, 4, 2)]


def _boxes(runs: Runs) -> NDArray[np.int64]:
    """(n, 4) left, top, right, bottom of every run, each in one column."""
    column, top = np.divmod(runs.toggles[::2], runs.height + 1)
    bottom = runs.toggles[1::2] - column * (runs.height + 1)
    return np.stack([column, top, column + 1, bottom], axis=1)
