"""What is probably a slip in what is being drawn or is selected: a sentence and marks, never an obstacle.

The rules are those of `labeler check`. What changes at mouse speed is asked only what can be told at that
speed: whether outlines cross themselves.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from labeler.document.edits import Refs
from labeler.document.model import Role
from labeler.geometry.contacts import self_contacts
from labeler.geometry.drawn import DrawnLine
from labeler.geometry.nearest import Position
from labeler.geometry.overlaps import boxes_meet
from labeler.geometry.packed import PackedRings
from labeler.i18n import _
from labeler.tools.context import Context
from labeler.tools.late import Late
from labeler.tools.state import Mark, MarkKind, Overlay

if TYPE_CHECKING:
    from labeler.document import checks
else:
    checks = Late("labeler.document.checks")

#: More selected polygons, or more points in them, are not looked at: nobody works on so many at a time.
MOST_POLYGONS = 200
MOST_POINTS = 5000
#: While they are being dragged it is fewer.
MOST_MOVING_POLYGONS = 4
MOST_MOVING_POINTS = 2000
#: Undo and redo go back to annotations that were looked at.
_REMEMBERED = 8


@dataclass(frozen=True)
class Hint:
    """What to tell; empty when nothing is wrong."""

    sentence: str = ""
    marks: tuple[Mark, ...] = ()


NO_HINT = Hint()
_Known = deque[tuple[tuple[object, ...], Hint]]


class Hints:
    """Remembers what it looked at last, so that asking again costs nothing and a longer draft little."""

    def __init__(self) -> None:
        self._line = DrawnLine()
        self._draft: tuple[object, ...] | None = None
        self._draft_hint = NO_HINT
        #: What was found at selections, the latest first: while they are being dragged, and else.
        self._moving: _Known = deque(maxlen=1)
        self._settled: _Known = deque(maxlen=_REMEMBERED)

    def of(self, context: Context, overlay: Overlay) -> Hint:
        """About the draft, while there is one, or else about the selected polygons as they are shown."""
        if context.read_only:
            return NO_HINT
        return self._of_draft(context, overlay) if overlay.draft else self._of_selection(context)

    # --- the draft ---------------------------------------------------------------------------------------

    def _of_draft(self, context: Context, overlay: Overlay) -> Hint:
        line = self._line.grown_to(overlay.draft)
        key = (line, overlay.rubber or (), overlay.role, overlay.closes, context.base, context.selection)
        if not _same(key, self._draft):
            self._line, self._draft = line, key
            self._draft_hint = _draft_hint(context, overlay, line)
        return self._draft_hint

    # --- the selection -----------------------------------------------------------------------------------

    def _of_selection(self, context: Context) -> Hint:
        self._line, self._draft = DrawnLine(), None
        key = (context.annotation, context.selection, context.hidden)
        found = self._moving if context.session.is_previewing else self._settled
        for known, hint in found:
            if _same(key, known):
                return hint
        hint = _selection_hint(context)
        found.appendleft((key, hint))
        return hint


def _same(key: tuple[object, ...], known: tuple[object, ...] | None) -> bool:
    """By identity, as annotations compare by their polygons; positions are made anew at each move."""
    return known is not None and all(
        a is b or (isinstance(a, tuple) and a == b) for a, b in zip(key, known, strict=True)
    )


def _draft_hint(context: Context, overlay: Overlay, line: DrawnLine) -> Hint:
    # What closes goes to the first point, not to the pointer near it.
    end = overlay.draft[0] if overlay.closes else overlay.rubber
    places = (*line.crossings, *(line.crossings_to(end) if end else ()))
    if places:
        return _hint(_("The outline crosses itself: take the last point back, or go round."), places)
    if len(overlay.draft) < 3:
        return NO_HINT
    box = np.array(line.bounds)
    if not boxes_meet(box, np.array([[0, 0, context.base.image.width, context.base.image.height]])).any():
        return Hint(checks.outside_sentence())
    if not overlay.closes:
        return NO_HINT
    if PackedRings.of([np.array(overlay.draft)]).thicknesses[0] < checks.THINNEST_PX:
        return Hint(checks.sliver_sentence())
    return Hint(checks.idle_sentence()) if _cuts_nothing(context, overlay, box) else NO_HINT


def _cuts_nothing(context: Context, overlay: Overlay, box: np.ndarray) -> bool:
    """Whether an exclude about to be closed is nowhere near what its instance includes."""
    owner = context.target(Role.EXCLUDE)
    if overlay.role is not Role.EXCLUDE or not isinstance(owner, str):
        return False
    boxes = [p.bounds for p in context.base.polygons(owner) if p.role is Role.INCLUDE]
    return not boxes_meet(box, np.array(boxes).reshape(-1, 4)).any()


def _selection_hint(context: Context) -> Hint:
    shown, moving = context.annotation, context.session.is_previewing
    if len(context.selection) > (MOST_MOVING_POLYGONS if moving else MOST_POLYGONS):
        return NO_HINT
    # Where they stand: to follow them through an instance of thousands would cost more than all the rest.
    refs = tuple(ref for ref in context.selection if ref.owner not in context.hidden and ref.in_(shown))
    points = sum(len(shown.polygon(ref).points) for ref in refs)
    if not refs or points > (MOST_MOVING_POINTS if moving else MOST_POINTS):
        return NO_HINT
    return _moving_hint(context, refs) if moving else _settled_hint(context, refs)


def _moving_hint(context: Context, refs: Refs) -> Hint:
    rings = [context.annotation.polygon(ref).points for ref in refs]
    places = [c.position for ring in rings for c in self_contacts(ring) if c.crosses]
    return _hint(checks.crossing_sentence(len(places)), tuple(places)) if places else NO_HINT


def _settled_hint(context: Context, refs: Refs) -> Hint:
    findings = checks.check_polygons(context.annotation, refs)
    findings.sort(key=lambda finding: finding.severity is not checks.Severity.PROBLEM)
    places = tuple(place for finding in findings for place in finding.places)
    return _hint(findings[0].sentence, places) if findings else NO_HINT


def _hint(sentence: str, places: tuple[Position, ...]) -> Hint:
    return Hint(sentence, (Mark(MarkKind.WARNING, places),) if places else ())


def with_marks(overlay: Overlay, hint: Hint) -> Overlay:
    """The overlay with the hint's marks on top."""
    return replace(overlay, marks=(*overlay.marks, *hint.marks)) if hint.marks else overlay


def with_sentence(next_step: str, hint: Hint) -> str:
    """The hint before what to do next."""
    return " ".join(filter(None, [f"⚠ {hint.sentence}" if hint.sentence else "", next_step]))
