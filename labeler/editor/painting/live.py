"""What follows the pointer: selection, hover, the draft. Painted straight onto the widget, so few at most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from labeler.document.model import Annotation, Owner, Polygon, PolygonRef, Role
from labeler.document.table import PolygonTable, differing
from labeler.editor.painting.drafts import HANDLE_SPACING_PX, MANY_POINTS, apart, paint_draft, paint_pluses
from labeler.editor.painting.marks import on_screen, paint_mark
from labeler.editor.painting.outlines import Outline, paint_outlines, shown_box
from labeler.editor.painting.style import Bgra, Style, bgra
from labeler.geometry.nearest import Position
from labeler.geometry.rings import Box
from labeler.geometry.viewport import Viewport
from labeler.tools.state import Mark, MarkKind, Overlay

#: How far live things reach beyond their geometry, in screen pixels.
REACH_PX = 12
_HANDLE_PX = 5.0
#: A wide pen costs Qt ten times a hairline: beyond this many selected polygons the hairline must do.
_MANY_SELECTED = 50


@dataclass(frozen=True, eq=False)
class SelectedRows:
    """Selected polygons as rows of the table of what is shown."""

    table: PolygonTable
    rows: NDArray[np.int64]

    def within(self, box: Box) -> list[PolygonRef]:
        """Those whose boxes touch a box of the image."""
        return [self.table.ref(row) for row in self.rows[self.table.within(box)[self.rows]].tolist()]

    def bounds(self) -> list[Box]:
        """The box around all of them."""
        if not len(self.rows):
            return []
        left, top, right, bottom = self.table.boxes[:, self.rows]
        return [(float(left.min()), float(top.min()), float(right.max()), float(bottom.max()))]


@dataclass(frozen=True)
class Live:
    """All that is painted live in one frame."""

    annotation: Annotation
    selection: tuple[PolygonRef, ...]
    overlay: Overlay
    #: The rows of the selection; many are looked through by their boxes.
    rows: SelectedRows | None = None

    def selected_in(self, box: Box) -> Sequence[PolygonRef]:
        """The selected polygons that a box of the image shows, and perhaps more."""
        return self.rows.within(box) if self.rows else self.selection

    def changes(self, after: Live) -> Iterator[Box]:
        """Where the next frame looks different, in image pixels; ``REACH_PX`` on screen must be added."""
        if self.selection != after.selection:
            yield from self._selected_bounds()
            yield from after._selected_bounds()
        if self.annotation is not after.annotation:
            yield from self._reshaped(after)
        if self._pointed_at != after._pointed_at:
            yield from self._around_pointed()
            yield from after._around_pointed()
        if self.overlay.draft or after.overlay.draft:
            yield from self._drawn(after)
            yield from map(box_around, self._rubber_lines ^ after._rubber_lines)
        yield from self._marks_unlike(after)

    def _marks_unlike(self, after: Live) -> Iterator[Box]:
        """The marks that only one of the two has."""
        old, new = self.overlay.marks, after.overlay.marks
        if old == new:
            return
        unlike = {*old} ^ {*new}
        for mark, later in zip(old, new):
            if mark != later and _has_grown(mark, later):
                unlike -= {mark, later}
                unlike.add(replace(later, points=later.points[max(len(mark.points) - 1, 0) :]))
        yield from (mark_box(mark) for mark in unlike if mark.points)

    def _selected_bounds(self) -> Iterator[Box]:
        """Around each selected polygon, of many around all."""
        return iter(self.rows.bounds()) if self.rows else self._bounds(self.selection)

    def _bounds(self, refs: Iterable[PolygonRef]) -> Iterator[Box]:
        return (self.annotation.polygon(ref).bounds for ref in refs if ref.in_(self.annotation))

    def _reshaped(self, after: Live) -> Iterator[Box]:
        """Selected and marked polygons of another shape or class than before."""
        selection = self.selection
        if self.rows and after.rows and len(self.annotation.instances) == len(after.annotation.instances):
            yield from _changed_bounds(self.annotation, after.annotation)
            selection = ()
        for ref in (*selection, *self._marked()):
            old, new = _look(self.annotation, ref), _look(after.annotation, ref)
            if old[0] is not new[0] or old[1] != new[1]:
                yield from (polygon.bounds for polygon in (old[0], new[0]) if polygon)

    @property
    def _pointed_at(self) -> tuple[object, ...]:
        overlay = self.overlay
        return overlay.hovered, overlay.vertex, overlay.adds, overlay.deletes

    def _around_pointed(self) -> Iterator[Box]:
        """The hovered polygon, vertex and edge."""
        yield from self._bounds(self._marked())
        if self.overlay.adds:
            yield box_around([self.overlay.adds])

    @property
    def _rubber_lines(self) -> set[tuple[Position, ...]]:
        """From the draft to the pointer and on to the first point; that alone too where a click closes."""
        overlay = self.overlay
        if not overlay.draft:
            return set()
        lines: set[tuple[Position, ...]] = {overlay.draft[:1]} if overlay.closes else set()
        if overlay.rubber:
            lines.add((overlay.draft[-1], overlay.rubber))
            if not overlay.is_open:
                lines.add((overlay.rubber, overlay.draft[0]))
        return lines

    def _marked(self) -> Iterator[PolygonRef]:
        """The polygons that are hovered or have a marked vertex."""
        overlay = self.overlay
        marked = (overlay.hovered, overlay.vertex.ref if overlay.vertex else None)
        return (ref for ref in marked if ref)

    def _drawn(self, after: Live) -> Iterator[Box]:
        """Of a draft that only grew its new points, else all of it: long strokes grow at mouse speed."""
        old, new = self.overlay.draft, after.overlay.draft
        marked_alike = (len(old) < MANY_POINTS) == (len(new) < MANY_POINTS)
        if marked_alike and self.overlay.role is after.overlay.role and old == new[: len(old)]:
            if len(new) > len(old):
                yield box_around(new[max(len(old) - 1, 0) :])
            return
        for live in (self, after):
            draft = live.overlay.draft
            yield from map(box_around, [draft, *live._rubber_lines] if draft else ())


def _changed_bounds(before: Annotation, after: Annotation) -> Iterator[Box]:
    """Around all polygons of owners that are not the same; as many instances before as after."""
    places = differing(before.instances, after.instances)
    owners: list[Owner] = [a.instances[place].id for place in places for a in (before, after)]
    owners += [
        role for role in (Role.EXCLUDE, Role.IGNORE) if before.polygons(role) is not after.polygons(role)
    ]
    for owner in set(owners):
        for annotation in (before, after):
            if isinstance(owner, Role) or annotation.has_instance(owner):
                yield from (polygon.bounds for polygon in annotation.polygons(owner))


@lru_cache(maxsize=256)
def _lighter(color: str) -> Bgra:
    return bgra(QColor(color).lighter(125).name())


def _look(annotation: Annotation, ref: PolygonRef) -> tuple[Polygon | None, str]:
    """The polygon and what its colour depends on."""
    if not ref.in_(annotation):
        return None, ""
    class_name = annotation.instance(ref.owner).class_name if isinstance(ref.owner, str) else ""
    return annotation.polygon(ref), class_name


def box_around(points: Iterable[Position]) -> Box:
    array = np.array(list(points))
    left, top = array.min(axis=0).tolist()
    right, bottom = array.max(axis=0).tolist()
    return left, top, right, bottom


def _has_grown(old: Mark, new: Mark) -> bool:
    """A stroke goes on: only its new part looks different."""
    return new.kind is MarkKind.STROKE and replace(new, points=new.points[: len(old.points)]) == old


def mark_box(mark: Mark) -> Box:
    left, top, right, bottom = box_around(mark.points)
    return left - mark.radius, top - mark.radius, right + mark.radius, bottom + mark.radius


class LivePainter:
    def __init__(self, style: Style) -> None:
        self.style = style

    def paint(self, painter: QPainter, view: Viewport, live: Live) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        annotation, overlay = live.annotation, live.overlay
        hovered = overlay.hovered
        # What is selected is marked already, and its fill would hide what was just drawn.
        if hovered and hovered not in live.selection and hovered.in_(annotation):
            self._hovered(painter, view, annotation, hovered)
        is_wide = len(live.selection) <= _MANY_SELECTED
        selected = [ref for ref in live.selected_in(shown_box(painter, view)) if ref.in_(annotation)]
        outlines = [self._outline(annotation, ref) for ref in selected]
        paint_outlines(painter, view, outlines, width=2 if is_wide else 1, shade=4 if is_wide else 0)
        if is_wide:
            # Where a vertex is added or deleted, the others would be in the way of seeing the edge.
            bare = (overlay.hovered,) if overlay.adds or overlay.deletes else ()
            for ref in (ref for ref in selected if ref not in bare):
                self._handles(painter, view, annotation.polygon(ref))
        if overlay.vertex and overlay.vertex.ref.in_(annotation):
            self._vertex(painter, view, annotation, overlay)
        if overlay.adds:
            paint_pluses(painter, [view.to_screen(overlay.adds)], QColor("white"), 7.0)
        if overlay.draft:
            paint_draft(painter, view, overlay, self._role_color(overlay.role))
        for mark in overlay.marks:
            paint_mark(painter, view, mark, self._role_color(mark.role))

    def _color_name(self, annotation: Annotation, ref: PolygonRef) -> str:
        role = annotation.polygon(ref).role
        if role is Role.EXCLUDE:
            return self.style.exclude
        if role is Role.IGNORE or isinstance(ref.owner, Role):
            return self.style.ignore
        return self.style.color_of(annotation.instance(ref.owner))

    def _hovered(self, painter: QPainter, view: Viewport, annotation: Annotation, ref: PolygonRef) -> None:
        fill = QColor(self._color_name(annotation, ref))
        fill.setAlpha(72)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(on_screen(annotation.polygon(ref).points, view), Qt.FillRule.OddEvenFill)

    def _outline(self, annotation: Annotation, ref: PolygonRef) -> Outline:
        polygon = annotation.polygon(ref)
        color = _lighter(self._color_name(annotation, ref))
        return Outline(polygon.points, polygon.bounds, color, dashed=polygon.role is not Role.INCLUDE)

    def _handles(self, painter: QPainter, view: Viewport, polygon: Polygon) -> None:
        left, top, right, bottom = view.visible
        x, y = polygon.points.T
        points = polygon.points[(x >= left) & (x <= right) & (y >= top) & (y <= bottom)]
        points = apart(points, HANDLE_SPACING_PX * view.pixel)
        if not len(points):
            return
        handles = on_screen(points, view)
        for color, size in ((QColor(0, 0, 0, 200), _HANDLE_PX + 2), (QColor("white"), _HANDLE_PX)):
            painter.setPen(QPen(color, size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
            painter.drawPoints(handles)

    def _vertex(self, painter: QPainter, view: Viewport, annotation: Annotation, overlay: Overlay) -> None:
        assert overlay.vertex
        points = annotation.polygon(overlay.vertex.ref).points
        if overlay.vertex.vertex >= len(points):
            return
        x, y = points[overlay.vertex.vertex].tolist()
        at = QPointF(*view.to_screen((x, y)))
        painter.setPen(QPen(QColor("black"), 1.5))
        painter.setBrush(QColor("#ffd60a"))
        painter.drawEllipse(at, 5.5, 5.5)
        if overlay.deletes:
            painter.setPen(QPen(QColor("#d00000"), 2.5))
            painter.drawLine(at + QPointF(-7, -7), at + QPointF(7, 7))
            painter.drawLine(at + QPointF(-7, 7), at + QPointF(7, -7))

    def _role_color(self, role: Role | None) -> QColor:
        """Of what is not there yet, so has no class."""
        colors = {Role.EXCLUDE: self.style.exclude, Role.IGNORE: self.style.ignore}
        return QColor(colors.get(role, "white") if role else "white")


def screen_rect(box: Box, view: Viewport) -> QRectF:
    """The part of the canvas that a box of the image and what reaches beyond it cover."""
    left, top = view.to_screen((box[0], box[1]))
    right, bottom = view.to_screen((box[2], box[3]))
    return QRectF(left - REACH_PX, top - REACH_PX, right - left + 2 * REACH_PX, bottom - top + 2 * REACH_PX)
