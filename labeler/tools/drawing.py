"""Drawing a polygon: clicks and freehand strokes in the same ring, live in the annotation while it grows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot

import numpy as np

from labeler.document import edits
from labeler.document.model import (
    COORDINATE_LIMIT,
    DECIMALS,
    Annotation,
    Instance,
    Polygon,
    PolygonRef,
    Role,
)
from labeler.geometry.nearest import Position
from labeler.geometry.rings import Ring, simplified
from labeler.i18n import _
from labeler.tools.context import Context
from labeler.tools.editing import Editing, PressingPolygon, is_drag
from labeler.tools.events import PointerEvent
from labeler.tools.picking import PICK_TOLERANCE_PX
from labeler.tools.state import Cursor, Overlay, State

#: A freehand stroke keeps as few points as stay this near to it on screen (px).
FREEHAND_TOLERANCE_PX = 0.5
#: A stroke is simplified by pieces of so many positions while it grows: what follows costs by its points.
_PIECE = 64

Stroke = tuple[Position, ...]


@dataclass(frozen=True)
class ReadyToDraw(Editing):
    """The next press starts a polygon, or edits one whose outline is under the pointer."""

    role: Role = Role.INCLUDE
    #: What was stepped back to nothing, so that redo can bring the draft back.
    taken_back: tuple[Stroke, ...] = ()

    def press(self, context: Context, event: PointerEvent) -> State:
        if event.alt and not context.read_only:
            return self.start(context, event)
        # What is done next is no longer followed by what was taken back.
        return Editing.press(replace(self, taken_back=()), context, event)

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
        return Drawing(ReadyToDraw(role=self.role), role=self.role).press(context, event)

    def cancel(self, context: Context) -> State:
        super().cancel(context)
        return replace(self, taken_back=()) if self.taken_back else self

    def step_forward(self, context: Context) -> State:
        if not self.taken_back:
            return self
        draft = Drawing(ReadyToDraw(role=self.role), role=self.role, taken_back=self.taken_back)
        return draft.step_forward(context)

    @property
    def can_step_forward(self) -> bool:
        return bool(self.taken_back)

    def hint(self, context: Context) -> str:
        if context.read_only:
            return context.read_only
        if refused := refusal(context, self.role):
            return refused
        return f"{target_hint(context, self.role)} {_('Click or drag to start.')}"

    def cursor(self, context: Context) -> Cursor:
        return Cursor.HAND if self.hovered else Cursor.CROSS


@dataclass(frozen=True)
class Drawing(State):
    """A draft of ``strokes``: a click is a stroke of one point, a drag a stroke of many."""

    home: ReadyToDraw
    role: Role
    strokes: tuple[Stroke, ...] = ()
    taken_back: tuple[Stroke, ...] = ()
    #: Where the pointer is; None until it moved.
    pointer: Position | None = None
    #: Alt is held: the other role for this polygon.
    flipped: bool = False
    #: The button is down since here; ``trail`` is the freehand stroke so far.
    pressed_at: Position | None = None
    trail: Stroke = ()

    @property
    def is_gesture(self) -> bool:
        return True

    @property
    def points(self) -> Stroke:
        return tuple(point for stroke in self.strokes for point in stroke)

    # --- pointer -----------------------------------------------------------------------------------------

    def press(self, context: Context, event: PointerEvent) -> State:
        # The release of an earlier press may have gone to another window.
        draft = replace(self.with_trail(context), flipped=event.alt, pointer=event.position)
        if draft.closes_at(context, event.position):
            return draft.finish(context)
        return replace(
            draft,
            strokes=(*draft.strokes, (event.position,)),
            taken_back=(),
            pressed_at=event.position,
        ).shown(context)

    def move(self, context: Context, event: PointerEvent) -> State:
        draft = replace(self, flipped=event.alt, pointer=event.position)
        if draft.pressed_at is not None and (
            draft.trail or is_drag(context, draft.pressed_at, event.position)
        ):
            draft = replace(draft, trail=(*draft.trail, event.position))
        if len(draft.trail) > _PIECE:
            draft = replace(draft.simplified(context), trail=draft.trail[-1:])
        return draft.shown(context)

    def release(self, context: Context, event: PointerEvent) -> State:
        if self.pressed_at is None:
            return self
        draft = self.with_trail(context)
        if self.went_away(context) and draft.closes_at(context, event.position):
            return draft.finish(context)
        return draft.shown(context)

    def double_press(self, context: Context, event: PointerEvent) -> State:
        return replace(self, flipped=event.alt).finish(context)

    def with_trail(self, context: Context) -> Drawing:
        """The button is up: the freehand stroke is as long as it gets."""
        return replace(self.simplified(context), pressed_at=None, trail=())

    def simplified(self, context: Context) -> Drawing:
        """With the trail, simplified, at the end of the stroke that it belongs to."""
        if not self.trail:
            return self
        *earlier, stroke = self.strokes
        line = simplified(np.array([stroke[-1], *self.trail]), FREEHAND_TOLERANCE_PX * context.pixel)
        return replace(self, strokes=(*earlier, stroke + tuple((x, y) for x, y in line[1:].tolist())))

    def went_away(self, context: Context) -> bool:
        """The freehand stroke was away from the first point: a click that slips must not close a speck."""
        if not self.trail:
            return False
        return not all(self.at_first_point(context, p) for p in (*self.strokes[-1], *self.trail))

    def closes_at(self, context: Context, position: Position) -> bool:
        enough = sum(map(len, self.strokes)) >= 3
        return enough and self.at_first_point(context, position)

    def at_first_point(self, context: Context, position: Position) -> bool:
        x, y = self.strokes[0][0]
        return hypot(position[0] - x, position[1] - y) <= PICK_TOLERANCE_PX * context.pixel

    # --- keys --------------------------------------------------------------------------------------------

    def finish(self, context: Context) -> State:
        draft = self.with_trail(context)
        made = draft.applied(context.base, context, draft.points)
        if made is None or refusal(context, draft.final_role):
            return draft
        annotation, ref = made
        context.session.commit(commit_name(draft.final_role), annotation)
        context.select([ref])
        return self.home

    def cancel(self, context: Context) -> State:
        context.session.rollback()
        return self.home

    def settle(self, context: Context) -> State:
        finished = self.finish(context)
        return finished if finished is self.home else self.cancel(context)

    @property
    def can_step_back(self) -> bool:
        return True

    @property
    def can_step_forward(self) -> bool:
        return bool(self.taken_back)

    def step_back(self, context: Context) -> State:
        if self.pressed_at is not None:
            return self
        strokes, last = self.strokes[:-1], self.strokes[-1]
        taken_back = (*self.taken_back, last)
        if not strokes:
            context.session.rollback()
            return replace(self.home, taken_back=taken_back)
        return replace(self, strokes=strokes, taken_back=taken_back).shown(context)

    def step_forward(self, context: Context) -> State:
        if not self.taken_back or self.pressed_at is not None:
            return self
        strokes = (*self.strokes, self.taken_back[-1])
        return replace(self, strokes=strokes, taken_back=self.taken_back[:-1]).shown(context)

    # --- what it makes -----------------------------------------------------------------------------------

    @property
    def final_role(self) -> Role:
        return role_for(self.role, flipped=self.flipped)

    def shown(self, context: Context) -> Drawing:
        """This draft, with the annotation it would make previewed, the pointer as its last point."""
        points = (*self.points, *self.trail)
        if self.pointer is not None and not self.closes_at(context, self.pointer):
            points = (*points, self.pointer)
        made = self.applied(context.base, context, points)
        if made:
            context.session.preview(made[0])
        elif context.session.is_previewing:
            context.session.rollback()
        return self

    def applied(
        self, annotation: Annotation, context: Context, points: Stroke
    ) -> tuple[Annotation, PolygonRef] | None:
        """The annotation with these points as a polygon; None while they are too few."""
        ring = _ring(points)
        if len(ring) < 3:
            return None
        role = self.final_role
        polygon = Polygon(role, ring)
        owner = context.target(role)
        if owner is not None:
            return edits.add_polygon(annotation, owner, polygon)
        new = Instance(context.draft_id, context.current_class, (polygon,))
        return edits.add_instance(annotation, new), PolygonRef(new.id, 0)

    # --- what it shows -----------------------------------------------------------------------------------

    def overlay(self, context: Context) -> Overlay:
        closes = self.pointer is not None and self.closes_at(context, self.pointer)
        return Overlay(
            draft=(*self.points, *self.trail),
            rubber=self.pointer,
            role=self.final_role,
            closes=closes and not self.trail,
        )

    def hint(self, context: Context) -> str:
        if refused := refusal(context, self.final_role):
            return refused
        if self.trail:
            return _("Release to end the freehand stroke.")
        target = target_hint(context, self.final_role)
        if len(self.points) < 3:
            return f"{target} {_('Click the next point, or drag freehand.')}"
        return f"{target} {_('Close on the first point, by double-click or Enter.')}"

    def cursor(self, context: Context) -> Cursor:
        return Cursor.CROSS


def _ring(points: Stroke) -> Ring:
    """The points as a polygon keeps them, (n, 2), each unlike the one before it."""
    ring = np.round(np.clip(np.array(points), -COORDINATE_LIMIT, COORDINATE_LIMIT), DECIMALS)
    kept: Ring = ring[(ring != np.roll(ring, 1, axis=0)).any(axis=1)]
    return kept


def role_for(role: Role, *, flipped: bool) -> Role:
    """The role itself, or the other one while Alt is held."""
    other = {Role.INCLUDE: Role.EXCLUDE, Role.EXCLUDE: Role.INCLUDE}
    return other.get(role, role) if flipped else role


def commit_name(role: Role) -> str:
    return {
        Role.INCLUDE: _("Draw include polygon"),
        Role.EXCLUDE: _("Draw exclude polygon"),
        Role.IGNORE: _("Draw ignore region"),
    }[role]


def refusal(context: Context, role: Role) -> str | None:
    """Why nothing may be drawn into the target now, if so."""
    owner = context.target(role)
    if owner not in context.locked and owner not in context.hidden:
        return None
    return _("The target is locked or hidden: show and unlock it in the list, or press Esc to deselect.")


def target_hint(context: Context, role: Role) -> str:
    """Says what the polygon will do before it is drawn."""
    instance = context.selected_instance
    if role is Role.IGNORE:
        return _("Ignore region: “don't know”, left out of training and metrics.")
    if role is Role.EXCLUDE and instance:
        return _("Exclude from the selected {name}.").format(name=instance.class_name)
    if role is Role.EXCLUDE:
        return _("Exclude from everything on the image.")
    if context.target(role) is not None and instance:
        return _("Include: a further part of the selected {name}.").format(name=instance.class_name)
    return _("Include: a new {name}.").format(name=context.current_class)
