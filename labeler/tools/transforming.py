"""Move, scale and rotate what is selected, by a frame around it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from math import atan2, cos, hypot, pi, sin

import numpy as np
from numpy.typing import NDArray

from labeler.document import edits
from labeler.document.edits import Refs
from labeler.geometry.nearest import Position
from labeler.geometry.rings import Box
from labeler.i18n import _
from labeler.tools.choosing import PressingNothing
from labeler.tools.context import Context
from labeler.tools.editing import MovingPolygons, PressingPolygon
from labeler.tools.events import PointerEvent
from labeler.tools.picking import PICK_TOLERANCE_PX
from labeler.tools.selecting import Selecting
from labeler.tools.state import Cursor, Mark, MarkKind, Overlay, State, is_drag

#: How far above the frame the handle that rotates stands, in screen pixels.
_STALK_PX = 28.0
#: Shift held: angles in steps of this.
_ANGLE_STEP = pi / 12
#: Nothing is scaled to nothing.
_SMALLEST_SHARE = 1e-3

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Transforming(Selecting):
    """Selects as the select tool does; what is selected has a frame with handles."""

    #: The handle under the pointer: its place in the frame, -1 … 1 across and down; None is none.
    handle: Position | None = None
    #: The handle that rotates is under the pointer.
    turns: bool = False

    def look(self, context: Context, event: PointerEvent) -> Transforming:
        found = super().look(context, event)
        assert isinstance(found, Transforming)
        frame = _frame(context)
        if frame is None:
            return replace(found, handle=None, turns=False, vertex=None, edge=None)
        turns = _near(context, frame.stalk(context.pixel), event.position)
        handle = next((h for h in _HANDLES if _near(context, frame.at(h), event.position)), None)
        return replace(found, handle=None if turns else handle, turns=turns, vertex=None, edge=None)

    def move(self, context: Context, event: PointerEvent) -> State:
        looked = self.look(context, event)
        return self if looked == self else looked

    def press(self, context: Context, event: PointerEvent) -> State:
        here = self.look(context, event)
        frame, refs = _frame(context), context.editable(context.selection)
        if frame:
            if here.turns:
                return Rotating(self, refs, frame, event.position)
            if here.handle:
                return Scaling(self, refs, frame, here.handle, event.position)
            if not here.hovered and frame.holds(event.position) and not event.modifiers:
                return PressingFrame(self, event.position)
        if here.hovered:
            return here.press_on_polygon(context, event)
        return here.press_on_nothing(context, event)

    def drag_polygon(self, context: Context, pressed: PressingPolygon, event: PointerEvent) -> State:
        refs = context.editable(context.selection)
        return MovingPolygons(self, refs, pressed.start).move(context, event)

    def overlay(self, context: Context) -> Overlay:
        frame = _frame(context)
        hovered = self.hovered if self.hovered and self.hovered.in_(context.annotation) else None
        return Overlay(hovered=hovered, marks=frame.marks(context.pixel) if frame else ())

    def hint(self, context: Context) -> str:
        if context.read_only:
            return context.read_only
        if not context.selection:
            return _("Click a polygon to scale and rotate it; Shift adds, double-click takes the instance.")
        return _(
            "Drag a handle to scale, the one above to rotate (Shift: in proportion, by 15°), inside to move."
        )

    def cursor(self, context: Context) -> Cursor:
        if self.handle or self.turns:
            return Cursor.CROSS
        return super().cursor(context)


@dataclass(frozen=True)
class Frame:
    """An upright box around what is selected, in image pixels."""

    box: Box

    def at(self, place: Position) -> Position:
        """The position of a place, -1 … 1 across and down."""
        left, top, right, bottom = self.box
        return (
            (left + right) / 2 + place[0] * (right - left) / 2,
            (top + bottom) / 2 + place[1] * (bottom - top) / 2,
        )

    def stalk(self, pixel: float) -> Position:
        x, y = self.at((0, -1))
        return x, y - _STALK_PX * pixel

    def holds(self, position: Position) -> bool:
        left, top, right, bottom = self.box
        return left <= position[0] <= right and top <= position[1] <= bottom

    def marks(self, pixel: float, matrix: Matrix | None = None) -> tuple[Mark, ...]:
        """The frame with its handles, as ``matrix`` transforms it."""
        corners = [self.at(place) for place in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        handles = [self.at(place) for place in _HANDLES]
        stalk = [self.at((0, -1)), self.stalk(pixel)]
        if matrix is not None:
            corners, handles, stalk = (_moved(points, matrix) for points in (corners, handles, stalk))
        return (
            Mark(MarkKind.FRAME, tuple(corners)),
            Mark(MarkKind.LINE, tuple(stalk)),
            Mark(MarkKind.HANDLE, (*handles, stalk[1])),
        )


_HANDLES: tuple[Position, ...] = tuple(
    (float(x), float(y)) for x in (-1, 0, 1) for y in (-1, 0, 1) if (x, y) != (0, 0)
)


@dataclass(frozen=True)
class PressingFrame(PressingNothing):
    """The button is down within the frame: a drag moves what is selected, a click is as beside it."""

    def move(self, context: Context, event: PointerEvent) -> State:
        if not is_drag(context, self.start, event.position):
            return self
        refs = context.editable(context.selection)
        return MovingPolygons(self.home, refs, self.start).move(context, event)

    def overlay(self, context: Context) -> Overlay:
        return self.home.overlay(context)


@dataclass(frozen=True)
class _Transform(State, ABC):
    """The pointer moves a handle; every preview starts from the same annotation."""

    home: Transforming
    refs: Refs
    frame: Frame

    @property
    def is_gesture(self) -> bool:
        return True

    @property
    @abstractmethod
    def name(self) -> str: ...

    @abstractmethod
    def matrix(self, context: Context) -> Matrix:
        """(2, 3), from where it was to where it is."""

    def shown(self, context: Context) -> State:
        context.session.preview(edits.transform(context.base, self.refs, self.matrix(context)))
        return self

    def release(self, context: Context, event: PointerEvent) -> State:
        return self.settle(context).move(context, event)

    def settle(self, context: Context) -> State:
        context.session.commit(self.name)
        return replace(self.home, vertex=None, edge=None, hovered=None, handle=None, turns=False)

    def cancel(self, context: Context) -> State:
        context.session.rollback()
        return replace(self.home, handle=None, turns=False)

    def overlay(self, context: Context) -> Overlay:
        return Overlay(marks=self.frame.marks(context.pixel, self.matrix(context)))

    def cursor(self, context: Context) -> Cursor:
        return Cursor.CROSS


@dataclass(frozen=True)
class Scaling(_Transform):
    handle: Position
    start: Position
    pointer: Position | None = None
    keeps_shape: bool = False

    @property
    def name(self) -> str:
        return _("Scale")

    def move(self, context: Context, event: PointerEvent) -> State:
        if self.pointer is None and not is_drag(context, self.start, event.position):
            return self
        return replace(self, pointer=event.position, keeps_shape=event.shift_only).shown(context)

    def matrix(self, context: Context) -> Matrix:
        across, down = self.shares
        anchor = self.frame.at((-self.handle[0], -self.handle[1]))
        return _about(anchor, np.diag([across, down]))

    @property
    def shares(self) -> Position:
        """How wide and how high it gets, of what it was; below zero is mirrored."""
        if self.pointer is None:
            return 1.0, 1.0
        size = (self.frame.box[2] - self.frame.box[0], self.frame.box[3] - self.frame.box[1])
        moved = (self.pointer[0] - self.start[0], self.pointer[1] - self.start[1])
        shares = [
            1.0 + moved[axis] * self.handle[axis] / size[axis] if self.handle[axis] and size[axis] else 1.0
            for axis in (0, 1)
        ]
        if self.keeps_shape:
            by = max((s for s, h in zip(shares, self.handle, strict=True) if h), key=lambda s: abs(s - 1))
            shares = [by, by]
        across, down = (s if abs(s) > _SMALLEST_SHARE else _SMALLEST_SHARE for s in shares)
        return across, down

    def hint(self, context: Context) -> str:
        across, down = self.shares
        text = _("{across} % × {down} %. Shift keeps the proportions, Esc leaves it as it was.")
        return text.format(across=f"{across * 100:.1f}", down=f"{down * 100:.1f}")


@dataclass(frozen=True)
class Rotating(_Transform):
    start: Position
    pointer: Position | None = None
    in_steps: bool = False

    @property
    def name(self) -> str:
        return _("Rotate")

    def move(self, context: Context, event: PointerEvent) -> State:
        if self.pointer is None and not is_drag(context, self.start, event.position):
            return self
        return replace(self, pointer=event.position, in_steps=event.shift_only).shown(context)

    @property
    def angle(self) -> float:
        """Clockwise on screen, in radians."""
        if self.pointer is None:
            return 0.0
        x, y = self.frame.at((0, 0))
        before = atan2(self.start[1] - y, self.start[0] - x)
        now = atan2(self.pointer[1] - y, self.pointer[0] - x)
        angle = (now - before + pi) % (2 * pi) - pi
        return round(angle / _ANGLE_STEP) * _ANGLE_STEP if self.in_steps else angle

    def matrix(self, context: Context) -> Matrix:
        c, s = cos(self.angle), sin(self.angle)
        return _about(self.frame.at((0, 0)), np.array([[c, -s], [s, c]]))

    def hint(self, context: Context) -> str:
        text = _("{angle}°. Shift turns in steps of 15°, Esc leaves it as it was.")
        return text.format(angle=f"{self.angle * 180 / pi:.1f}")


def _frame(context: Context) -> Frame | None:
    """Around what is selected; None where nothing of it may be changed: no handle is there in vain."""
    shut = context.hidden | context.locked
    if context.read_only or all(ref.owner in shut for ref in context.selection):
        return None
    box = context.selection_bounds
    return Frame(box) if box else None


def _near(context: Context, place: Position, position: Position) -> bool:
    distance = hypot(place[0] - position[0], place[1] - position[1])
    return distance <= PICK_TOLERANCE_PX * context.pixel


def _about(center: Position, linear: Matrix) -> Matrix:
    """The (2, 3) matrix of a linear map that leaves ``center`` where it is."""
    return np.column_stack([linear, np.array(center) - linear @ center])


def _moved(points: list[Position], matrix: Matrix) -> list[Position]:
    moved = np.array(points) @ matrix[:, :2].T + matrix[:, 2]
    return [(x, y) for x, y in moved.tolist()]
