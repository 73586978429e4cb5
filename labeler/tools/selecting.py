"""Select and edit: press in a polygon to pick and move it, beside all to open a box."""

from __future__ import annotations

from dataclasses import dataclass, replace

from labeler.i18n import _
from labeler.tools.choosing import MovingVertices, PressingNothing, chosen_mark
from labeler.tools.context import Context
from labeler.tools.editing import Editing, PressingPolygon
from labeler.tools.events import PointerEvent
from labeler.tools.picking import VertexHit
from labeler.tools.state import Overlay, State
from labeler.tools.sweeping import start_sweeping


@dataclass(frozen=True)
class Selecting(Editing):
    """Picks by the inside too; a drag moves what is selected, a double click takes the whole instance."""

    @property
    def picks_inside(self) -> bool:
        return True

    def press(self, context: Context, event: PointerEvent) -> State:
        if event.alt_only and not context.read_only:
            return start_sweeping(self, context, event)
        if event.ctrl_only:
            here = self.look(context, event)
            if not here.vertex and not here.edge:
                return PressingNothing(self, event.position, keeps=True)
        return super().press(context, event)

    def press_on_nothing(self, context: Context, event: PointerEvent) -> State:
        return PressingNothing(self, event.position, adds=event.shift_only, keeps=event.shift_only)

    def double_press(self, context: Context, event: PointerEvent) -> State:
        hovered = self.look(context, event).hovered
        if hovered is None or event.modifiers:
            return self.press(context, event)
        context.select_owner(hovered.owner)
        return PressingPolygon(self, hovered, event.position, None, context.selection)

    def grab_vertex(self, context: Context, hit: VertexHit, event: PointerEvent) -> State:
        """One of the chosen vertices takes the others with it; any other lets go of them."""
        if hit.vertex in context.vertices.get(hit.ref, ()):
            return MovingVertices(self, context.editable_vertices, hit, event.position)
        context.choose_vertices({})
        return super().grab_vertex(context, hit, event)

    def cancel(self, context: Context) -> State:
        if not context.vertices:
            return super().cancel(context)
        context.choose_vertices({})
        return self

    def overlay(self, context: Context) -> Overlay:
        overlay = super().overlay(context)
        return replace(overlay, marks=(*overlay.marks, *chosen_mark(context)))

    def hint(self, context: Context) -> str:
        if context.read_only:
            return context.read_only
        if context.vertices:
            return _("Drag one of the chosen vertices to move all; Delete deletes them, Esc lets go of them.")
        if context.selection and not context.editable(context.selection):
            return _("What is selected is locked or hidden: unlock or show it in the list to change it.")
        if not context.selection:
            return _("Click a polygon to select it, or drag a box; double-click takes the instance.")
        return _(
            "Drag it, its vertices or its edges; Ctrl+click adds or deletes a vertex, Ctrl+drag opens a box."
        )
