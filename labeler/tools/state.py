"""A tool is a few states named by what the user is doing. Knows no window.

A state holds what its gesture knows; each event gives the next state. A gesture previews while it is under
way, commits once when it ends and leaves no trace when it is cancelled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from labeler.document.model import PolygonRef, Role
from labeler.geometry.nearest import Position
from labeler.geometry.sections import length
from labeler.i18n import _
from labeler.tools.events import PointerEvent
from labeler.tools.picking import VertexHit

if TYPE_CHECKING:
    from labeler.tools.context import Context

#: The pointer must move this far on screen (px) before a press becomes a drag.
DRAG_THRESHOLD_PX = 3.0


def is_drag(context: Context, start: Position, position: Position) -> bool:
    """Whether the pointer went farther from where it was pressed than a hand trembles."""
    return length([start, position]) >= DRAG_THRESHOLD_PX * context.pixel


class Cursor(Enum):
    ARROW = "arrow"
    CROSS = "cross"
    HAND = "hand"
    MOVE = "move"


class MarkKind(Enum):
    """How a mark looks: what it is for, not how it is painted."""

    #: An open line: a cut, a traced path.
    LINE = "line"
    #: A closed line: a box that selects, the frame of a transform.
    FRAME = "frame"
    #: Small squares to take hold of.
    HANDLE = "handle"
    #: Vertices that are selected.
    CHOSEN = "chosen"
    #: A place that the pointer snaps to.
    SNAP = "snap"
    #: Something is wrong here.
    WARNING = "warning"
    #: A circle around each point with the mark's radius: a brush.
    RING = "ring"
    #: A line as wide as a brush with the mark's radius: what is being painted.
    STROKE = "stroke"


@dataclass(frozen=True)
class Mark:
    """Something small that a state shows: ``points`` and ``radius`` in image pixels."""

    kind: MarkKind
    points: tuple[Position, ...]
    radius: float = 0.0
    #: Its colour is the role's, if it has one.
    role: Role | None = None


@dataclass(frozen=True)
class Overlay:
    """What a state shows on top of the picture, in image pixels."""

    #: The draft: its points, the rubber line to the pointer, its role.
    draft: tuple[Position, ...] = ()
    rubber: Position | None = None
    role: Role | None = None
    #: The draft is a line and no ring: nothing joins the rubber line's end to its first point.
    is_open: bool = False
    #: Clicking here now would close the draft on its first point.
    closes: bool = False
    hovered: PolygonRef | None = None
    vertex: VertexHit | None = None
    #: A vertex would be added here (plus) or the marked one deleted (cross).
    adds: Position | None = None
    deletes: bool = False
    marks: tuple[Mark, ...] = ()


EMPTY_OVERLAY = Overlay()


@dataclass(frozen=True)
class State:
    """Nothing happens: the base of all states."""

    @property
    def is_gesture(self) -> bool:
        """Something is under way that Esc would cancel."""
        return False

    @property
    def follows_contour(self) -> bool:
        """A contour is being followed, maybe a long one at high zoom: the view may go with the pointer."""
        return False

    def press(self, context: Context, event: PointerEvent) -> State:
        return self

    def move(self, context: Context, event: PointerEvent) -> State:
        return self

    def release(self, context: Context, event: PointerEvent) -> State:
        return self

    def double_press(self, context: Context, event: PointerEvent) -> State:
        """The second press of a double click, in place of ``press``."""
        return self.press(context, event)

    def finish(self, context: Context) -> State:
        """Enter."""
        return self

    def finish_otherwise(self, context: Context) -> State:
        """Shift+Enter: as Enter, with the option to clip to neighbours the other way round."""
        return self.finish(context)

    def cancel(self, context: Context) -> State:
        """Esc."""
        return self

    def interrupt(self, context: Context) -> State:
        """The press under way was the start of something else: as before it, and no release follows."""
        return self.cancel(context) if self.is_gesture else self

    def step_back(self, context: Context) -> State:
        """The last point back: Backspace, right click, undo while drawing."""
        return self

    def step_forward(self, context: Context) -> State:
        return self

    def nudge(self, context: Context, dx: float, dy: float) -> State:
        """An arrow key: move what is selected by image pixels; more may follow while it is held."""
        return self

    def key_released(self, context: Context) -> State:
        """A key that was held, an arrow perhaps, is up."""
        return self

    def pick_under(self, context: Context, position: Position) -> State:
        """Select what lies underneath what is selected at ``position``."""
        return self

    def start_at(self, context: Context, event: PointerEvent) -> State:
        """Start what this state is there for, here, without the button."""
        return self

    @property
    def can_step_back(self) -> bool:
        return False

    @property
    def can_step_forward(self) -> bool:
        return False

    @property
    def forward_name(self) -> str:
        """What ``step_forward`` brings back, for the menu."""
        return _("next point")

    def settle(self, context: Context) -> State:
        """The tool, image or window is about to change: keep what can be kept, drop the rest."""
        return self.cancel(context)

    def overlay(self, context: Context) -> Overlay:
        return EMPTY_OVERLAY

    def hint(self, context: Context) -> str:
        """The next step, for the status line."""
        return ""

    def cursor(self, context: Context) -> Cursor:
        return Cursor.ARROW


@dataclass(frozen=True)
class Tool:
    """One entry of the toolbar. ``idle`` makes the state the tool starts in."""

    id: str
    title: str
    icon: str
    key: str
    tip: str
    idle: Callable[[], State]
    #: The key for the same tool adding a further part to the selected instance, if it has one.
    part_key: str = ""
    role: Role | None = None
    #: It has a size that can be changed: a brush.
    sized: bool = False
