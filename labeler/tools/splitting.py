"""The knife: a line across instances parts each in two."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from labeler.document import shaping
from labeler.document.edits import Refs
from labeler.document.model import COORDINATE_LIMIT, Annotation, PolygonRef
from labeler.geometry.nearest import Position
from labeler.i18n import _
from labeler.tools.context import Context
from labeler.tools.editing import Editing
from labeler.tools.events import PointerEvent
from labeler.tools.snapping import Aim, aimed
from labeler.tools.state import Cursor, Mark, MarkKind, Overlay, State, is_drag


@dataclass(frozen=True)
class ReadyToSplit(Editing):
    """The next press starts the line."""

    #: Where the line would start, when that is not where the pointer is.
    aim: Aim | None = None
    #: The last line went through nothing.
    missed: bool = False
    #: What was stepped back to nothing, so that redo can bring it back.
    taken_back: tuple[Position, ...] = ()

    def look(self, context: Context, event: PointerEvent) -> ReadyToSplit:
        looked = super().look(context, event)
        assert isinstance(looked, ReadyToSplit)
        aim = aimed(context, event)
        return replace(looked, aim=aim if aim.snaps else None)

    def reach(self, context: Context, event: PointerEvent) -> PolygonRef | None:
        return context.picker.inside(event.position)

    def press(self, context: Context, event: PointerEvent) -> State:
        if context.read_only or event.shift_only:
            return super().press(context, event)
        at = aimed(context, event).position
        return Splitting(ReadyToSplit(), (at,), Aim(at), pressed_at=event.position)

    def cancel(self, context: Context) -> State:
        super().cancel(context)
        return ReadyToSplit()

    @property
    def can_step_forward(self) -> bool:
        return bool(self.taken_back)

    def step_forward(self, context: Context) -> State:
        if not self.taken_back:
            return self
        return Splitting(ReadyToSplit(), self.taken_back[-1:], None, taken_back=self.taken_back[:-1])

    def overlay(self, context: Context) -> Overlay:
        return Overlay(marks=self.aim.marks if self.aim and not context.read_only else ())

    def hint(self, context: Context) -> str:
        if context.read_only:
            return context.read_only
        if self.missed:
            return _("The line went through nothing that may be split: draw it from one side to the other.")
        if context.selected_instances:
            return _("Drag a line across the selected instances to split them, or click its points.")
        return _("Drag a line across what is to be split, or click its points; Shift+click selects first.")

    def cursor(self, context: Context) -> Cursor:
        return Cursor.CROSS


@dataclass(frozen=True)
class Splitting(State):
    """A line through ``points``, on to where the pointer aims; nothing is changed before it ends."""

    home: ReadyToSplit
    points: tuple[Position, ...]
    #: Where the next point would be; None until the pointer moved.
    aim: Aim | None
    #: The button is down since here.
    pressed_at: Position | None = None
    taken_back: tuple[Position, ...] = ()

    @property
    def is_gesture(self) -> bool:
        return True

    def press(self, context: Context, event: PointerEvent) -> State:
        at = self._aimed(context, event)
        return replace(
            self,
            points=(*self.points, at.position),
            aim=at,
            pressed_at=event.position,
            taken_back=(),
        )

    def move(self, context: Context, event: PointerEvent) -> State:
        return replace(self, aim=self._aimed(context, event))

    def release(self, context: Context, event: PointerEvent) -> State:
        if self.pressed_at is None:
            return self
        pressed_at, line = self.pressed_at, replace(self, pressed_at=None)
        if not is_drag(context, pressed_at, event.position):
            return line
        at = self._aimed(context, event)
        line = replace(line, points=(*self.points, at.position), aim=at)
        # One stroke is a whole cut; with points before it more may follow.
        return line.finish(context) if len(line.points) == 2 else line

    def double_press(self, context: Context, event: PointerEvent) -> State:
        return self.finish(context)

    def _aimed(self, context: Context, event: PointerEvent) -> Aim:
        return aimed(context, event, self.points[-1], straight=event.straight)

    def interrupt(self, context: Context) -> State:
        if self.pressed_at is None:
            return self
        points = self.points[:-1]
        return replace(self, points=points, aim=None, pressed_at=None) if points else self.home

    # --- keys --------------------------------------------------------------------------------------------

    def finish(self, context: Context) -> State:
        """Split along the line; one point alone makes a line with where the pointer is."""
        ends = (self.aim.position,) if self.aim and len(self.points) == 1 else ()
        points = (*self.points, *ends)
        path = tuple(point for point, last in zip(points, (None, *points)) if point != last)
        if len(path) < 2:
            return self
        annotation, made = cut(context, path)
        if not made:
            return replace(self.home, missed=True)
        context.session.commit(_("Split"), annotation)
        context.select(made)
        return self.home

    def cancel(self, context: Context) -> State:
        return self.home

    @property
    def can_step_back(self) -> bool:
        return True

    @property
    def can_step_forward(self) -> bool:
        return bool(self.taken_back)

    def step_back(self, context: Context) -> State:
        if self.pressed_at is not None:
            return self
        taken_back = (*self.taken_back, self.points[-1])
        if len(self.points) == 1:
            return replace(self.home, taken_back=taken_back)
        return replace(self, points=self.points[:-1], taken_back=taken_back)

    def step_forward(self, context: Context) -> State:
        if not self.taken_back or self.pressed_at is not None:
            return self
        points = (*self.points, self.taken_back[-1])
        return replace(self, points=points, taken_back=self.taken_back[:-1])

    # --- what it shows -----------------------------------------------------------------------------------

    def overlay(self, context: Context) -> Overlay:
        line = (*self.points, self.aim.position) if self.aim else self.points
        marks = (Mark(MarkKind.LINE, line), Mark(MarkKind.HANDLE, self.points))
        return Overlay(marks=(*marks, *(self.aim.marks if self.aim else ())))

    def hint(self, context: Context) -> str:
        if self.pressed_at is not None and len(self.points) == 1:
            return _("Release on the other side to split; Ctrl: straight, Esc: nothing happens.")
        return _("Click the next point (Ctrl: straight); Enter or double-click splits, Esc: nothing happens.")

    def cursor(self, context: Context) -> Cursor:
        return Cursor.CROSS


def cut(context: Context, path: tuple[Position, ...]) -> tuple[Annotation, Refs]:
    """What is selected, else everything under the line, split along it; what is locked or hidden is not."""
    selected = {instance.id for instance in context.selected_instances}
    shut = context.hidden | context.locked
    ids = {i.id for i in context.base.instances if i.id not in shut and (not selected or i.id in selected)}
    line = np.clip(np.array(path), -COORDINATE_LIMIT, COORDINATE_LIMIT)
    return shaping.split(context.base, ids, line, between=bool(selected))
