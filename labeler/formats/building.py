"""From what other tools have to our polygons: points, boxes, circles, masks. And class names we can take."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labeler.document.model import Annotation, ImageInfo, Instance, Polygon, Role
from labeler.errors import LabelerError
from labeler.formats.reading import Size, malformed
from labeler.geometry.booleans import Area, without_holes
from labeler.i18n import _
from labeler.raster.runs import Runs
from labeler.raster.tracing import trace_runs

_LONGEST_NAME = 200
#: They show nothing, and words of Persian and many pictures are others without them.
_JOINERS = "\u200c\u200d"
#: A circle is drawn with so many points that none of its sides lies farther than this (px) off it.
_OFF_CIRCLE = 0.02
_MOST_POINTS_OF_A_CIRCLE = 360
#: An area with no more holes is cut open as a whole.
_FEW_HOLES = 32


def polygon_of(points: ArrayLike, role: Role, where: str) -> Polygon:
    """A polygon of (n, 2) points in image pixels; raises LabelerError at ``where`` for what is none.

    The last point may repeat the first.
    """
    try:
        array = np.asarray(points, dtype=np.float64)
        if array.ndim == 2 and len(array) > 3 and (array[0] == array[-1]).all():
            array = array[:-1]
        return Polygon(role, array)
    except (ValueError, TypeError, OverflowError) as error:
        problem = _("is no polygon: at least three points of two numbers are needed")
        raise malformed(where, problem) from error


def box_ring(left: float, top: float, right: float, bottom: float) -> NDArray[np.float64]:
    """The four corners of a box, clockwise on screen."""
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=np.float64)


def circle_ring(x: float, y: float, radius: float) -> NDArray[np.float64]:
    """A circle as a ring whose sides lie at most 0.02 px off it (of at most 360 points)."""
    if not 0 < radius < 1e7:
        raise ValueError("a circle needs a radius")
    half_turn = np.arccos(max(1 - _OFF_CIRCLE / radius, 0.5))
    count = int(np.clip(np.ceil(np.pi / half_turn), 12, _MOST_POINTS_OF_A_CIRCLE))
    turn = np.arange(count) * (2 * np.pi / count)
    return np.column_stack([x + radius * np.cos(turn), y + radius * np.sin(turn)])


def polygons_of(areas: Iterable[Area]) -> tuple[Polygon, ...]:
    """Areas as an instance's polygons: each outer ring, then its holes as excludes, in this order."""
    found = []
    for area in areas:
        found.append(Polygon(Role.INCLUDE, area.outer))
        found += [Polygon(Role.EXCLUDE, hole) for hole in area.holes]
    return tuple(found)


def traced(runs: Runs, tolerance: float) -> tuple[Polygon, ...]:
    """A mask as polygons with holes: with tolerance 0 of exactly its pixels, else within so many px."""
    return polygons_of(trace_runs(runs, tolerance))


def traced_ignore(runs: Runs, tolerance: float) -> tuple[Polygon, ...]:
    """A mask as ignore regions, which know no holes: it is cut into rings that share its pixels out."""
    rings = (ring for area in _with_few_holes(runs, tolerance) for ring in without_holes(area))
    return tuple(Polygon(Role.IGNORE, ring) for ring in rings)


def _with_few_holes(runs: Runs, tolerance: float) -> list[Area]:
    """The areas of a mask, halved until none has many holes: cutting takes time by the square of them."""
    areas = trace_runs(runs, tolerance)
    if max((len(area.holes) for area in areas), default=0) <= _FEW_HOLES:
        return areas
    left, _top, width, _height = runs.bbox
    middle = np.searchsorted(runs.toggles, (left + width // 2) * (runs.height + 1))
    halves = (runs.toggles[:middle], runs.toggles[middle:])
    # Exact now: two simplified halves would not meet.
    return [area for toggles in halves for area in _with_few_holes(replace(runs, toggles=toggles), 0.0)]


def class_name(text: object, where: str) -> str:
    """A class name as we can store it, without what does not print; raises LabelerError when none is left."""
    shown = (c for c in str(text) if c in _JOINERS or unicodedata.category(c)[0] != "C")
    name = "".join(shown).strip()[:_LONGEST_NAME]
    if not name.strip(_JOINERS):
        raise malformed(where, _("has no class name"))
    return name


def annotation_of(
    size: Size,
    instances: Sequence[Instance] = (),
    *,
    exclude: Iterable[Polygon] = (),
    ignore: Iterable[Polygon] = (),
    flags: dict[str, object] | None = None,
) -> Annotation:
    """An annotation of an image of this size, whose name is filled in by who knows it.

    Instances without polygons are left out; their ids become "1", "2" …
    """
    numbered = tuple(
        Instance(str(n), i.class_name, i.polygons, i.source, i.attributes)
        for n, i in enumerate((i for i in instances if i.polygons), 1)
    )
    return Annotation(ImageInfo("", *size), numbered, tuple(exclude), tuple(ignore), flags or {})


def check_size(found: Size, image: Size, where: str) -> None:
    """LabelerError when a mask, or what a source says of the size, is not the image's."""
    if found != image:
        raise LabelerError(
            _("{where} is for {width}×{height} px, but the image has {image_width}×{image_height}.").format(
                where=where, width=found[0], height=found[1], image_width=image[0], image_height=image[1]
            )
        )
