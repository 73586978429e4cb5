"""Instances as rings without holes over the very same pixels, for formats that know no holes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import Annotation, Instance, Polygon, Role
from labeler.geometry.booleans import Area, areas, pixel_areas, without_holes
from labeler.geometry.rings import Ring
from labeler.raster.runs import ImageMasks, Runs, rasterize

#: Rounds of putting pixels right before an instance's pixels are outlined instead.
_ROUNDS = 4

#: Rings in their order, each with whether it adds or removes.
Rings = list[tuple[Ring, bool]]


@dataclass(frozen=True)
class Outline:
    """Rings in image pixels, within the image, that share the pixels of one instance out among them.

    ``holes`` were opened to get there. ``keeps_shape`` is False where the rings follow the pixels' borders.
    """

    rings: tuple[Ring, ...]
    holes: int
    keeps_shape: bool = True


def outlines(annotation: Annotation, masks: ImageMasks) -> list[Outline]:
    """The outline of every instance; ``masks`` are the annotation's own.

    Where an edge is cut or crossed it bends by up to half a step of the 1/1000 px grid, and now and then a
    pixel centre lies in between. Rasterising the rings shows it, and that pixel is added or removed as a
    square. Should this not come to an end the pixels themselves are outlined, exact by construction.
    """
    rings = [_rings(annotation, instance) for instance in annotation.instances]
    found: dict[int, Outline] = {}
    pending = list(range(len(rings)))
    for _round in range(_ROUNDS):
        tried = [_outline(areas(rings[n], _size(annotation))) for n in pending]
        for n, outline, got in zip(pending, tried, _masks_of(annotation, tried)):
            wanted = masks.instances[n]
            if np.array_equal(got.toggles, wanted.toggles):
                found[n] = outline
            rings[n] += _squares(wanted.without(got), True) + _squares(got.without(wanted), False)
        pending = [n for n in pending if n not in found]
        if not pending:
            break
    return [found.get(n) or _pixel_outline(runs) for n, runs in enumerate(masks.instances)]


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


def _masks_of(annotation: Annotation, tried: Sequence[Outline]) -> Sequence[Runs]:
    drawn = (tuple(Polygon(Role.INCLUDE, ring) for ring in outline.rings) for outline in tried)
    instances = tuple(Instance(str(n), "", polygons) for n, polygons in enumerate(drawn))
    return rasterize(Annotation(annotation.image, instances)).instances


def _pixel_outline(runs: Runs) -> Outline:
    return replace(_outline(pixel_areas(_boxes(runs))), keeps_shape=False)


def _squares(runs: Runs, adds: bool) -> Rings:
    corners = _boxes(runs)[:, [0, 1, 2, 1, 2, 3, 0, 3]].astype(np.float64)
    return [(ring, adds) for ring in corners.reshape(-1, 4, 2)]


def _boxes(runs: Runs) -> NDArray[np.int64]:
    """(n, 4) left, top, right, bottom of every run, each in one column."""
    column, top = np.divmod(runs.toggles[::2], runs.height + 1)
    bottom = runs.toggles[1::2] - column * (runs.height + 1)
    return np.stack([column, top, column + 1, bottom], axis=1)
