"""Redrawing a section: from a vertex of a polygon over clicks and strokes to another one, the rest stays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from labeler.document import edits
from labeler.document.model import Annotation, Polygon, PolygonRef
from labeler.geometry.nearest import Position, nearest_vertex
from labeler.geometry.rings import Ring
from labeler.geometry.sections import Place, length, sections
from labeler.i18n import _
from labeler.tools.context import Context
from labeler.tools.draft import Draft
from labeler.tools.drafting import Drafting, kept_points
from labeler.tools.picking import PICK_TOLERANCE_PX
from labeler.tools.state import Mark, MarkKind, Overlay, State

if TYPE_CHECKING:
    from labeler.tools.editing import Editing


@dataclass(frozen=True, kw_only=True)
class RedrawingSection(Drafting):
    """Ends on another vertex and takes the place of the shorter way between the two, with Alt the longer."""

    ref: PolygonRef
    vertex: int

    # --- where it ends -----------------------------------------------------------------------------------

    def end_at(self, context: Context, position: Position) -> Position | None:
        place = self._end_place(context, position)
        if place is None or (self.draft.is_freehand and not self.went_away(context, place.position)):
            return None
        return place.position if self._replaced(context, place) is not None else None

    def _end_place(self, context: Context, position: Position) -> Place | None:
        near = nearest_vertex(self._ring(context), position, PICK_TOLERANCE_PX * context.pixel)
        return self._place(context, near.vertex) if near and near.vertex != self.vertex else None

    def _place(self, context: Context, vertex: int) -> Place:
        x, y = self._ring(context)[vertex].tolist()
        return Place(vertex, (x, y))

    def _ring(self, context: Context) -> Ring:
        return context.base.polygon(self.ref).points

    @property
    def changing(self) -> tuple[PolygonRef, ...]:
        return (self.ref,)

    # --- what it makes -----------------------------------------------------------------------------------

    def end(self, context: Context, *, freehand: bool = False) -> State:
        context.session.commit(_("Redraw section"), self._made(context))
        return self._home

    def finish(self, context: Context) -> State:
        if self.aim and self.aim.ends:
            return self.let_go(context).end(context)
        return replace(self, remark=_("The section ends on another vertex of the polygon: click one."))

    def cancel(self, context: Context) -> State:
        context.session.rollback()
        return self._home

    @property
    def _home(self) -> State:
        return replace(self.home, vertex=None, edge=None, hovered=None)

    def shown(self, context: Context) -> RedrawingSection:
        made = self._made(context)
        if made:
            context.session.preview(made)
        elif context.session.is_previewing:
            context.session.rollback()
        return self

    def _made(self, context: Context) -> Annotation | None:
        """The annotation with the section in its place, when the pointer is where it ends."""
        if self.aim is None or not self.aim.ends:
            return None
        end = self._end_place(context, self.aim.position)
        ring = self._replaced(context, end) if end else None
        if ring is None:
            return None

        def redrawn(polygon: Polygon) -> Polygon:
            return replace(polygon, points=ring)

        return edits.update_polygons(context.base, [self.ref], redrawn)

    def _replaced(self, context: Context, end: Place) -> Ring | None:
        """The polygon's ring with the section up to ``end`` in it; None where too little would be left."""
        start = self._place(context, self.vertex)
        onward, back = sections(self._ring(context), start, end)
        ways = [length([start.position, *way, end.position]) for way in (onward, back)]
        section = np.array([*self.line, end.position])
        if (ways[0] <= ways[1]) is not self.flipped:
            ring = kept_points(np.vstack([section, back[::-1]]))
        else:
            ring = kept_points(np.vstack([section[:1], onward, section[:0:-1]]))
        return ring if len(ring) >= 3 else None

    # --- what it shows -----------------------------------------------------------------------------------

    def overlay(self, context: Context) -> Overlay:
        marks = self.aim.marks if self.aim else ()
        if self.aim and self.aim.ends:
            marks = (Mark(MarkKind.CHOSEN, (self.aim.position,)),)
        return Overlay(
            draft=self.line,
            rubber=self.aim.position if self.aim else None,
            is_open=True,
            role=context.base.polygon(self.ref).role,
            marks=marks,
        )

    def hint(self, context: Context) -> str:
        if said := self.remark or self.way_hint():
            return said
        return _("Draw the section anew and end it on another vertex; Alt: the other side of the polygon.")


def redraw_from(home: Editing, context: Context, ref: PolygonRef, vertex: int, pressed_at: Position) -> State:
    """The vertex is pressed: what follows is drawn from it."""
    x, y = context.base.polygon(ref).points[vertex].tolist()
    return RedrawingSection(home, Draft((((x, y),),)), pressed_at=pressed_at, ref=ref, vertex=vertex)
