"""The shapings that take a value, as records: dialog, undo name and what is remembered come from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from labeler.document import reshaping, shaping
from labeler.document.edits import Refs
from labeler.document.model import Annotation
from labeler.geometry.reshaping import Tick
from labeler.i18n import N_

#: Makes an annotation of one, some of its polygons, the value, whether the box is ticked, and a tick.
Shaping = Callable[[Annotation, Refs, float, bool, Tick], tuple[Annotation, Refs]]


@dataclass(frozen=True)
class Adjustment:
    """``low`` to ``high`` is what may be chosen, ``default`` what is at first; all in ``unit``.

    ``bend``: the power by which the slider is finer near 0.
    """

    id: str
    title: str
    name: str
    tip: str
    label: str
    edit: Shaping
    low: float
    high: float
    default: float
    unit: str
    decimals: int = 1
    bend: float = 2.0
    #: A box to tick: title and tip.
    box: tuple[str, str] | None = None


SIMPLIFY = Adjustment(
    "simplify",
    N_("Simplify"),
    N_("Simplify"),
    N_("Fewer points: outlines move by no more than this; shared borders stay shared, holes stay inside"),
    N_("&Tolerance:"),
    lambda annotation, refs, value, ticked, tick: reshaping.simplify(annotation, refs, value, tick),
    low=0.1,
    high=50,
    default=1,
    unit=N_("px"),
)
SMOOTH = Adjustment(
    "smooth",
    N_("Smooth"),
    N_("Smooth"),
    N_("Rounder outlines: they move by no more than this; shared borders stay shared, holes stay inside"),
    N_("&Amount:"),
    lambda annotation, refs, value, ticked, tick: reshaping.smooth(annotation, refs, value, tick),
    low=0.1,
    high=50,
    default=2,
    unit=N_("px"),
)
GROW = Adjustment(
    "grow",
    N_("Grow or shrink"),
    N_("Grow or shrink"),
    N_("Outlines move out by this, in when it is negative; of whole instances the holes shrink as they grow"),
    N_("&Distance:"),
    lambda annotation, refs, value, ticked, tick: reshaping.grow(
        annotation, refs, value, sharp=ticked, tick=tick
    ),
    low=-100,
    high=100,
    default=2,
    unit=N_("px"),
    box=(N_("&Sharp corners"), N_("Corners stay corners instead of becoming round")),
)
FRAGMENTS = Adjustment(
    "fragments",
    N_("Drop fragments"),
    N_("Drop fragments"),
    N_("Parts of an instance smaller than this go; its largest part always stays"),
    N_("&Smaller than:"),
    lambda annotation, refs, value, ticked, tick: shaping.drop_fragments(
        annotation, refs, value, fill=ticked, tick=tick
    ),
    low=1,
    high=100_000,
    default=50,
    unit=N_("px²"),
    decimals=0,
    bend=3.0,
    box=(N_("&Fill holes that small too"), N_("Holes smaller than this are closed, with what lies in them")),
)

ADJUSTMENTS = (SIMPLIFY, SMOOTH, GROW, FRAGMENTS)
