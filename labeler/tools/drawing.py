"""Drawing a polygon: clicks and freehand strokes in the same ring, live in the annotation while it grows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from labeler.document import edits
from labeler.document.model import Annotation, Instance, Polygon, PolygonRef, Role
from labeler.geometry.closing import trimmed
from labeler.geometry.nearest import Position
from labeler.geometry.rings import Ring
from labeler.i18n import _
from labeler.tools.context import Context
from labeler.tools.draft import Draft
from labeler.tools.drafting import Drafting, kept_points
from labeler.tools.editing import Editing, PressingPolygon
from labeler.tools.events import PointerEvent
from labeler.tools.picking import PICK_TOLERANCE_PX
from labeler.tools.roles import commit_name, refusal, role_for, target_hint
from labeler.tools.snapping import Aim, aimed
from labeler.tools.state import Cursor, Overlay, State

Made = tuple[Annotation, tuple[PolygonRef, ...]]


@dataclass(frozen=True)
class ReadyToDraw(Editing):
    """The next press starts a polygon, or edits one whose outline is under the pointer."""

    role: Role = Role.INCLUDE
    #: What was cancelled or stepped back to nothing, so that redo can bring it back.
    given_up: Draft | None = None
    #: Where a press would start, when that is not where the pointer is.
    aim: Aim | None = None

    def look(self, context: Context, event: PointerEvent) -> Editing:
        here = super().look(context, event)
        assert isinstance(here, ReadyToDraw)
        starts = (event.alt or here.hovered is None) and not context.read_only
        aim = aimed(context, event) if starts else None
        return replace(here, aim=aim if aim and aim.snaps else None)

    def press(self, context: Context, event: PointerEvent) -> State:
        if event.alt and not context.read_only:
            return self.start(context, event)
        # What is done next is no longer followed by what was given up.
        return Editing.press(replace(self, given_up=None), context, event)

    def press_on_nothing(self, context: Context, event: PointerEvent) -> State:
        if context.read_only:
            return super().press_on_nothing(context, event)
        return self.start(context, event)

    def drag_polygon(self, context: Context, pressed: PressingPolygon, event: PointerEvent) -> State:
        """Freehand may start on a neighbour's outline; the edges of a selected polygon bend."""
        if pressed.was_selected:
            return super().drag_polygon(context, pressed, event)
        # It was pressed to draw and not to be selected: the draft goes where the hint said.
        context.select(pressed.before)
        return self.start(context, replace(event, position=pressed.start)).move(context, event)

    def start(self, context: Context, event: PointerEvent) -> State:
        if refusal(context, role_for(self.role, flipped=event.alt)):
            return self
        return Drawing(home=ReadyToDraw(role=self.role), role=self.role).press(context, event)

    def start_at(self, context: Context, event: PointerEvent) -> State:
        """A first point here without the button, on whatever lies here."""
        if context.read_only:
            return self
        started = self.start(context, event)
        return started.release(context, event)

    def cancel(self, context: Context) -> State:
        super().cancel(context)
        return replace(self, given_up=None) if self.given_up else self

    def step_forward(self, context: Context) -> State:
        if self.given_up is None:
            return self
        draft = self.given_up if self.given_up.strokes else self.given_up.stepped_forward()
        return Drawing(home=ReadyToDraw(role=self.role), role=self.role, draft=draft).shown(context)

    @property
    def can_step_forward(self) -> bool:
        return self.given_up is not None

    @property
    def forward_name(self) -> str:
        return _("cancelled drawing") if self.given_up and self.given_up.strokes else super().forward_name

    def overlay(self, context: Context) -> Overlay:
        overlay = super().overlay(context)
        return replace(overlay, marks=(*overlay.marks, *self.aim.marks)) if self.aim else overlay

    def hint(self, context: Context) -> str:
        if context.read_only:
            return context.read_only
        if refused := refusal(context, self.role):
            return refused
        return f"{target_hint(context, self.role)} {_('Click or drag to start.')}"

    def cursor(self, context: Context) -> Cursor:
        return Cursor.HAND if self.hovered else Cursor.CROSS


@dataclass(frozen=True, kw_only=True)
class Drawing(Drafting):
    """A draft that becomes a polygon; a press on its first point closes it."""

    home: ReadyToDraw
    role: Role

    # --- where it ends -----------------------------------------------------------------------------------

    def end_at(self, context: Context, position: Position) -> Position | None:
        draft = self.draft
        if not draft.strokes:
            return None
        first = draft.strokes[0][0]
        if not self.is_at(context, position, first) or (
            draft.is_freehand and not self.went_away(context, first)
        ):
            return None
        return first if len(draft.points) >= 3 else None

    def end(self, context: Context, *, freehand: bool = False) -> State:
        line = np.array(self.line)
        return self._made(context, self._trimmed(context, line) if freehand else line, context.options.clip)

    def _trimmed(self, context: Context, line: Ring) -> Ring:
        """Without what a stroke that comes back to the first point overshot it by."""
        return trimmed(line, PICK_TOLERANCE_PX * context.pixel)

    # --- keys --------------------------------------------------------------------------------------------

    def finish(self, context: Context) -> State:
        return self._finished(context, clip=context.options.clip)

    def finish_otherwise(self, context: Context) -> State:
        return self._finished(context, clip=not context.options.clip)

    def _finished(self, context: Context, *, clip: bool) -> State:
        draft = self.let_go(context)
        return draft._made(context, np.array(draft.draft.points), clip)

    def settle(self, context: Context) -> State:
        for clip in (context.options.clip, False):  # rather over its neighbours than lost
            if self._finished(context, clip=clip) is self.home:
                return self.home
        return self.cancel(context)

    def cancel(self, context: Context) -> State:
        context.session.rollback()
        # What can be redone goes before what was only begun.
        if context.session.redo_name is not None:
            return self.home
        return replace(self.home, given_up=self.draft.ended(context.pixel))

    def emptied(self, context: Context, draft: Draft) -> State:
        context.session.rollback()
        return replace(self.home, given_up=draft)

    # --- what it makes -----------------------------------------------------------------------------------

    @property
    def final_role(self) -> Role:
        return role_for(self.role, flipped=self.flipped)

    def _made(self, context: Context, line: Ring, clip: bool) -> State:
        """Commit the line as a polygon; this draft where that cannot be."""
        polygon = self._polygon(line)
        if polygon is None or refusal(context, self.final_role):
            return self
        made = self._added(context, polygon)
        if clip and polygon.role is Role.INCLUDE:
            from labeler.tools.clipping import clipped  # few clip, and it takes a while to load

            clips = clipped(context, polygon)
            if clips is None:
                return replace(self, remark=_("Its neighbours cover all of it: nothing would be left."))
            made = clips
        context.session.commit(commit_name(polygon.role), made[0])
        context.select(made[1])
        return self.home

    def shown(self, context: Context) -> Drawing:
        """This draft, with the annotation it would make previewed, the pointer as its last point."""
        polygon = self._polygon(self._seen(context))
        if polygon:
            annotation = self._added(context, polygon)[0]
            if annotation != context.annotation:  # a click takes the point that was shown already
                context.session.preview(annotation)
        elif context.session.is_previewing:
            context.session.rollback()
        return self

    def _seen(self, context: Context) -> Ring:
        """The line up to the pointer."""
        if self.aim is None:
            return np.array(self.line)
        if not self.aim.ends:
            return np.array([*self.line, self.aim.position])
        line = np.array(self.line)
        return self._trimmed(context, line) if self.draft.is_freehand else line

    def _polygon(self, line: Ring) -> Polygon | None:
        """What the line closes to; None while it has too few points."""
        ring = kept_points(line)
        return Polygon(self.final_role, ring) if len(ring) >= 3 else None

    def _added(self, context: Context, polygon: Polygon) -> Made:
        owner = context.target(polygon.role)
        if owner is not None:
            annotation, ref = edits.add_polygon(context.base, owner, polygon)
            return annotation, (ref,)
        new = Instance(context.draft_id, context.current_class, (polygon,))
        return edits.add_instance(context.base, new), (PolygonRef(new.id, 0),)

    # --- what it shows -----------------------------------------------------------------------------------

    def overlay(self, context: Context) -> Overlay:
        return Overlay(
            draft=self.line,
            rubber=self.aim.position if self.aim else None,
            role=self.final_role,
            closes=self.aim is not None and self.aim.ends,
            marks=self.aim.marks if self.aim else (),
        )

    def hint(self, context: Context) -> str:
        if refused := refusal(context, self.final_role):
            return refused
        if said := self.remark or self.way_hint():
            return said
        target = target_hint(context, self.final_role)
        if len(self.draft.points) < 3:
            return f"{target} {_('Click the next point, or drag freehand.')}"
        return f"{target} {_('Close on the first point, by double-click or Enter.')}"
