"""Changing what is there: drag, add and delete vertices, move polygons. Shared by all tools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from labeler.document import edits
from labeler.document.edits import Refs
from labeler.document.model import Annotation, PolygonRef
from labeler.geometry.nearest import Position
from labeler.geometry.snapping import straightened
from labeler.i18n import _
from labeler.tools.context import Context
from labeler.tools.events import PointerEvent
from labeler.tools.picking import PICK_TOLERANCE_PX, EdgeHit, VertexHit
from labeler.tools.redrawing import redraw_from
from labeler.tools.sharing import shared_vertices, with_shared_edges, with_shared_vertices
from labeler.tools.snapping import Aim, aimed
from labeler.tools.state import Cursor, Overlay, State, is_drag


@dataclass(frozen=True)
class Editing(State):
    """Idle over the polygons: shows what is under the pointer and starts the gestures that change it."""

    hovered: PolygonRef | None = None
    vertex: VertexHit | None = None
    edge: EdgeHit | None = None
    ctrl: bool = False
    #: Where the last click was: another at the same place goes to what lies underneath.
    clicked: Position | None = None

    @property
    def picks_inside(self) -> bool:
        """Whether a press within a polygon picks it, not only one on its outline."""
        return False

    def move(self, context: Context, event: PointerEvent) -> State:
        hits = self.look(context, event)
        return self if hits == self else hits

    def look(self, context: Context, event: PointerEvent) -> Editing:
        """This state with what lies under the pointer now."""
        tolerance = PICK_TOLERANCE_PX * context.pixel
        among = None if event.ctrl_only else context.selection
        vertex = context.picker.vertex(event.position, tolerance, among)
        edge = None if vertex else context.picker.edge(event.position, tolerance, first=context.selection)
        hovered = vertex.ref if vertex else edge.ref if edge else self.reach(context, event)
        return replace(self, vertex=vertex, edge=edge, hovered=hovered, ctrl=event.ctrl_only)

    def reach(self, context: Context, event: PointerEvent) -> PolygonRef | None:
        """What a press would pick where there is neither vertex nor edge."""
        return context.picker.inside(event.position) if self.picks_inside else None

    def press(self, context: Context, event: PointerEvent) -> State:
        here = self.look(context, event)
        if not context.read_only:
            if event.ctrl_only and here.vertex:
                return here.delete_vertex(context, here.vertex)
            if here.vertex and event.shift_only:
                return redraw_from(here, context, here.vertex.ref, here.vertex.vertex, event.position)
            if here.vertex:
                return here.grab_vertex(context, here.vertex, event)
            if event.ctrl_only and here.edge:
                return here.add_vertex(context, here.edge, event)
        if here.hovered:
            return here.press_on_polygon(context, event)
        return here.press_on_nothing(context, event)

    def press_on_polygon(self, context: Context, event: PointerEvent) -> State:
        assert self.hovered is not None
        if event.shift_only:
            chosen = set(context.selection) ^ {self.hovered}
            context.select(context.table.in_order(chosen))
            return self
        before = context.selection
        if self.clicked and not is_drag(context, self.clicked, event.position):
            under = self.under(context, event.position)
            again = next((ref for ref in under if ref in before), None)
            if again and len(before) == 1:
                return PressingPolygon(self, again, event.position, self.edge, before, then=Then.UNDERNEATH)
        if self.hovered in before:
            return PressingPolygon(self, self.hovered, event.position, self.edge, before, then=Then.ALONE)
        context.select([self.hovered])
        return PressingPolygon(self, self.hovered, event.position, self.edge, before)

    def drag_polygon(self, context: Context, pressed: PressingPolygon, event: PointerEvent) -> State:
        """The pressed polygon is dragged: a selected one bends its edge, else the selection moves."""
        if pressed.edge and pressed.was_selected:
            at_press = replace(event, position=pressed.start)
            return self.add_vertex(context, pressed.edge, at_press).move(context, event)
        refs = context.editable(context.selection)
        return MovingPolygons(self, refs, pressed.start).move(context, event)

    def press_on_nothing(self, context: Context, event: PointerEvent) -> State:
        context.select(())
        return self

    def next_under(self, context: Context, position: Position) -> Refs:
        """What lies under the selected polygon at ``position``; at the bottom the topmost again."""
        under = self.under(context, position)
        at = next((place for place, ref in enumerate(under) if ref in context.selection), -1)
        return (under[(at + 1) % len(under)],) if under else ()

    def under(self, context: Context, position: Position) -> list[PolygonRef]:
        """All that a press could pick at ``position``, the first at the front."""
        return context.picker.under(position, PICK_TOLERANCE_PX * context.pixel, inside=self.picks_inside)

    def delete_vertex(self, context: Context, hit: VertexHit) -> State:
        context.session.commit(_("Delete vertex"), edits.delete_vertex(context.base, hit.ref, hit.vertex))
        return replace(self, vertex=None, edge=None, hovered=None)

    def add_vertex(self, context: Context, hit: EdgeHit, event: PointerEvent) -> State:
        """Insert where the edge is, not where the pointer is, and go on dragging."""
        start = edits.insert_vertex(context.base, hit.ref, hit.vertex + 1, hit.position)
        start = with_shared_edges(context, start, hit)
        context.select([hit.ref])
        context.session.preview(start)
        vertex = VertexHit(hit.ref, hit.vertex + 1)
        return DraggingVertex(self, start, vertex, event.position, _("Add vertex"))

    def grab_vertex(self, context: Context, hit: VertexHit, event: PointerEvent) -> State:
        return DraggingVertex(self, context.base, hit, event.position, _("Move vertex"))

    def cancel(self, context: Context) -> State:
        """Esc with nothing under way lets go of the selection."""
        context.select(())
        return self

    def settle(self, context: Context) -> State:
        return self

    def nudge(self, context: Context, dx: float, dy: float) -> State:
        return Nudging(self).nudge(context, dx, dy)

    def pick_under(self, context: Context, position: Position) -> State:
        context.select(self.next_under(context, position))
        return self

    def overlay(self, context: Context) -> Overlay:
        hovered = self.hovered if self.hovered and self.hovered.in_(context.annotation) else None
        return Overlay(
            hovered=hovered,
            vertex=self.vertex,
            adds=self.edge.position if self.ctrl and self.edge else None,
            deletes=self.ctrl and self.vertex is not None,
        )

    def cursor(self, context: Context) -> Cursor:
        return Cursor.HAND if self.hovered else Cursor.ARROW


class Then(Enum):
    """What a click, unlike a drag, does when the button is up again."""

    NOTHING = "nothing"
    #: Several were selected: only the pressed one stays so.
    ALONE = "alone"
    #: It was clicked before: what lies underneath is selected.
    UNDERNEATH = "underneath"


@dataclass(frozen=True)
class PressingPolygon(State):
    """The button is down on a polygon: a click selects it, a drag moves it or bends its edge."""

    home: Editing
    ref: PolygonRef
    start: Position
    edge: EdgeHit | None
    #: What was selected before the press.
    before: Refs
    then: Then = Then.NOTHING

    @property
    def is_gesture(self) -> bool:
        return True

    @property
    def was_selected(self) -> bool:
        return self.ref in self.before

    def move(self, context: Context, event: PointerEvent) -> State:
        if context.read_only or not is_drag(context, self.start, event.position):
            return self
        return self.home.drag_polygon(context, self, event)

    def release(self, context: Context, event: PointerEvent) -> State:
        if self.then is Then.ALONE:
            context.select([self.ref])
        elif self.then is Then.UNDERNEATH:
            context.select(self.home.next_under(context, self.start))
        return replace(self.home.look(context, event), clicked=self.start)

    def double_press(self, context: Context, event: PointerEvent) -> State:
        return self

    def cancel(self, context: Context) -> State:
        context.select(self.before)
        return self.home

    def overlay(self, context: Context) -> Overlay:
        return self.home.overlay(context)

    def hint(self, context: Context) -> str:
        return self.home.hint(context)

    def cursor(self, context: Context) -> Cursor:
        return Cursor.HAND


@dataclass(frozen=True)
class DraggingVertex(State):
    home: Editing
    #: What every preview starts from, so that a drag of 300 moves equals one move.
    base: Annotation
    hit: VertexHit
    start: Position
    name: str
    moved: bool = False
    #: Vertices of other polygons that go along.
    along: tuple[VertexHit, ...] = ()
    aim: Aim | None = None

    @property
    def is_gesture(self) -> bool:
        return True

    def move(self, context: Context, event: PointerEvent) -> State:
        # A hand that trembles on a click must not move the vertex.
        if not self.moved and not is_drag(context, self.start, event.position):
            return self
        along = self.along if self.moved else shared_vertices(context, self.base, self.hit)
        aim = self.aimed(context, event, along)
        moved = self.base
        for hit in (self.hit, *along):
            moved = edits.move_vertex(moved, hit.ref, hit.vertex, aim.position)
        context.session.preview(moved)
        after = replace(self, moved=True, along=along, aim=aim)
        return self if after == self else after

    def aimed(self, context: Context, event: PointerEvent, along: tuple[VertexHit, ...]) -> Aim:
        """Where the vertex goes: it snaps itself, the pointer may have taken it a little beside."""
        x, y = self.base.polygon(self.hit.ref).points[self.hit.vertex].tolist()
        dx, dy = event.position[0] - self.start[0], event.position[1] - self.start[1]
        event = replace(event, position=(x + dx, y + dy))
        moving = {hit.ref for hit in (self.hit, *along)}
        return aimed(context, event, (x, y), straight=event.shift_only, but=moving)

    def release(self, context: Context, event: PointerEvent) -> State:
        context.session.commit(self.name)
        return self.home.look(context, event)

    def cancel(self, context: Context) -> State:
        context.session.rollback()
        return replace(self.home, vertex=None, edge=None, hovered=None)

    def settle(self, context: Context) -> State:
        context.session.commit(self.name)
        return self.home

    def overlay(self, context: Context) -> Overlay:
        return Overlay(vertex=self.hit, marks=self.aim.marks if self.aim else ())

    def hint(self, context: Context) -> str:
        return _("Release to place the vertex (Shift: straight, S: no snapping), Esc to leave it as it was.")

    def cursor(self, context: Context) -> Cursor:
        return Cursor.CROSS


@dataclass(frozen=True)
class MovingPolygons(State):
    home: Editing
    refs: Refs
    start: Position

    @property
    def is_gesture(self) -> bool:
        return True

    def move(self, context: Context, event: PointerEvent) -> State:
        x, y = straightened(self.start, event.position) if event.shift_only else event.position
        dx, dy = x - self.start[0], y - self.start[1]
        context.session.preview(edits.translate(context.base, self.refs, dx, dy))
        return self

    def release(self, context: Context, event: PointerEvent) -> State:
        context.session.commit(_("Move polygon"))
        return self.home.look(context, event)

    def cancel(self, context: Context) -> State:
        context.session.rollback()
        return replace(self.home, vertex=None, edge=None, hovered=None)

    def settle(self, context: Context) -> State:
        context.session.commit(_("Move polygon"))
        return self.home

    def hint(self, context: Context) -> str:
        return _("Release to place the polygon (Shift: straight), Esc to leave it where it was.")

    def cursor(self, context: Context) -> Cursor:
        return Cursor.MOVE


@dataclass(frozen=True)
class Nudging(State):
    """An arrow key is held: what is selected, or its chosen vertices, moves step by step."""

    home: Editing
    dx: float = 0.0
    dy: float = 0.0
    #: The chosen vertices and those that go along, as of the first step.
    vertices: Mapping[PolygonRef, tuple[int, ...]] | None = None

    @property
    def is_gesture(self) -> bool:
        return True

    def nudge(self, context: Context, dx: float, dy: float) -> State:
        refs = context.editable(context.selection)
        if not refs:
            return self.settle(context)
        nudged = replace(self, dx=self.dx + dx, dy=self.dy + dy)
        if context.vertices:
            vertices = self.vertices or with_shared_vertices(context, context.editable_vertices)
            nudged = replace(nudged, vertices=vertices)
            moved = edits.move_vertices(context.base, vertices, nudged.dx, nudged.dy)
        else:
            moved = edits.translate(context.base, refs, nudged.dx, nudged.dy)
        context.session.preview(moved)
        return nudged

    def key_released(self, context: Context) -> State:
        return self.settle(context)

    def press(self, context: Context, event: PointerEvent) -> State:
        return self.settle(context).press(context, event)

    def double_press(self, context: Context, event: PointerEvent) -> State:
        return self.settle(context).double_press(context, event)

    def finish(self, context: Context) -> State:
        return self.settle(context)

    def settle(self, context: Context) -> State:
        context.session.commit(_("Move vertices") if context.vertices else _("Move polygon"))
        return self.home

    def cancel(self, context: Context) -> State:
        context.session.rollback()
        return self.home

    def overlay(self, context: Context) -> Overlay:
        return self.home.overlay(context)

    def hint(self, context: Context) -> str:
        return _("Moved by {dx}, {dy} px.").format(dx=f"{self.dx:g}", dy=f"{self.dy:g}")
