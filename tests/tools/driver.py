"""Plays pointer and key events on a tool, without a window. Positions are in image pixels.

At the default zoom of 1 they are screen pixels too; ``px`` says how long a screen pixel is at another.
"""

from __future__ import annotations

from collections.abc import Sequence

from labeler.document.model import Annotation, Owner, Polygon, PolygonRef
from labeler.document.session import Session
from labeler.geometry.viewport import Viewport
from labeler.tools import TOOLS
from labeler.tools.context import Context
from labeler.tools.controller import Controller
from labeler.tools.events import Modifiers, PointerEvent
from labeler.tools.state import MarkKind, Tool

XY = tuple[float, float]


class ToolDriver:
    def __init__(
        self, annotation: Annotation, tool: str, *, zoom: float = 1.0, read_only: str | None = None
    ) -> None:
        self.context = Context(Session(annotation), _view(annotation, zoom), "object")
        self.context.read_only = read_only
        self.controller = Controller(self.context, tool_called(tool))
        self.modifiers = Modifiers.NONE
        self.unsnapped = False
        #: The name of every undo step so far, in the order they were made.
        self.steps: list[str] = []
        self.context.history_changed.connect(self._note_step)
        self._undoing = False

    # --- pointer -----------------------------------------------------------------------------------------

    def hold(self, modifiers: Modifiers = Modifiers.NONE) -> ToolDriver:
        self.modifiers = modifiers
        return self

    def suspend_snapping(self, suspended: bool = True) -> ToolDriver:
        """Hold the key that does, or let it go."""
        self.unsnapped = suspended
        return self

    def press(self, x: float, y: float) -> ToolDriver:
        self.controller.press(self._event(x, y))
        return self

    def double_press(self, x: float, y: float) -> ToolDriver:
        self.controller.double_press(self._event(x, y))
        return self

    def move(self, x: float, y: float) -> ToolDriver:
        self.controller.move(self._event(x, y))
        return self

    def release(self, x: float, y: float) -> ToolDriver:
        self.controller.release(self._event(x, y))
        return self

    def click(self, *positions: XY) -> ToolDriver:
        for x, y in positions:
            self.move(x, y).press(x, y).release(x, y)
        return self

    def begin_drag(self, *positions: XY) -> ToolDriver:
        """Press at the first, move over the others, do not release."""
        self.move(*positions[0]).press(*positions[0])
        for position in positions[1:]:
            self.move(*position)
        return self

    def drag(self, *positions: XY) -> ToolDriver:
        return self.begin_drag(*positions).release(*positions[-1])

    def double_click(self, x: float, y: float) -> ToolDriver:
        return self.click((x, y)).double_press(x, y).release(x, y)

    # --- keys and buttons --------------------------------------------------------------------------------

    def use(self, tool: str, *, new_part: bool = False) -> ToolDriver:
        self.controller.use(tool_called(tool), new_part=new_part)
        return self

    def enter(self) -> ToolDriver:
        self.controller.finish()
        return self

    def shift_enter(self) -> ToolDriver:
        self.controller.finish_otherwise()
        return self

    def repeat(self, *pointer: float) -> ToolDriver:
        """N, with the pointer there."""
        self.controller.repeat(self._event(*pointer) if pointer else None)
        return self

    def escape(self) -> ToolDriver:
        self.controller.cancel()
        return self

    def backspace(self) -> ToolDriver:
        """The right mouse button does the same."""
        self.controller.step_back()
        return self

    def nudge(self, dx: float, dy: float) -> ToolDriver:
        """An arrow key goes down, or repeats."""
        self.controller.nudge(dx, dy)
        return self

    def key_up(self) -> ToolDriver:
        self.controller.key_released()
        return self

    def interrupt(self) -> ToolDriver:
        """A second finger comes down while the first one draws."""
        self.controller.interrupt()
        return self

    def pick_under(self) -> ToolDriver:
        self.controller.pick_under()
        return self

    def undo(self) -> ToolDriver:
        self._undoing = True
        self.controller.undo()
        self._undoing = False
        return self

    def redo(self) -> ToolDriver:
        self._undoing = True
        self.controller.redo()
        self._undoing = False
        return self

    # --- the surroundings --------------------------------------------------------------------------------

    def select(self, *refs: PolygonRef) -> ToolDriver:
        self.context.select(refs)
        return self

    def set(self, **options: bool | float) -> ToolDriver:
        """Change the options of the tools."""
        self.context.options = self.context.options.with_values(options)
        return self

    def lock(self, owner: Owner) -> ToolDriver:
        self.context.set_locked({owner}, True)
        return self

    def hide(self, owner: Owner) -> ToolDriver:
        self.context.set_hidden({owner}, True)
        return self

    def show(self, annotation: Annotation, *, read_only: str | None = None) -> ToolDriver:
        """Go to another image, as the workbench does."""
        self.controller.settle()
        self.context.show(Session(annotation), self.context.view, read_only)
        self.controller.reset()
        return self

    # --- what came of it ---------------------------------------------------------------------------------

    @property
    def annotation(self) -> Annotation:
        return self.context.annotation

    @property
    def polygons(self) -> tuple[Polygon, ...]:
        """Every polygon in painting order."""
        return tuple(self.annotation.polygon(ref) for ref in self.annotation.refs())

    @property
    def selection(self) -> tuple[PolygonRef, ...]:
        return self.context.selection

    @property
    def chosen(self) -> dict[PolygonRef, tuple[int, ...]]:
        """The vertices that were chosen."""
        return self.context.vertices

    def marks(self, kind: MarkKind) -> list[XY]:
        """Where the overlay shows marks of this kind."""
        return [point for mark in self.controller.overlay.marks if mark.kind is kind for point in mark.points]

    @property
    def hint(self) -> str:
        return self.controller.hint

    @property
    def px(self) -> float:
        """Image pixels for a screen pixel."""
        return self.context.pixel

    @property
    def is_idle(self) -> bool:
        return not self.controller.state.is_gesture

    def _event(self, x: float, y: float) -> PointerEvent:
        return PointerEvent((x, y), self.modifiers, self.unsnapped)

    def _note_step(self) -> None:
        if not self._undoing and self.context.session.undo_name:
            self.steps.append(self.context.session.undo_name)


def _view(annotation: Annotation, zoom: float) -> Viewport:
    image = annotation.image
    return Viewport(1000, 800, image.width, image.height, scale=zoom)


def tool_called(id: str) -> Tool:
    return next(tool for tool in TOOLS if tool.id == id)


def points_of(polygon: Polygon) -> list[list[float]]:
    return polygon.points.tolist()


def corners(polygon: Polygon) -> set[XY]:
    return {(x, y) for x, y in polygon.points.tolist()}


def line(start: XY, end: XY, count: int) -> Sequence[XY]:
    """``count`` positions from start to end, both included."""
    return [
        (start[0] + (end[0] - start[0]) * i / (count - 1), start[1] + (end[1] - start[1]) * i / (count - 1))
        for i in range(count)
    ]
