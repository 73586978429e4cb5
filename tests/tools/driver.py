"""Plays pointer and key events on a tool, without a window. Screen and image pixels are the same at zoom 1."""

from __future__ import annotations

from labeler.document.model import Annotation, PolygonRef
from labeler.document.session import Session
from labeler.geometry.viewport import Viewport
from labeler.tools import TOOLS
from labeler.tools.context import Context
from labeler.tools.controller import Controller
from labeler.tools.events import Modifiers, PointerEvent


class ToolDriver:
    def __init__(self, annotation: Annotation, tool: str, *, zoom: float = 1.0) -> None:
        image = annotation.image
        view = Viewport(1000, 800, image.width, image.height, scale=zoom)
        self.context = Context(Session(annotation), view, "object")
        self.controller = Controller(self.context, _tool(tool))
        self.modifiers = Modifiers.NONE

    def use(self, tool: str, *, new_part: bool = False) -> ToolDriver:
        self.controller.use(_tool(tool), new_part=new_part)
        return self

    def hold(self, modifiers: Modifiers = Modifiers.NONE) -> ToolDriver:
        self.modifiers = modifiers
        return self

    def press(self, x: float, y: float) -> ToolDriver:
        self.controller.press(self._event(x, y))
        return self

    def move(self, x: float, y: float) -> ToolDriver:
        self.controller.move(self._event(x, y))
        return self

    def release(self, x: float, y: float) -> ToolDriver:
        self.controller.release(self._event(x, y))
        return self

    def click(self, *positions: tuple[float, float]) -> ToolDriver:
        for x, y in positions:
            self.move(x, y).press(x, y).release(x, y)
        return self

    def drag(self, *positions: tuple[float, float]) -> ToolDriver:
        self.move(*positions[0]).press(*positions[0])
        for position in positions[1:]:
            self.move(*position)
        return self.release(*positions[-1])

    def double_click(self, x: float, y: float) -> ToolDriver:
        self.click((x, y))
        self.controller.double_press(self._event(x, y))
        return self.release(x, y)

    def enter(self) -> ToolDriver:
        self.controller.finish()
        return self

    def escape(self) -> ToolDriver:
        self.controller.cancel()
        return self

    def backspace(self) -> ToolDriver:
        self.controller.step_back()
        return self

    def undo(self) -> ToolDriver:
        self.controller.undo()
        return self

    def redo(self) -> ToolDriver:
        self.controller.redo()
        return self

    def select(self, *refs: PolygonRef) -> ToolDriver:
        self.context.select(refs)
        return self

    @property
    def annotation(self) -> Annotation:
        return self.context.annotation

    def _event(self, x: float, y: float) -> PointerEvent:
        return PointerEvent((x, y), self.modifiers)


def _tool(id: str):
    return next(tool for tool in TOOLS if tool.id == id)
