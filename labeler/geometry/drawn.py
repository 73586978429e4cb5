"""An open line that grows while it is drawn, and where it crosses itself. Knows no annotation."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from labeler.geometry.booleans import GRID
from labeler.geometry.contacts import Contact, Steps, last_edge_contacts, self_contacts, to_steps
from labeler.geometry.nearest import Position

#: More new points at once are quicker looked at together than one after the other.
_FEW = 4


@dataclass(frozen=True, eq=False)
class DrawnLine:
    """The ``points`` (px) so far and the places where their edges cross.

    Each new point is held against the line once, so a line of n points costs O(n) a point, not O(n²).
    """

    points: tuple[Position, ...] = ()
    crossings: tuple[Position, ...] = ()
    #: The points in steps of the grid, none like the one before it.
    _steps: Steps = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    #: Where the edge asked about last would cross: mostly it is the next one.
    _ahead: dict[Position, tuple[Position, ...]] = field(default_factory=dict)

    def grown_to(self, points: tuple[Position, ...]) -> DrawnLine:
        """The line through these points: this one when nothing changed, this one and a bit, or another."""
        known = len(self.points)
        if points[:known] != self.points or len(points) - known > _FEW:
            return _line(points)
        line = self
        for count in range(known + 1, len(points) + 1):
            newest = line.crossings_to(points[count - 1])
            line = DrawnLine(
                points[:count], (*line.crossings, *newest), _with(line._steps, points[count - 1])
            )
        return line

    def crossings_to(self, position: Position) -> tuple[Position, ...]:
        """Where one more edge, to this position, would cross the line."""
        if position not in self._ahead:
            self._ahead.clear()
            self._ahead[position] = _newest(self._steps, _with(self._steps, position))
        return self._ahead[position]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """left, top, right, bottom in px; there must be a point."""
        left, top = (self._steps.min(axis=0) / GRID).tolist()
        right, bottom = (self._steps.max(axis=0) / GRID).tolist()
        return left, top, right, bottom


def _line(points: tuple[Position, ...]) -> DrawnLine:
    ring = np.array(points, dtype=np.float64).reshape(-1, 2)
    steps = to_steps(ring)
    moved = np.ones(len(steps), dtype=np.bool_)
    moved[1:] = (steps[1:] != steps[:-1]).any(axis=1)
    return DrawnLine(points, _crossings(self_contacts(ring, closed=False)), steps[moved])


def _with(steps: Steps, position: Position) -> Steps:
    step = to_steps(np.array([position]))
    return steps if len(steps) and (steps[-1] == step[0]).all() else np.concatenate([steps, step])


def _newest(before: Steps, after: Steps) -> tuple[Position, ...]:
    return () if before is after else _crossings(last_edge_contacts(after))


def _crossings(contacts: tuple[Contact, ...]) -> tuple[Position, ...]:
    return tuple(contact.position for contact in contacts if contact.crosses)
