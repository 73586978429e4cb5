"""Feeds pointer and key events to the state of the current tool. Canvas and test driver both stand here."""

from __future__ import annotations

from labeler.document.session import Signal
from labeler.geometry.nearest import Position
from labeler.tools.context import Context
from labeler.tools.events import PointerEvent
from labeler.tools.hints import Hints, with_marks, with_sentence
from labeler.tools.picking import PICK_TOLERANCE_PX
from labeler.tools.state import Overlay, State, Tool


class Controller:
    """``state_changed`` fires when the state (and so overlay, hint or cursor) may be another."""

    def __init__(self, context: Context, tool: Tool) -> None:
        self.context = context
        self.tool = tool
        #: The tool that drew last, and whether further parts.
        self._draws = (tool, False)
        self.state: State = tool.idle()
        #: Where the pointer was last, in image pixels.
        self._pointer: Position | None = None
        self._hints = Hints()
        self.state_changed: Signal[[]] = Signal()
        self.tool_changed: Signal[[]] = Signal()
        context.history_changed.connect(self._on_history_changed)

    def use(self, tool: Tool, *, new_part: bool = False) -> None:
        """Change the tool; a draft that can be closed is closed, not lost."""
        self.settle()
        self.tool = tool
        self.context.choose_vertices({})
        self.context.new_part = new_part
        if tool.role:
            self._draws = tool, new_part
        self._become(tool.idle())
        self.tool_changed.emit()

    def enter(self, state: State) -> None:
        """Go into a state that no pointer event leads to; ``reset`` leaves it."""
        self.settle()
        self._become(state)

    def press(self, event: PointerEvent) -> None:
        self._become(self.state.press(self.context, event))

    def double_press(self, event: PointerEvent) -> None:
        self._become(self.state.double_press(self.context, event))

    def move(self, event: PointerEvent) -> None:
        self._pointer = event.position
        self._become(self.state.move(self.context, event))

    def release(self, event: PointerEvent) -> None:
        self._become(self.state.release(self.context, event))

    def finish(self) -> None:
        self._become(self.state.finish(self.context))

    def finish_otherwise(self) -> None:
        self._become(self.state.finish_otherwise(self.context))

    def repeat(self, event: PointerEvent | None) -> None:
        """Finish what is drawn; else draw again as last time, with the first point at the pointer."""
        if self.state.is_gesture:
            self.finish()
            return
        tool, new_part = self._draws
        if tool is not self.tool:
            self.use(tool, new_part=new_part)
        if event:
            self._become(self.state.start_at(self.context, event))

    def cancel(self) -> None:
        self._become(self.state.cancel(self.context))

    def step_back(self) -> None:
        self._become(self.state.step_back(self.context))

    def nudge(self, dx: float, dy: float) -> None:
        """Move what is selected by image pixels; one step of history until the key is released."""
        if not self.context.read_only:
            self._become(self.state.nudge(self.context, dx, dy))

    def key_released(self) -> None:
        self._become(self.state.key_released(self.context))

    def pick(self, position: Position) -> None:
        """Select what lies at ``position``, unless something selected does."""
        context = self.context
        found = context.picker.under(position, PICK_TOLERANCE_PX * context.pixel, inside=True)
        if not set(found) & set(context.selection):
            context.select(found[:1])

    def pick_under(self) -> None:
        """Select what lies underneath what is selected where the pointer is."""
        if self._pointer is not None:
            self._become(self.state.pick_under(self.context, self._pointer))
            self.state_changed.emit()

    def interrupt(self) -> None:
        """The press under way was the start of something else, a pinch: it leaves no trace."""
        self._become(self.state.interrupt(self.context))

    def settle(self) -> None:
        """End the gesture under way because the surroundings change; keeps what can be kept."""
        self._become(self.state.settle(self.context))

    def reset(self) -> None:
        """Another image is shown: whatever the state knew is gone."""
        self._become(self.tool.idle())

    # --- undo and redo: a draft's points first, then the history -------------------------------------------

    @property
    def can_undo(self) -> bool:
        return self.state.can_step_back or self.context.session.undo_name is not None

    @property
    def can_redo(self) -> bool:
        return self.state.can_step_forward or (
            not self.state.is_gesture and self.context.session.redo_name is not None
        )

    def undo(self) -> None:
        if self.state.can_step_back:
            self.step_back()
        elif self.state.is_gesture:
            self.cancel()
        elif not self.context.read_only:
            self.context.session.undo()

    def redo(self) -> None:
        if self.state.can_step_forward:
            self._become(self.state.step_forward(self.context))
        elif not self.state.is_gesture and not self.context.read_only:
            self.context.session.redo()

    @property
    def overlay(self) -> Overlay:
        overlay = self.state.overlay(self.context)
        return with_marks(overlay, self._hints.of(self.context, overlay))

    @property
    def hint(self) -> str:
        hint = self._hints.of(self.context, self.state.overlay(self.context))
        return with_sentence(self.state.hint(self.context), hint)

    def _on_history_changed(self) -> None:
        """What an idle state knows of the last annotation (hovered, stepped back) is not true of the next."""
        if not self.state.is_gesture:
            self.reset()

    def _become(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit()
