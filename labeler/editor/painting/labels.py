"""Tint, patterns and outlines of all polygons in a rectangle, drawn by OpenCV into a layer's buffer. No Qt.

The tint is the true boolean result of each instance: includes add, excludes remove, in the mask's own order;
image-wide excludes cut everything. On screen it is as exact as a screen pixel; the exporter's pixels are the
baked mask's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor

import cv2
import numpy as np
from numpy.typing import NDArray

from labeler.document.model import Annotation, Instance, Owner, Polygon, Role
from labeler.editor.painting.camera import Camera, Pixels, Rect
from labeler.editor.painting.style import Bgra, Style, bgra
from labeler.geometry.clipping import clipped, visible_spans
from labeler.geometry.rings import Box, Ring

#: How far outlines reach beyond their geometry, in device-independent pixels.
MARGIN_PX = 5
#: Fractional bits of the coordinates given to OpenCV.
_SHIFT = 4
#: Lines fray where OpenCV cuts them at the border of what it paints into: so much more is painted than kept.
_BORDER_PX = 4
#: Polygons are cut this far (px) outside the view: OpenCV walks every row of what it is given, in 32 bits.
_SURROUNDINGS_PX = 4096
#: A dark rim makes outlines readable on any picture; of more polygons it would cost as much as all else.
_RIM_UP_TO = 3000
#: Two pixels read better than one, and cost three times as much.
_WIDE_UP_TO = 300

Points = NDArray[np.int32]


@dataclass(frozen=True)
class Pens:
    """Widths of outlines and of the dark rim under them, in device-independent pixels; 0 is none."""

    outline: int
    rim: int

    @classmethod
    def for_many(cls, annotation: Annotation) -> Pens:
        """Counted on the whole image, so that a repaired rectangle looks like its surroundings."""
        count = sum(len(instance.polygons) for instance in annotation.instances)
        if count <= _WIDE_UP_TO:
            return cls(2, 4)
        return cls(1, 3 if count <= _RIM_UP_TO else 0)


@dataclass(frozen=True)
class LabelPainter:
    """Paints one annotation in one style. ``hidden`` owners are not there."""

    annotation: Annotation
    style: Style
    hidden: frozenset[Owner] = frozenset()

    def paint(self, pixels: Pixels, rect: Rect, camera: Camera) -> None:
        """Paint a rectangle of the layer; see ``Layer`` for the buffer's form."""
        left, top, width, height = rect
        rim = _BORDER_PX
        larger = np.zeros((height + 2 * rim, width + 2 * rim, 4), np.uint8)
        self._paint(larger, _Place(camera, (left - rim, top - rim, width + 2 * rim, height + 2 * rim)))
        pixels[:] = larger[rim:-rim, rim:-rim]

    def _paint(self, pixels: Pixels, place: _Place) -> None:
        instances = [
            i
            for i in self.annotation.instances
            if i.id not in self.hidden and any(place.sees(p) for p in i.polygons)
        ]
        seen = [p for i in instances for p in i.polygons if place.sees(p)]
        excludes = self._image_wide(Role.EXCLUDE, place)
        ignores = self._image_wide(Role.IGNORE, place)
        for instance in instances:
            self._tint(pixels, place, instance)
        self._image_wide_areas(pixels, place, excludes, ignores)
        holes = [p for p in seen if p.role is Role.EXCLUDE] + excludes
        self._rims(pixels, place, [*seen, *excludes, *ignores])
        self._dashes(pixels, place, holes, self.style.dash, bgra(self.style.exclude))
        self._dashes(pixels, place, ignores, self.style.dot, bgra(self.style.ignore))
        # Last, so that a thing cut out of the one behind it still shows its own colour.
        self._outlines(pixels, place, instances)

    def _image_wide(self, role: Role, place: _Place) -> list[Polygon]:
        if role in self.hidden:
            return []
        return [p for p in self.annotation.polygons(role) if place.sees(p)]

    def _tint(self, pixels: Pixels, place: _Place, instance: Instance) -> None:
        """Later over earlier, as in the indexed mask: what is in front hides the hatching behind it."""
        color = bgra(self.style.color_of(instance), self.style.tint)
        if all(p.role is Role.INCLUDE for p in instance.polygons):
            for polygon in instance.polygons:  # needs no second buffer
                _fill(pixels, place.points(polygon), color)
            return
        window = _window(instance.polygons, place)
        if window is None:
            return
        left, top, width, height = window
        inner = _Place(place.camera, (place.rect[0] + left, place.rect[1] + top, width, height))
        mask = np.zeros((height, width), np.uint8)
        for polygon in instance.polygons:
            _fill(mask, inner.points(polygon), 1 if polygon.role is Role.INCLUDE else 2)
        part = pixels[top : top + height, left : left + width]
        _put(part, mask == 1, color)
        rising, _falling = inner.hatching(self.style.hatch_spacing)
        _put(part, (mask == 2) & rising, bgra(self.style.exclude, self.style.hatch))

    def _image_wide_areas(
        self, pixels: Pixels, place: _Place, excludes: list[Polygon], ignores: list[Polygon]
    ) -> None:
        """Excludes cut all tint and show rising lines, ignore regions a tint and crossing lines."""
        if not excludes and not ignores:
            return
        rising, falling = place.hatching(self.style.hatch_spacing)
        if excludes:
            covered = _covered(pixels, excludes, place)
            _put(pixels, covered, (0, 0, 0, 0))
            _put(pixels, covered & rising, bgra(self.style.exclude, self.style.hatch))
        if ignores:
            covered = _covered(pixels, ignores, place)
            _put(pixels, covered, bgra(self.style.ignore, self.style.ignore_tint))
            _put(pixels, covered & (rising | falling), bgra(self.style.ignore, self.style.hatch))

    def _rims(self, pixels: Pixels, place: _Place, polygons: list[Polygon]) -> None:
        pens = Pens.for_many(self.annotation)
        if pens.rim:
            rings = [place.points(polygon) for polygon in polygons]
            width = place.camera.pixels(pens.rim)
            cv2.polylines(pixels, rings, True, self.style.halo, width, cv2.LINE_8, _SHIFT)

    def _outlines(self, pixels: Pixels, place: _Place, instances: list[Instance]) -> None:
        """Of the includes, all of a colour in one call."""
        rings: dict[str, list[Points]] = {}
        for instance in instances:
            ring = rings.setdefault(self.style.color_of(instance), [])
            ring += [place.points(p) for p in instance.polygons if p.role is Role.INCLUDE and place.sees(p)]
        width = place.camera.pixels(Pens.for_many(self.annotation).outline)
        # In an order that does not depend on what a repaired rectangle happens to see.
        for color, same in sorted(rings.items()):
            cv2.polylines(pixels, same, True, bgra(color), width, cv2.LINE_AA, _SHIFT)

    def _dashes(
        self, pixels: Pixels, place: _Place, polygons: list[Polygon], dash: float, color: Bgra
    ) -> None:
        height, width = pixels.shape[:2]
        ratio, margin = place.camera.ratio, place.camera.pixels(MARGIN_PX)
        box = (-margin, -margin, width + margin, height + margin)
        for polygon in polygons:
            segments = dashes(place.exact(polygon), dash * ratio, self.style.gap * ratio, box)
            fixed = np.round(segments * (1 << _SHIFT)).astype(np.int32)
            cv2.polylines(pixels, list(fixed), False, color, place.camera.pixels(2), cv2.LINE_AA, _SHIFT)


class _Place:
    """From image pixels to those of the painted rectangle."""

    def __init__(self, camera: Camera, rect: Rect) -> None:
        self.camera = camera
        self.rect = rect
        self._box = camera.box_of(rect, MARGIN_PX)
        # The same for every rectangle of a view, so that repairs meet what is there.
        self._surroundings = camera.box_of(camera.whole, _SURROUNDINGS_PX)
        self._points: dict[int, Points] = {}

    def sees(self, polygon: Polygon) -> bool:
        return _overlap(polygon.bounds, self._box)

    def exact(self, polygon: Polygon) -> Ring:
        return self._to_rect(polygon.points)

    def _to_rect(self, ring: Ring) -> Ring:
        # OpenCV's integer coordinates name pixel centres, ours pixel corners.
        camera, rect = self.camera, self.rect
        return ring * camera.scale + (camera.left - rect[0] - 0.5, camera.top - rect[1] - 0.5)

    def points(self, polygon: Polygon) -> Points:
        """In OpenCV's fixed point; of a polygon that reaches far out only what can be seen."""
        known = self._points.get(id(polygon))
        if known is not None:  # tint, rim and outline all ask
            return known
        ring = polygon.points
        if not _contains(self._surroundings, polygon.bounds):
            ring = clipped(ring, self._surroundings)
        points = np.rint(self._to_rect(ring) * (1 << _SHIFT)).astype(np.int32)
        self._points[id(polygon)] = points
        return points

    def hatching(self, spacing: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Rising and falling lines over the rectangle, (height, width) each.

        They are fixed to the picture, so that repairs and pans meet without a seam.
        """
        period, line = max(4, self.camera.pixels(spacing)), self.camera.pixels(1)
        left, top, width, height = self.rect
        # A quarter more: a view is often at half a pixel, where rounding errors would decide.
        x = np.arange(width) + left - floor(self.camera.left + 0.25)
        y = np.arange(height) + top - floor(self.camera.top + 0.25)
        rows = np.arange(period)[:, None]
        return ((x + rows) % period < line)[y % period], ((x - rows) % period < line)[y % period]


def _fill(pixels: NDArray[np.uint8], points: Points, value: Bgra | int) -> None:
    if len(points):
        # On screen half a pixel more does not show, and nothing fills faster; masks come from labeler.raster.
        cv2.fillPoly(pixels, [points], value, cv2.LINE_8, _SHIFT)  # noqa: TID251


def _covered(pixels: Pixels, polygons: Iterable[Polygon], place: _Place) -> NDArray[np.bool_]:
    mask = np.zeros(pixels.shape[:2], np.uint8)
    for polygon in polygons:
        _fill(mask, place.points(polygon), 1)
    return mask.view(np.bool_)


def _put(pixels: Pixels, mask: NDArray[np.bool_], color: Bgra) -> None:
    """The colour where the mask is; a pixel at a time, which is many times faster than a byte."""
    whole = pixels.view(np.uint32)[..., 0]
    np.copyto(whole, np.array(color, np.uint8).view(np.uint32)[0], where=mask)


def _window(polygons: Iterable[Polygon], place: _Place) -> Rect | None:
    """The part of the painted rectangle that these polygons can touch."""
    bounds = np.array([polygon.bounds for polygon in polygons])
    camera, (left, top, _, _) = place.camera, place.rect
    box = (*bounds[:, :2].min(axis=0).tolist(), *bounds[:, 2:].max(axis=0).tolist())
    shifted = Camera(camera.scale, camera.left - left, camera.top - top, place.rect[2], place.rect[3])
    return shifted.rect_of(box, margin=2)


def _overlap(a: Box, b: Box) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def _contains(outer: Box, inner: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def dashes(ring: Ring, dash: float, gap: float, box: Box) -> NDArray[np.float64]:
    """The dashes of a closed ring that a box sees: (n, 2, 2) segments, none around a corner.

    Dashes start at the ring's first point, whatever the box is.
    """
    edges, spans = visible_spans(ring, box)
    along = np.roll(ring, -1, axis=0) - ring
    lengths = np.hypot(along[:, 0], along[:, 1])
    start_of_edge = np.concatenate([[0.0], np.cumsum(lengths)[:-1]])[edges]
    start, stop = (start_of_edge[:, None] + spans * lengths[edges, None]).T
    period = dash + gap
    first = np.floor(start / period)
    counts = (np.floor(stop / period) - first + 1).astype(int)
    edge = np.repeat(np.arange(len(edges)), counts)
    number = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    begin = (first[edge] + number) * period
    ends = np.column_stack([np.maximum(begin, start[edge]), np.minimum(begin + dash, stop[edge])])
    drawn = ends[:, 0] < ends[:, 1]
    edge, ends = edge[drawn], ends[drawn]
    shares = (ends - start_of_edge[edge, None]) / lengths[edges[edge], None]
    segments: NDArray[np.float64] = (
        ring[edges[edge]][:, None] + shares[..., None] * along[edges[edge]][:, None]
    )
    return segments
