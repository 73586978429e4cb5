"""Tint, patterns and outlines of all polygons in a rectangle, drawn by OpenCV into a layer's buffer. No Qt.

The tint is the true boolean result of each instance: includes add, excludes remove, in the mask's own order;
image-wide excludes cut everything. On screen it is as exact as a screen pixel; the exporter's pixels are the baked
mask's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from labeler.document.model import Annotation, Instance, Owner, Polygon, Role
from labeler.editor.painting.camera import Camera, Pixels, Rect
from labeler.editor.painting.style import Bgra, Style, bgra
from labeler.geometry.rings import Box

#: How far outlines reach beyond their geometry, in device pixels.
MARGIN_PX = 5
#: Fractional bits of the coordinates given to OpenCV.
_SHIFT = 4
_FAR = 1 << 26
#: A dark rim makes outlines readable on any picture; above this many polygons it would cost as much as all else.
_RIM_UP_TO = 3000
#: Two pixels read better than one, and cost three times as much.
_WIDE_UP_TO = 300

Points = NDArray[np.int32]
# On screen half a pixel more does not show, and nothing fills faster; masks come from labeler.raster.
_fill = cv2.fillPoly  # noqa: TID251


@dataclass(frozen=True)
class LabelPainter:
    """Paints one annotation in one style. ``hidden`` owners are not there."""

    annotation: Annotation
    style: Style
    hidden: frozenset[Owner] = frozenset()

    def paint(self, pixels: Pixels, rect: Rect, camera: Camera) -> None:
        """Paint a rectangle of the layer; see ``Layer`` for the buffer's form."""
        box = camera.box_of(rect, MARGIN_PX)
        place = _Place(camera.scale, camera.left - rect[0], camera.top - rect[1])
        instances = [
            i
            for i in self.annotation.instances
            if i.id not in self.hidden and any(_overlap(p.bounds, box) for p in i.polygons)
        ]
        excludes = self._visible(Role.EXCLUDE, box)
        ignores = self._visible(Role.IGNORE, box)
        for instance in instances:
            _tint_instance(pixels, instance, bgra(self.style.color_of(instance.class_name), self.style.tint), place)
        holes = [p for i in instances for p in i.polygons if p.role is Role.EXCLUDE and _overlap(p.bounds, box)]
        for polygon in excludes:
            _fill(pixels, [place.points(polygon)], (0, 0, 0, 0), cv2.LINE_8, _SHIFT)
        self._patterns(pixels, rect, camera, place, [*holes, *excludes], ignores)
        self._outlines(pixels, place, box, instances, [*holes, *excludes], ignores)

    def _visible(self, role: Role, box: Box) -> list[Polygon]:
        if role in self.hidden:
            return []
        return [p for p in self.annotation.polygons(role) if _overlap(p.bounds, box)]

    def _patterns(
        self,
        pixels: Pixels,
        rect: Rect,
        camera: Camera,
        place: _Place,
        excludes: list[Polygon],
        ignores: list[Polygon],
    ) -> None:
        if not excludes and not ignores:
            return
        # The pattern is fixed to the picture, so that repairs and pans meet without a seam.
        spacing = max(4, round(self.style.hatch_spacing))
        x = np.arange(pixels.shape[1]) + rect[0] - round(camera.left)
        y = np.arange(pixels.shape[0])[:, None] + rect[1] - round(camera.top)
        rising = (x + y) % spacing == 0
        if ignores:
            covered = _covered(pixels, ignores, place)
            tint = np.array(bgra(self.style.ignore, self.style.ignore_tint), np.uint8)
            pixels[covered] = tint
            pixels[covered & (rising | ((x - y) % spacing == 0))] = bgra(self.style.ignore, self.style.hatch)
        if excludes:
            lines = _covered(pixels, excludes, place) & rising
            pixels[lines] = bgra(self.style.exclude, self.style.hatch)

    def _outlines(
        self,
        pixels: Pixels,
        place: _Place,
        box: Box,
        instances: list[Instance],
        excludes: list[Polygon],
        ignores: list[Polygon],
    ) -> None:
        groups: dict[str, list[Points]] = {}
        for instance in instances:
            rings = groups.setdefault(self.style.color_of(instance.class_name), [])
            rings += [
                place.points(p)
                for p in instance.polygons
                if p.role is Role.INCLUDE and _overlap(p.bounds, box)
            ]
        solid = [ring for rings in groups.values() for ring in rings]
        cut = [place.points(p) for p in (*excludes, *ignores)]
        # Counted on the whole image, so that a repaired rectangle looks like its surroundings.
        count = sum(len(i.polygons) for i in self.annotation.instances)
        wide = count <= _WIDE_UP_TO
        if count <= _RIM_UP_TO:
            cv2.polylines(pixels, solid + cut, True, self.style.halo, 4 if wide else 3, cv2.LINE_8, _SHIFT)
        for color, rings in groups.items():
            cv2.polylines(pixels, rings, True, bgra(color), 2 if wide else 1, cv2.LINE_AA, _SHIFT)
        self._dashes(pixels, excludes, place, self.style.dash, bgra(self.style.exclude))
        self._dashes(pixels, ignores, place, self.style.dot, bgra(self.style.ignore))

    def _dashes(
        self, pixels: Pixels, polygons: list[Polygon], place: _Place, dash: float, color: Bgra
    ) -> None:
        height, width = pixels.shape[:2]
        for polygon in polygons:
            segments = dashes(place.exact(polygon), dash, self.style.gap)
            low, high = segments.min(axis=1), segments.max(axis=1)
            seen = (high >= -MARGIN_PX).all(axis=1) & (low <= (width + MARGIN_PX, height + MARGIN_PX)).all(axis=1)
            fixed = np.round(segments[seen] * (1 << _SHIFT)).astype(np.int32)
            cv2.polylines(pixels, list(fixed), False, color, 2, cv2.LINE_AA, _SHIFT)


@dataclass(frozen=True)
class _Place:
    """From image pixels to the painted rectangle's own."""

    scale: float
    left: float
    top: float

    def exact(self, polygon: Polygon) -> NDArray[np.float64]:
        # OpenCV's integer coordinates name pixel centres, ours pixel corners.
        return polygon.points * self.scale + (self.left - 0.5, self.top - 0.5)

    def points(self, polygon: Polygon) -> Points:
        fixed = np.round(self.exact(polygon) * (1 << _SHIFT))
        return np.clip(fixed, -_FAR, _FAR).astype(np.int32)


def _tint_instance(pixels: Pixels, instance: Instance, color: Bgra, place: _Place) -> None:
    """Later over earlier, as in the indexed mask; an instance without a hole needs no second buffer."""
    if all(p.role is Role.INCLUDE for p in instance.polygons):
        for polygon in instance.polygons:
            _fill(pixels, [place.points(polygon)], color, cv2.LINE_8, _SHIFT)
        return
    window = _window(pixels, [p for p in instance.polygons if p.role is Role.INCLUDE], place)
    if window is None:
        return
    left, top, part = window
    inner = _Place(place.scale, place.left - left, place.top - top)
    mask = np.zeros(part.shape[:2], np.uint8)
    for polygon in instance.polygons:
        value = 1 if polygon.role is Role.INCLUDE else 0
        _fill(mask, [inner.points(polygon)], value, cv2.LINE_8, _SHIFT)
    part[mask.astype(bool)] = color


def _covered(pixels: Pixels, polygons: Iterable[Polygon], place: _Place) -> NDArray[np.bool_]:
    mask = np.zeros(pixels.shape[:2], np.uint8)
    for polygon in polygons:
        _fill(mask, [place.points(polygon)], 1, cv2.LINE_8, _SHIFT)
    return mask.astype(bool)


def _window(
    pixels: Pixels, polygons: list[Polygon], place: _Place
) -> tuple[int, int, Pixels] | None:
    """left, top and the part of the buffer that these polygons can touch."""
    if not polygons:
        return None
    points = np.concatenate([place.exact(polygon) for polygon in polygons])
    height, width = pixels.shape[:2]
    left, top = np.maximum(np.floor(points.min(axis=0)) - 1, 0).astype(int).tolist()
    right, bottom = np.minimum(np.ceil(points.max(axis=0)) + 2, (width, height)).astype(int).tolist()
    if right <= left or bottom <= top:
        return None
    return left, top, pixels[top:bottom, left:right]


def _overlap(a: Box, b: Box) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def dashes(ring: NDArray[np.float64], dash: float, gap: float) -> NDArray[np.float64]:
    """A closed ring cut into dashes: (n, 2, 2) segments, corners kept."""
    closed = np.concatenate([ring, ring[:1]])
    at = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    period = dash + gap
    starts = np.arange(0.0, at[-1], period)
    cuts = np.unique(np.concatenate([at, starts, np.minimum(starts + dash, at[-1])]))
    along = np.column_stack([np.interp(cuts, at, closed[:, 0]), np.interp(cuts, at, closed[:, 1])])
    drawn = ((cuts[:-1] + cuts[1:]) / 2) % period < dash
    return np.stack([along[:-1], along[1:]], axis=1)[drawn]
