"""Tint, patterns and outlines of all polygons in a rectangle, drawn by OpenCV into a layer's buffer. No Qt.

The tint is the true boolean result of each instance: includes add, excludes remove, in the mask's own order;
image-wide excludes cut everything. On screen it is as exact as a screen pixel; the exporter's pixels are the
baked mask's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import Owner, Role
from labeler.document.table import ROLES, PolygonTable
from labeler.editor.painting.camera import Camera, Pixels, Rect
from labeler.editor.painting.dashes import dashes
from labeler.editor.painting.placing import SHIFT, Placing, Points
from labeler.editor.painting.style import Bgra, Style, bgra
from labeler.geometry.rings import Box
from labeler.raster.late import cv2

#: How far outlines reach beyond their geometry, in device-independent pixels.
MARGIN_PX = 5
#: Lines fray where OpenCV cuts them at the border of what it paints into: so much more is painted than kept.
_BORDER_PX = 4
#: A dark rim makes outlines readable on any picture; of more polygons it would cost as much as all else.
_RIM_UP_TO = 3000
#: Two pixels read better than one, and cost three times as much.
_WIDE_UP_TO = 300
#: A polygon costs about as much as this many vertices, or pixels of a thin outline, besides its own.
_POLYGON = 100
#: So much of it is painted in a ms, and in a step.
_WORK_PER_MS, _STEP = 11_000, 8_000

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Pens:
    """Widths of outlines and of the dark rim under them, in device-independent pixels; 0 is none."""

    outline: int
    rim: int

    @classmethod
    def for_many(cls, table: PolygonTable) -> Pens:
        """Counted on the whole image, so that a repaired rectangle looks like its surroundings."""
        count = table.in_instances
        if count <= _WIDE_UP_TO:
            return cls(2, 4)
        return cls(1, 3 if count <= _RIM_UP_TO else 0)


@dataclass(frozen=True)
class LabelPainter:
    """Paints the polygons of a table in one style. ``hidden`` owners are not there."""

    table: PolygonTable
    style: Style
    hidden: frozenset[Owner] = frozenset()

    def paint(self, pixels: Pixels, rect: Rect, camera: Camera) -> None:
        """Paint a rectangle of the layer; see ``Layer`` for the buffer's form."""
        for _step in self.steps(pixels, rect, camera):
            pass

    def steps(self, pixels: Pixels, rect: Rect, camera: Camera) -> Iterator[None]:
        """The same in steps of about a millisecond; nothing is to be seen in ``pixels`` before the last."""
        left, top, width, height = rect
        rim = _BORDER_PX
        larger = np.zeros((height + 2 * rim, width + 2 * rim, 4), np.uint8)
        placing = Placing(camera, (left - rim, top - rim, width + 2 * rim, height + 2 * rim), MARGIN_PX)
        yield from _Painting(self, larger, placing).steps()
        pixels[:] = larger[rim:-rim, rim:-rim]

    def cost(self, rect: Rect, camera: Camera) -> float:
        """About how many ms painting a rectangle takes."""
        rows = self.seen(camera.box_of(rect, MARGIN_PX))
        left, top, right, bottom = self.table.boxes[:, rows] * camera.scale
        lengths = 2 * np.minimum(right - left + bottom - top, rect[2] + rect[3])
        work = self.table.counts[rows].sum() + _POLYGON * len(rows)
        return float(work + lengths.sum() * Pens.for_many(self.table).outline) / _WORK_PER_MS

    def seen(self, box: Box) -> Rows:
        """The rows whose polygons touch a box and are not hidden, in painting order."""
        rows = np.flatnonzero(self.table.within(box))
        if not self.hidden:
            return rows
        if len(rows) < len(self.hidden):  # a small box
            return rows[[self.table.ref(row).owner not in self.hidden for row in rows.tolist()]]
        return rows[~self.table.of_owners(self.hidden)[rows]]


class _Painting:
    """One rectangle under way."""

    def __init__(self, painter: LabelPainter, pixels: Pixels, placing: Placing) -> None:
        self._table, self._style = painter.table, painter.style
        self._pixels, self._placing = pixels, placing
        self._pens = Pens.for_many(self._table)
        seen = painter.seen(placing.box)
        self._seen = seen
        owners, instances = self._table.owners[seen], len(self._table.annotation.instances)
        self._of_instances = seen[owners < instances]
        self._excludes = seen[owners == instances]
        self._ignores = seen[owners > instances]
        roles = self._table.roles[self._of_instances]
        self._includes = self._of_instances[roles == ROLES.index(Role.INCLUDE)]
        holes = self._of_instances[roles == ROLES.index(Role.EXCLUDE)]
        self._holes = np.concatenate([holes, self._excludes])
        #: By row; tint, rim and outline all ask.
        self._rings: dict[int, Points] = {}

    def steps(self) -> Iterator[None]:
        table = self._table
        for part in self._parts(self._seen):
            rings = [table.polygons[row].points for row in part]
            self._rings.update(zip(part, self._placing.rings(rings, table.boxes[:, part])))
            yield
        yield from self._tints()
        self._image_wide_areas()
        yield
        yield from self._rims()
        yield from self._dashes(self._holes, self._style.dash, bgra(self._style.exclude))
        yield from self._dashes(self._ignores, self._style.dot, bgra(self._style.ignore))
        # Last, so that a thing cut out of the one behind it still shows its own colour.
        yield from self._outlines()

    def _parts(self, rows: Rows) -> Iterator[list[int]]:
        """The rows by as many as are a step."""
        if len(rows) < 2:
            return iter([rows.tolist()] if len(rows) else [])
        steps = np.cumsum(self._table.counts[rows] + _POLYGON) // _STEP
        return (part.tolist() for part in np.split(rows, np.flatnonzero(np.diff(steps)) + 1))

    # --- areas -------------------------------------------------------------------------------------------

    def _tints(self) -> Iterator[None]:
        """Later over earlier, as in the indexed mask: what is in front hides the hatching behind it."""
        owner, rows = -1, list[int]()
        owners = self._table.owners
        for part in self._parts(self._of_instances):
            for row, its_owner in zip(part, owners[part].tolist()):
                if its_owner != owner and rows:
                    self._tint(owner, rows)
                    rows = []
                owner = its_owner
                rows.append(row)
            yield
        if rows:
            self._tint(owner, rows)

    def _tint(self, owner: int, rows: list[int]) -> None:
        instance = self._table.annotation.instances[owner]
        color = bgra(self._style.color_of(instance), self._style.tint)
        polygons = [self._table.polygons[row] for row in rows]
        if all(polygon.role is Role.INCLUDE for polygon in polygons):
            for row in rows:  # needs no second buffer
                _fill(self._pixels, self._rings[row], color)
            return
        window = self._window(rows)
        if window is None:
            return
        left, top, width, height = window
        mask = np.zeros((height, width), np.uint8)
        offset = np.array((left, top), np.int32) << SHIFT
        for row, polygon in zip(rows, polygons):
            _fill(mask, self._rings[row] - offset, 1 if polygon.role is Role.INCLUDE else 2)
        part = self._pixels[top : top + height, left : left + width]
        _put(part, mask == 1, color)
        rising, _falling = self._placing.part(window).hatching(self._style.hatch_spacing)
        _put(part, (mask == 2) & rising, bgra(self._style.exclude, self._style.hatch))

    def _window(self, rows: list[int]) -> Rect | None:
        """The part of the painted rectangle that these polygons can touch."""
        boxes = self._table.boxes[:, rows]
        box = (*boxes[:2].min(axis=1).tolist(), *boxes[2:].max(axis=1).tolist())
        camera, (left, top, width, height) = self._placing.camera, self._placing.rect
        shifted = Camera(camera.scale, camera.left - left, camera.top - top, width, height)
        return shifted.rect_of(box, margin=2)

    def _image_wide_areas(self) -> None:
        """Excludes cut all tint and show rising lines, ignore regions a tint and crossing lines."""
        if not len(self._excludes) and not len(self._ignores):
            return
        pixels, style = self._pixels, self._style
        rising, falling = self._placing.hatching(style.hatch_spacing)
        if len(self._excludes):
            covered = self._covered(self._excludes)
            _put(pixels, covered, (0, 0, 0, 0))
            _put(pixels, covered & rising, bgra(style.exclude, style.hatch))
        if len(self._ignores):
            covered = self._covered(self._ignores)
            _put(pixels, covered, bgra(style.ignore, style.ignore_tint))
            _put(pixels, covered & (rising | falling), bgra(style.ignore, style.hatch))

    def _covered(self, rows: Rows) -> NDArray[np.bool_]:
        mask = np.zeros(self._pixels.shape[:2], np.uint8)
        for row in rows.tolist():
            _fill(mask, self._rings[row], 1)
        return mask.view(np.bool_)

    # --- lines -------------------------------------------------------------------------------------------

    def _rims(self) -> Iterator[None]:
        if self._pens.rim:
            for part in self._parts(self._seen):
                self._lines([self._rings[row] for row in part], self._style.halo, self._pens.rim, cv2.LINE_8)
                yield

    def _outlines(self) -> Iterator[None]:
        """Of the includes, all of a colour one after the other."""
        instances, owners = self._table.annotation.instances, self._table.owners
        rows_of: dict[str, list[int]] = {}
        for row, owner in zip(self._includes.tolist(), owners[self._includes].tolist()):
            rows_of.setdefault(self._style.color_of(instances[owner]), []).append(row)
        yield
        # In an order that does not depend on what a repaired rectangle happens to see.
        for color, rows in sorted(rows_of.items()):
            for part in self._parts(np.array(rows)):
                self._lines([self._rings[row] for row in part], bgra(color), self._pens.outline, cv2.LINE_AA)
                yield

    def _lines(self, rings: Sequence[Points], color: Bgra, width: int, kind: int) -> None:
        width = self._placing.camera.pixels(width)
        cv2.polylines(self._pixels, rings, True, color, width, kind, SHIFT)

    def _dashes(self, rows: Rows, dash: float, color: Bgra) -> Iterator[None]:
        height, width = self._pixels.shape[:2]
        camera = self._placing.camera
        margin = camera.pixels(MARGIN_PX)
        box = (-margin, -margin, width + margin, height + margin)
        for part in self._parts(rows):
            for row in part:
                ring = self._placing.exact(self._table.polygons[row].points)
                segments = dashes(ring, dash * camera.ratio, self._style.gap * camera.ratio, box)
                fixed = np.round(segments * (1 << SHIFT)).astype(np.int32)
                cv2.polylines(self._pixels, list(fixed), False, color, camera.pixels(2), cv2.LINE_AA, SHIFT)
            yield


def _fill(pixels: NDArray[np.uint8], points: Points, value: Bgra | int) -> None:
    if len(points):
        # On screen half a pixel more does not show, and nothing fills faster; masks come from labeler.raster.
        cv2.fillPoly(pixels, [points], value, cv2.LINE_8, SHIFT)  # noqa: TID251


def _put(pixels: Pixels, mask: NDArray[np.bool_], color: Bgra) -> None:
    """The colour where the mask is; a pixel at a time, which is many times faster than a byte."""
    whole = pixels.view(np.uint32)[..., 0]
    np.copyto(whole, np.array(color, np.uint8).view(np.uint32)[0], where=mask)
