"""What is drawn so far, as a value: clicks, freehand strokes, what was taken back. Knows no annotation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from labeler.geometry.nearest import Position
from labeler.geometry.rings import simplified

#: A freehand stroke keeps as few points as stay this near to it on screen (px).
FREEHAND_TOLERANCE_PX = 0.5
#: A step back takes so much of a freehand stroke (px on screen): a slip at its end must not cost all of it.
STEP_BACK_PX = 48.0
#: A stroke is simplified by pieces of so many positions while it grows: what follows costs by its points.
_PIECE = 64

Line = tuple[Position, ...]


@dataclass(frozen=True)
class Draft:
    """Points in ``strokes``, each of which a step back takes: a click, the way along a neighbour that a click
    took, a piece of a freehand stroke."""

    strokes: tuple[Line, ...] = ()
    #: What was stepped back, the last first.
    taken_back: tuple[Line, ...] = ()
    #: The freehand stroke under way: what is simplified already, and where the pointer was since.
    freehand: Line = ()
    trail: Line = ()

    @cached_property
    def points(self) -> Line:
        """All points, those of the freehand stroke under way too."""
        return (*(point for stroke in self.strokes for point in stroke), *self.freehand, *self.trail)

    @property
    def is_freehand(self) -> bool:
        """A freehand stroke is under way."""
        return bool(self.freehand or self.trail)

    def with_stroke(self, stroke: Line) -> Draft:
        """What was taken back is no longer what follows."""
        return replace(self, strokes=(*self.strokes, stroke), taken_back=())

    def followed(self, position: Position, pixel: float) -> Draft:
        """The freehand stroke goes on to ``position``; ``pixel`` is a screen pixel in image pixels."""
        draft = replace(self, trail=(*self.trail, position))
        if len(draft.trail) <= _PIECE:
            return draft
        return replace(draft, freehand=draft._simplified(pixel), trail=())

    def ended(self, pixel: float) -> Draft:
        """The freehand stroke, if there is one, is as long as it gets."""
        if not self.is_freehand:
            return self
        *before, pressed = self.strokes
        first, *others = _pieces(pressed[-1], self._simplified(pixel), STEP_BACK_PX * pixel)
        return replace(self, strokes=(*before, pressed + first, *others), freehand=(), trail=())

    def _simplified(self, pixel: float) -> Line:
        """The freehand stroke with as few points as show the same."""
        start = (self.freehand or self.strokes[-1])[-1]
        line = simplified(np.array([start, *self.trail]), FREEHAND_TOLERANCE_PX * pixel)
        return (*self.freehand, *((x, y) for x, y in line[1:].tolist()))

    def without_last(self) -> Draft:
        """As before the last press, of which nothing is kept."""
        return Draft(self.strokes[:-1])

    def stepped_back(self) -> Draft:
        return replace(self, strokes=self.strokes[:-1], taken_back=(*self.taken_back, self.strokes[-1]))

    def stepped_forward(self) -> Draft:
        return replace(self, strokes=(*self.strokes, self.taken_back[-1]), taken_back=self.taken_back[:-1])


NO_DRAFT = Draft()


def _pieces(start: Position, line: Line, length: float) -> list[Line]:
    """The line that goes on from ``start`` in pieces that are ``length`` long or end with the line."""
    steps = np.hypot(*np.diff(np.array([start, *line]), axis=0).T)
    pieces: list[list[Position]] = [[]]
    so_far = 0.0
    for point, step in zip(line, steps.tolist()):
        if so_far >= length:
            pieces.append([])
            so_far = 0.0
        pieces[-1].append(point)
        so_far += step
    return [tuple(piece) for piece in pieces]
