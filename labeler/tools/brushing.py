"""Brush and eraser: strokes that become polygons, right to the pixel."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from labeler.document import edits
from labeler.document.model import Annotation, Instance, PolygonRef, Role
from labeler.geometry.nearest import Position
from labeler.geometry.rings import contains
from labeler.i18n import _
from labeler.raster.strokes import stroke
from labeler.tools.context import Context
from labeler.tools.draft import FREEHAND_TOLERANCE_PX
from labeler.tools.events import Modifiers, PointerEvent
from labeler.tools.picking import PICK_TOLERANCE_PX
from labeler.tools.state import Cursor, Mark, MarkKind, Overlay, State


@dataclass(frozen=True)
class ReadyToPaint(State):
    """The next press paints, or erases: ``adds`` says which, Alt the other."""

    adds: bool = True
    pointer: Position | None = None
    held: Modifiers = Modifiers.NONE
    #: Where the last stroke ended: a straight one can go on from there.
    end: Position | None = None

    @property
    def adds_now(self) -> bool:
        return self.adds is not (Modifiers.ALT in self.held)

    @property
    def goes_on(self) -> bool:
        """Shift is held: the next press paints in a straight line from the last stroke's end."""
        return self.end is not None and Modifiers.SHIFT in self.held

    def press(self, context: Context, event: PointerEvent) -> State:
        ready = replace(self, pointer=event.position, held=event.modifiers)
        if event.ctrl_only or context.read_only:
            return ready.pick(context, event.position)
        if refusal(context):
            return ready
        start = (ready.end,) if ready.goes_on and ready.end else ()
        target = context.selected_instance
        return Painting(
            replace(ready, held=Modifiers.NONE),
            ready.adds_now,
            context.options.brush_radius,
            target.id if target else None,
            start,
        ).through(context, event.position)

    def pick(self, context: Context, position: Position) -> State:
        """Select the instance that is on top there: what strokes go into."""
        outlines = context.picker.under(position, PICK_TOLERANCE_PX * context.pixel, inside=False)
        found = topmost(context, position) or next(iter(outlines), None)
        if found:
            context.select_owner(found.owner)
        else:
            context.select(())
        return self

    def move(self, context: Context, event: PointerEvent) -> State:
        return replace(self, pointer=event.position, held=event.modifiers)

    def cancel(self, context: Context) -> State:
        """Esc with nothing under way lets go of the instance."""
        context.select(())
        return self

    def settle(self, context: Context) -> State:
        return self

    def overlay(self, context: Context) -> Overlay:
        if self.pointer is None:
            return Overlay()
        if self.held == Modifiers.CTRL:
            return Overlay(hovered=topmost(context, self.pointer))
        radius, role = context.options.brush_radius, _role(self.adds_now)
        marks = [Mark(MarkKind.RING, (self.pointer,), radius, role)]
        if self.goes_on and self.end:
            marks.insert(0, Mark(MarkKind.STROKE, (self.end, self.pointer), radius, role))
        erased = None if self.adds_now or context.selected_instance else topmost(context, self.pointer)
        return Overlay(hovered=erased, marks=tuple(marks))

    def hint(self, context: Context) -> str:
        if context.read_only:
            return context.read_only
        if refused := refusal(context):
            return refused
        if self.held == Modifiers.CTRL:
            return _("Click an instance to select it: strokes go into it.")
        return f"{_what(context, adds=self.adds_now)} {_more(self)}"

    def cursor(self, context: Context) -> Cursor:
        return Cursor.HAND if self.held == Modifiers.CTRL else Cursor.CROSS


@dataclass(frozen=True)
class Painting(State):
    """The button is down: the stroke so far is shown, the polygons change when it ends."""

    home: ReadyToPaint
    adds: bool
    radius: float
    #: The instance that is changed; None for a new one, or until the eraser has come over one.
    target: str | None
    path: tuple[Position, ...] = ()

    @property
    def is_gesture(self) -> bool:
        return True

    def through(self, context: Context, position: Position) -> Painting:
        """The stroke goes on to here."""
        target = self.target
        if target is None and not self.adds:
            found = topmost(context, position)
            target = found.owner if found and isinstance(found.owner, str) else None
        path = self.path if self.path[-1:] == (position,) else (*self.path, position)
        return replace(self, target=target, path=path)

    def move(self, context: Context, event: PointerEvent) -> State:
        return self.through(context, event.position)

    def press(self, context: Context, event: PointerEvent) -> State:
        # The release of an earlier press may have gone to another window.
        return self.settle(context).press(context, event)

    def release(self, context: Context, event: PointerEvent) -> State:
        return self.through(context, event.position).settle(context)

    def finish(self, context: Context) -> State:
        return self.settle(context)

    def settle(self, context: Context) -> State:
        self.commit(context)
        return replace(self.home, pointer=self.path[-1], end=self.path[-1])

    def cancel(self, context: Context) -> State:
        return replace(self.home, pointer=self.path[-1])

    def commit(self, context: Context) -> None:
        was_selected = context.selected_instance is not None
        painted = self.applied(context)
        if painted is context.base:
            return
        context.session.commit(_("Paint") if self.adds else _("Erase"), painted)
        owner = self.target or context.base.instances[-1].id
        # Strokes that follow go into the same instance.
        if (self.adds or was_selected) and PolygonRef(owner, 0).in_(context.base):
            context.select_owner(owner)

    def applied(self, context: Context) -> Annotation:
        """The annotation with this stroke in it; the same when it changes nothing."""
        base = context.base
        if self.target is None and not self.adds:
            return base
        from labeler.raster.retouching import retouched  # with much that no other tool needs

        image = base.image
        before = base.polygons(self.target) if self.target is not None else ()
        pixels = stroke(np.array(self.path), self.radius, image.width, image.height)
        # Zoomed out the pointer itself goes in steps of several pixels.
        tolerance = 0.0 if context.options.brush_exact else FREEHAND_TOLERANCE_PX * context.pixel
        after = retouched(before, pixels, adds=self.adds, tolerance=tolerance)
        if after is before or after == before:
            return base
        if self.target is None:
            return edits.add_instance(base, Instance(context.draft_id, context.current_class, after))
        if not after:
            return edits.remove_instances(base, {self.target})
        return edits.with_polygons(base, self.target, after)

    def overlay(self, context: Context) -> Overlay:
        role = _role(self.adds)
        return Overlay(
            marks=(
                Mark(MarkKind.STROKE, self.path, self.radius, role),
                Mark(MarkKind.RING, self.path[-1:], self.radius, role),
            )
        )

    def hint(self, context: Context) -> str:
        if not self.adds and self.target is None:
            return _("Nothing to erase here yet: move over an instance.")
        return _("Release to keep the stroke, Esc to drop it.")

    def cursor(self, context: Context) -> Cursor:
        return Cursor.CROSS


def topmost(context: Context, position: Position) -> PolygonRef | None:
    """The include polygon that makes the topmost instance at a position; None where there is none."""
    seen: set[str] = set()
    for ref in context.picker.near(position, 0.0):
        if not isinstance(ref.owner, str) or ref.owner in seen:
            continue
        seen.add(ref.owner)
        covering = None
        for index, polygon in enumerate(context.annotation.polygons(ref.owner)):
            if contains(polygon.points, position):
                covering = PolygonRef(ref.owner, index) if polygon.role is Role.INCLUDE else None
        if covering:
            return covering
    return None


def refusal(context: Context) -> str | None:
    """Why the selected instance may not be painted in now, if so."""
    instance = context.selected_instance
    if instance is None or instance.id not in context.locked | context.hidden:
        return None
    return _("The target is locked or hidden: show and unlock it in the list, or press Esc to deselect.")


def _role(adds: bool) -> Role:
    return Role.INCLUDE if adds else Role.EXCLUDE


def _what(context: Context, *, adds: bool) -> str:
    instance = context.selected_instance
    if adds and instance:
        return _("Paint: adds to the selected {name}, Esc lets go of it.").format(name=instance.class_name)
    if adds:
        return _("Paint a new {name}.").format(name=context.current_class)
    if instance:
        return _("Erase from the selected {name}.").format(name=instance.class_name)
    return _("Erase from the topmost instance under the pointer.")


def _more(ready: ReadyToPaint) -> str:
    if ready.goes_on:
        return _("Click to go on in a straight line.")
    if Modifiers.ALT in ready.held:
        return _("Alt and wheel: another size.")
    if ready.adds:
        return _("Shift: straight from the last stroke; Alt erases, with the wheel another size.")
    return _("Shift: straight from the last stroke; Alt paints, with the wheel another size.")
