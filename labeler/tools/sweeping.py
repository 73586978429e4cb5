"""The vertex eraser: what is swept over loses its vertices."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from labeler.document import edits
from labeler.document.model import PolygonRef
from labeler.document.table import PolygonTable
from labeler.geometry.nearest import Position
from labeler.i18n import _
from labeler.tools.context import Context
from labeler.tools.editing import Editing
from labeler.tools.events import PointerEvent
from labeler.tools.state import Cursor, Mark, MarkKind, Overlay, State

#: How far from the pointer vertices go, in screen pixels.
SWEEP_PX = 10.0

Swept = dict[PolygonRef, frozenset[int]]


@dataclass(frozen=True)
class ReadyToSweep(Editing):
    """The next press sweeps."""

    pointer: Position | None = None

    def look(self, context: Context, event: PointerEvent) -> ReadyToSweep:
        looked = super().look(context, event)
        assert isinstance(looked, ReadyToSweep)
        return replace(looked, pointer=event.position)

    def press(self, context: Context, event: PointerEvent) -> State:
        if context.read_only or event.shift_only:
            return super().press(context, event)
        return start_sweeping(self, context, event)

    def overlay(self, context: Context) -> Overlay:
        return Overlay(marks=_ring(context, self.pointer)) if self.pointer else Overlay()

    def hint(self, context: Context) -> str:
        if context.read_only:
            return context.read_only
        if context.selection:
            return _("Press and sweep over vertices of the selected polygons to delete them.")
        return _("Press and sweep over vertices to delete them; Shift+click selects the polygons to sweep.")

    def cursor(self, context: Context) -> Cursor:
        return Cursor.CROSS


@dataclass(frozen=True, eq=False)
class _Reach:
    """The polygons that may lose vertices, as they were at the press: rows of a table."""

    table: PolygonTable = field(repr=False)
    rows: NDArray[np.int64] = field(repr=False)

    def near(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> list[PolygonRef]:
        """Those whose boxes touch a box with these corners, (2,) in px."""
        touching = self.table.within((*low.tolist(), *high.tolist()))[self.rows]
        return [self.table.ref(row) for row in self.rows[touching].tolist()]


@dataclass(frozen=True)
class Sweeping(State):
    home: Editing
    reach: _Reach
    pointer: Position
    swept: Swept = field(default_factory=dict)

    __hash__ = None  # type: ignore[assignment]  # holds what has no hash

    @property
    def is_gesture(self) -> bool:
        return True

    def move(self, context: Context, event: PointerEvent) -> State:
        swept = self._with_path(context, self.pointer, event.position)
        if swept != self.swept:
            context.session.preview(edits.delete_vertices(context.base, swept))
        return replace(self, pointer=event.position, swept=swept)

    def _with_path(self, context: Context, start: Position, end: Position) -> Swept:
        """What is swept so far and on the way from ``start`` to ``end``."""
        radius = SWEEP_PX * context.pixel
        low, high = np.minimum(start, end) - radius, np.maximum(start, end) + radius
        swept = dict(self.swept)
        for ref in self.reach.near(low, high):
            points = context.base.polygon(ref).points
            hit = np.flatnonzero(_distances(points, start, end) <= radius).tolist()
            if hit:
                swept[ref] = swept.get(ref, frozenset()) | frozenset(hit)
        return swept

    def release(self, context: Context, event: PointerEvent) -> State:
        self.move(context, event)
        return self.settle(context).move(context, event)

    def settle(self, context: Context) -> State:
        context.session.commit(_("Sweep away vertices"))
        return replace(self.home, vertex=None, edge=None, hovered=None)

    def cancel(self, context: Context) -> State:
        context.session.rollback()
        return self.home

    def overlay(self, context: Context) -> Overlay:
        return Overlay(marks=_ring(context, self.pointer))

    def hint(self, context: Context) -> str:
        return _("Release to keep what is left, Esc to have all vertices back.")

    def cursor(self, context: Context) -> Cursor:
        return Cursor.CROSS


def start_sweeping(home: Editing, context: Context, event: PointerEvent) -> State:
    """Sweep over the selected polygons, or over all that are shown when none is."""
    table = context.table
    if context.selection:
        rows = table.rows(context.editable(context.selection))
    else:
        rows = np.flatnonzero(~table.of_owners(context.hidden | context.locked))
    return Sweeping(home, _Reach(table, rows), event.position).move(context, event)


def _distances(points: NDArray[np.float64], start: Position, end: Position) -> NDArray[np.float64]:
    """Of (n, 2) points from the segment between two positions."""
    along = np.subtract(end, start)
    length = float(along @ along)
    share = np.clip((points - start) @ along / length, 0.0, 1.0) if length else np.zeros(len(points))
    distances: NDArray[np.float64] = np.hypot(*(points - start - share[:, None] * along).T)
    return distances


def _ring(context: Context, pointer: Position) -> tuple[Mark, ...]:
    return (Mark(MarkKind.RING, (pointer,), SWEEP_PX * context.pixel),)
