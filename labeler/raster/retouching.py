"""Pixels added to an instance's polygons or taken away from them: exact, and points elsewhere stay.

The pixels are traced and combined with the polygons they touch. Where edges are cut they bend by up to half a
step of the 1/1000 px grid, and now and then a pixel centre lies in between: rasterising shows it, and that
pixel is put right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import Annotation, ImageInfo, Instance, Polygon, Role
from labeler.document.pieces import polygons_of, rings_of
from labeler.geometry.booleans import Area
from labeler.geometry.combining import difference, ordered, union
from labeler.geometry.overlaps import touching
from labeler.raster.runs import Runs, rasterize, union_of
from labeler.raster.tracing import trace_runs

#: Traced pixels are simplified so far (px) even to be exact: edges are longer than the stairs between pixels.
SMALLEST_TOLERANCE = 1.0
#: Rounds of putting pixels right before all of them are traced instead.
_ROUNDS = 3

Polygons = tuple[Polygon, ...]


def retouched(polygons: Polygons, pixels: Runs, *, adds: bool, tolerance: float = 0.0) -> Polygons:
    """An instance's polygons with these pixels added, or else taken away; the very same when nothing changes.

    The mask afterwards is the mask before with (without) the pixels, in the size they have. With a
    ``tolerance`` (px; from ``SMALLEST_TOLERANCE`` on) their outline may be so far off and has fewer points.
    Polygons that they do not touch stay the same objects, others keep the points that are not painted over.
    What has no pixel left goes.
    """
    exact = tolerance < SMALLEST_TOLERANCE
    areas = trace_runs(pixels, SMALLEST_TOLERANCE if exact else tolerance, exact=exact)
    if not exact:
        pixels = _mask(polygons_of(areas, ()), pixels)
    before = _mask(polygons, pixels)
    wanted = union_of((before, pixels), pixels.width, pixels.height) if adds else before.without(pixels)
    if _same(wanted, before):
        return polygons
    if wanted.is_empty:
        return ()
    touched = touching([polygon.points for polygon in polygons], areas)
    found = _combined(polygons, touched, areas, pixels, adds=adds)
    if _same(_mask(found, pixels), wanted):
        return found
    # Polygons that come later undo what is changed here, or it undoes them: all have to be taken together.
    return _mended(_combined(polygons, touched | True, areas, pixels, adds=adds), wanted)


def _mended(polygons: Polygons, wanted: Runs) -> Polygons:
    for _ in range(_ROUNDS):
        got = _mask(polygons, wanted)
        if _same(got, wanted):
            return polygons
        for pixels, adds in ((wanted.without(got), True), (got.without(wanted), False)):
            if not pixels.is_empty:
                every = np.ones(len(polygons), dtype=np.bool_)
                polygons = _combined(polygons, every, trace_runs(pixels), wanted, adds=adds)
    return polygons_of(trace_runs(wanted, SMALLEST_TOLERANCE, exact=True), ())


def _combined(
    polygons: Polygons, touched: NDArray[np.bool_], areas: Sequence[Area], size: Runs, *, adds: bool
) -> Polygons:
    """The polygons with the areas added to (cut out of) those that are ``touched``, the others in between."""
    old = [polygon for polygon, is_touched in zip(polygons, touched) if is_touched]
    things = [rings_of(old), ordered(areas)]
    found = union(things) if adds else difference(things[0], things[1:])
    new = _with_pixels(polygons_of(found, old), old, size)
    places = np.flatnonzero(touched)
    first, last = (int(places[0]), int(places[-1])) if len(places) else (_home(polygons), -1)
    outlines = next((n for n, polygon in enumerate(new) if polygon.role is Role.EXCLUDE), len(new))
    between = tuple(p for p, is_touched in zip(polygons[first : last + 1], touched[first:]) if not is_touched)
    rest = polygons[max(first, last + 1) :]
    return polygons[:first] + new[:outlines] + between + new[outlines:] + rest


def _home(polygons: Polygons) -> int:
    """Where a new include goes: before the first exclude."""
    return next((n for n, polygon in enumerate(polygons) if polygon.role is Role.EXCLUDE), len(polygons))


def _with_pixels(polygons: Sequence[Polygon], old: Sequence[Polygon], size: Runs) -> Polygons:
    """Without the slivers that cuts leave between the pixels."""
    alone = [(replace(polygon, role=Role.INCLUDE),) for polygon in polygons]
    known = {id(polygon) for polygon in old}
    masks = _masks(alone, size)
    return tuple(p for p, mask in zip(polygons, masks) if id(p) in known or not mask.is_empty)


# --- polygons and masks ------------------------------------------------------------------------------------


def _mask(polygons: Polygons, size: Runs) -> Runs:
    return _masks([polygons], size)[0]


def _masks(things: Iterable[Polygons], size: Runs) -> tuple[Runs, ...]:
    instances = tuple(Instance(str(number), "", polygons) for number, polygons in enumerate(things))
    return rasterize(Annotation(ImageInfo("", size.width, size.height), instances)).instances


def _same(one: Runs, other: Runs) -> bool:
    return np.array_equal(one.toggles, other.toggles)
