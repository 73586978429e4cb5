"""A line that grows by clicks and freehand strokes: what drawing a polygon and redrawing a section share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from labeler.document.model import COORDINATE_LIMIT, DECIMALS, PolygonRef
from labeler.geometry.nearest import Position
from labeler.geometry.rings import Ring
from labeler.geometry.sections import length
from labeler.i18n import _
from labeler.tools.context import Context
from labeler.tools.draft import NO_DRAFT, Draft
from labeler.tools.events import PointerEvent
from labeler.tools.picking import PICK_TOLERANCE_PX
from labeler.tools.snapping import Aim, aimed, traced
from labeler.tools.state import Cursor, State, is_drag

if TYPE_CHECKING:
    from labeler.tools.editing import Editing


@dataclass(frozen=True)
class Drafting(State, ABC):
    """Says nothing of what becomes of the line: where it ends, what is previewed and what is made of it."""

    home: Editing
    draft: Draft = NO_DRAFT
    #: Where the pointer would put a point; None until it moved.
    aim: Aim | None = None
    #: What ``aim`` was told by.
    aimed_by: tuple[object, ...] = field(default=(), repr=False)
    #: Alt is held.
    flipped: bool = False
    #: The button is down since here.
    pressed_at: Position | None = None
    #: Why something could not be done, until something else is.
    remark: str = ""

    @property
    def is_gesture(self) -> bool:
        return True

    @property
    def follows_contour(self) -> bool:
        return True

    # --- what the kinds of drafts decide -----------------------------------------------------------------

    @abstractmethod
    def end_at(self, context: Context, position: Position) -> Position | None:
        """Where the draft would end when pressed here; None where it would go on."""

    @abstractmethod
    def end(self, context: Context, *, freehand: bool = False) -> State:
        """It was pressed, or a freehand stroke let go, where the draft ends: ``aim`` is there."""

    @abstractmethod
    def shown(self, context: Context) -> Self:
        """This draft, with what it would make previewed."""

    @property
    def changing(self) -> tuple[PolygonRef, ...]:
        """The polygons that the draft changes: nothing snaps to them or goes along them."""
        return ()

    # --- pointer -----------------------------------------------------------------------------------------

    def press(self, context: Context, event: PointerEvent) -> State:
        # The release of an earlier press may have gone to another window.
        state = self.let_go(context).aimed(context, event)
        assert state.aim
        if state.aim.ends:
            return state.end(context)
        draft = state.draft.with_stroke((*state.aim.via, state.aim.position))
        aim = replace(state.aim, via=())
        return replace(state, draft=draft, aim=aim, pressed_at=event.position, remark="").shown(context)

    def move(self, context: Context, event: PointerEvent) -> State:
        state = self
        if self.pressed_at is not None and (
            self.draft.is_freehand or is_drag(context, self.pressed_at, event.position)
        ):
            state = replace(self, draft=self.draft.followed(event.position, context.pixel))
        return state.aimed(context, event).shown(context)

    def release(self, context: Context, event: PointerEvent) -> State:
        if not self.draft.is_freehand:
            return replace(self, pressed_at=None)
        state = self.aimed(context, event)
        assert state.aim
        if state.aim.ends:
            return state.let_go(context).end(context, freehand=True)
        if state.aim.snaps:
            state = replace(state, draft=state.draft.followed(state.aim.position, context.pixel))
        return state.let_go(context).shown(context)

    def double_press(self, context: Context, event: PointerEvent) -> State:
        state = replace(self, flipped=event.alt).finish(context)
        if isinstance(state, Drafting) and state.draft.strokes:
            # Too little to close: who drags on from a point just clicked, quickly, means a freehand line.
            return replace(state, pressed_at=event.position)
        return state

    def aimed(self, context: Context, event: PointerEvent) -> Self:
        """With what the pointer would do here. A press mostly is where the pointer was moved to."""
        by = (event, context.view, context.snap_targets, context.options, self.draft)
        if by == self.aimed_by:
            return self
        return replace(self, aimed_by=by, flipped=event.alt)._aimed_anew(context, event)

    def _aimed_anew(self, context: Context, event: PointerEvent) -> Self:
        end = self.end_at(context, event.position)
        if self.draft.is_freehand:
            # The stroke goes where the hand goes; where it is let go, it snaps.
            aim = Aim(end, ends=True) if end else aimed(context, event, but=self.changing)
            return replace(self, aim=aim)
        last = self.draft.strokes[-1][-1] if self.draft.strokes else None
        if end:
            aim = Aim(end, ends=True)
        else:
            aim = aimed(context, event, last, straight=event.straight, but=self.changing)
        if last and (aim.ends or aim.snaps) and context.options.snap and not event.unsnapped:
            aim = replace(aim, via=traced(context, last, aim.position, self.changing))
        return replace(self, aim=aim)

    def let_go(self, context: Context) -> Self:
        """The button is up: the freehand stroke is as long as it gets."""
        return replace(self, draft=self.draft.ended(context.pixel), pressed_at=None)

    def is_at(self, context: Context, position: Position, place: Position) -> bool:
        """Whether the position is at the place, as far as a hand can tell."""
        return length([position, place]) <= PICK_TOLERANCE_PX * context.pixel

    def went_away(self, context: Context, place: Position) -> bool:
        """The freehand stroke was away from the place: a click that slips must not end there."""
        stroke = (self.draft.strokes[-1][-1], *self.draft.freehand, *self.draft.trail)
        return not all(self.is_at(context, position, place) for position in stroke)

    # --- keys --------------------------------------------------------------------------------------------

    def interrupt(self, context: Context) -> State:
        if self.pressed_at is None:
            return self
        draft = self.draft.without_last()
        if not draft.strokes:
            context.session.rollback()
            return self.home
        return replace(self, pressed_at=None)._stepped(draft).shown(context)

    def step_back(self, context: Context) -> State:
        if self.pressed_at is not None:
            return self
        draft = self.draft.stepped_back()
        if not draft.strokes:
            return self.emptied(context, draft)
        return self._stepped(draft).shown(context)

    def emptied(self, context: Context, draft: Draft) -> State:
        """Everything was taken back."""
        return self.cancel(context)

    def step_forward(self, context: Context) -> State:
        if not self.draft.taken_back or self.pressed_at is not None:
            return self
        draft = self.draft.stepped_forward()
        return self._stepped(draft).shown(context)

    def _stepped(self, draft: Draft) -> Self:
        """The way to the pointer is another from there; it is found when it moves."""
        aim = replace(self.aim, via=(), ends=False) if self.aim else None
        return replace(self, draft=draft, aim=aim, remark="")

    @property
    def can_step_back(self) -> bool:
        return True

    @property
    def can_step_forward(self) -> bool:
        return bool(self.draft.taken_back)

    def settle(self, context: Context) -> State:
        finished = self.finish(context)
        return self.cancel(context) if finished.is_gesture else finished

    # --- what it shows -----------------------------------------------------------------------------------

    @property
    def line(self) -> tuple[Position, ...]:
        """All points of the draft and the way along a neighbour that a click would take."""
        return (*self.draft.points, *(self.aim.via if self.aim else ()))

    def way_hint(self) -> str:
        """What a click would do that is not plain to see, if so."""
        if self.draft.is_freehand:
            return _("Release to end the freehand stroke.")
        if self.aim and self.aim.via:
            return _("Click to follow the neighbour's outline; hold S to go straight.")
        return ""

    def cursor(self, context: Context) -> Cursor:
        return Cursor.CROSS


def kept_points(line: Ring) -> Ring:
    """The points as a polygon keeps them, (n, 2), each unlike the one before it."""
    ring = np.round(np.clip(line, -COORDINATE_LIMIT, COORDINATE_LIMIT), DECIMALS)
    kept: Ring = ring[(ring != np.roll(ring, 1, axis=0)).any(axis=1)]
    return kept
