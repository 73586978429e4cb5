"""Choosing many at once: a box around vertices of what is selected, or around polygons; moving the chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from labeler.document import edits
from labeler.document.edits import Refs
from labeler.document.model import PolygonRef
from labeler.geometry.clipping import visible_spans
from labeler.geometry.nearest import Position
from labeler.geometry.rings import Box
from labeler.i18n import _
from labeler.tools.context import Context
from labeler.tools.editing import Editing
from labeler.tools.events import PointerEvent
from labeler.tools.picking import VertexHit
from labeler.tools.sharing import with_shared_vertices
from labeler.tools.snapping import Aim, aimed
from labeler.tools.state import Cursor, Mark, MarkKind, Overlay, State, is_drag

Chosen = dict[PolygonRef, tuple[int, ...]]


@dataclass(frozen=True)
class PressingNothing(State):
    """The button is down where nothing is: a click lets go of the selection, a drag opens a box."""

    home: Editing
    start: Position
    #: Shift is held: what the box catches joins what is selected.
    adds: bool = False
    #: A click leaves the selection as it is.
    keeps: bool = False

    @property
    def is_gesture(self) -> bool:
        return True

    def move(self, context: Context, event: PointerEvent) -> State:
        if not is_drag(context, self.start, event.position):
            return self
        return OpeningBox(self.home, self.start, event.position, self.adds)

    def release(self, context: Context, event: PointerEvent) -> State:
        if not self.keeps:
            context.select(())
        return self.home.look(context, event)

    def double_press(self, context: Context, event: PointerEvent) -> State:
        return self

    def cancel(self, context: Context) -> State:
        return self.home

    def hint(self, context: Context) -> str:
        return self.home.hint(context)


@dataclass(frozen=True)
class OpeningBox(State):
    home: Editing
    start: Position
    end: Position
    adds: bool

    @property
    def is_gesture(self) -> bool:
        return True

    @property
    def box(self) -> Box:
        (x1, y1), (x2, y2) = self.start, self.end
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)

    def move(self, context: Context, event: PointerEvent) -> State:
        return replace(self, end=event.position)

    def release(self, context: Context, event: PointerEvent) -> State:
        box = replace(self, end=event.position).box
        vertices = vertices_in(context, box)
        if vertices:
            before = context.vertices if self.adds else {}
            joined = {ref: (*before.get(ref, ()), *found) for ref, found in vertices.items()}
            context.choose_vertices(before | joined)
        else:
            caught = set(polygons_in(context, box)) | set(context.selection if self.adds else ())
            context.select(context.table.in_order(caught))
        return self.home.look(context, event)

    def cancel(self, context: Context) -> State:
        return self.home

    def overlay(self, context: Context) -> Overlay:
        left, top, right, bottom = self.box
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        return Overlay(marks=(Mark(MarkKind.FRAME, corners), *chosen_mark(context)))

    def hint(self, context: Context) -> str:
        if context.selection:
            return _("Release to choose the vertices in the box, Esc to leave it.")
        return _("Release to select what lies in the box, Esc to leave it.")

    def cursor(self, context: Context) -> Cursor:
        return Cursor.CROSS


@dataclass(frozen=True)
class MovingVertices(State):
    """The chosen vertices follow the pointer together."""

    home: Editing
    vertices: Chosen
    #: The one that was pressed, and where.
    hit: VertexHit
    start: Position
    moved: bool = False
    aim: Aim | None = None

    @property
    def is_gesture(self) -> bool:
        return True

    def move(self, context: Context, event: PointerEvent) -> State:
        if not self.moved and not is_drag(context, self.start, event.position):
            return self
        vertices = self.vertices if self.moved else with_shared_vertices(context, self.vertices)
        x, y = context.base.polygon(self.hit.ref).points[self.hit.vertex].tolist()
        dx, dy = event.position[0] - self.start[0], event.position[1] - self.start[1]
        # The pressed one is where it should be, and the others follow it.
        event = replace(event, position=(x + dx, y + dy))
        aim = aimed(context, event, (x, y), straight=event.shift_only, but=vertices)
        to_x, to_y = aim.position
        context.session.preview(edits.move_vertices(context.base, vertices, to_x - x, to_y - y))
        return replace(self, vertices=vertices, moved=True, aim=aim)

    def release(self, context: Context, event: PointerEvent) -> State:
        context.session.commit(_("Move vertices"))
        return self.home.look(context, event)

    def cancel(self, context: Context) -> State:
        context.session.rollback()
        return self.home

    def settle(self, context: Context) -> State:
        context.session.commit(_("Move vertices"))
        return self.home

    def overlay(self, context: Context) -> Overlay:
        return Overlay(marks=(*chosen_mark(context), *(self.aim.marks if self.aim else ())))

    def hint(self, context: Context) -> str:
        return _("Release to place the vertices (Shift: straight, S: no snapping), Esc to leave them.")

    def cursor(self, context: Context) -> Cursor:
        return Cursor.MOVE


def vertices_in(context: Context, box: Box) -> Chosen:
    """The vertices of selected polygons that a box holds, of those that may be changed."""
    found: Chosen = {}
    for ref in context.editable(context.selection):
        polygon = context.base.polygon(ref)
        if _overlap(polygon.bounds, box):
            x, y = polygon.points.T
            inside = (x >= box[0]) & (x <= box[2]) & (y >= box[1]) & (y <= box[3])
            if inside.any():
                found[ref] = tuple(np.flatnonzero(inside).tolist())
    return found


def polygons_in(context: Context, box: Box) -> Refs:
    """The shown and unlocked polygons that lie in a box; those that it touches if none lies in it wholly."""
    near = tuple(context.picker.meeting(box))
    within = tuple(ref for ref in near if _within(context.base.polygon(ref).bounds, box))
    return within or tuple(ref for ref in near if _reaches(context, ref, box))


def _reaches(context: Context, ref: PolygonRef, box: Box) -> bool:
    """Whether an edge of the polygon runs through the box."""
    edges, _spans = visible_spans(context.base.polygon(ref).points, box)
    return len(edges) > 0


def chosen_mark(context: Context) -> tuple[Mark, ...]:
    """The chosen vertices where they are shown now."""
    points: list[Position] = []
    for ref, found in context.vertices.items():
        if ref.in_(context.annotation):
            ring = context.annotation.polygon(ref).points
            points += [(x, y) for x, y in ring[[i for i in found if i < len(ring)]].tolist()]
    return (Mark(MarkKind.CHOSEN, tuple(points)),) if points else ()


def _overlap(a: Box, b: Box) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def _within(inner: Box, outer: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
