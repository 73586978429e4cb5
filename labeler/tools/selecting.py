"""Select and edit: press in a polygon to pick and move it."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.document.model import PolygonRef
from labeler.i18n import _
from labeler.tools.context import Context
from labeler.tools.editing import Editing, PressingPolygon
from labeler.tools.events import PointerEvent
from labeler.tools.state import State


@dataclass(frozen=True)
class Selecting(Editing):
    """Picks by the inside too; a drag moves what is selected, a double click takes the whole instance."""

    def reach(self, context: Context, event: PointerEvent) -> PolygonRef | None:
        return context.picker.inside(event.position)

    def double_press(self, context: Context, event: PointerEvent) -> State:
        hovered = self.look(context, event).hovered
        if hovered is None or event.modifiers:
            return self.press(context, event)
        context.select_owner(hovered.owner)
        return PressingPolygon(self, hovered, event.position, None, context.selection)

    def hint(self, context: Context) -> str:
        if context.read_only:
            return context.read_only
        if not context.selection:
            return _("Click a polygon to select it; Shift adds, double-click takes the whole instance.")
        return _("Drag to move, drag a vertex or an edge to reshape; Ctrl+click adds or deletes a vertex.")
