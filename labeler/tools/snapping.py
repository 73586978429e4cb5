"""Where a press would put a point: on a neighbour's vertex or edge, on the image's border, straight ahead."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from labeler.document.model import PolygonRef
from labeler.geometry.nearest import Position
from labeler.geometry.rings import Ring
from labeler.geometry.sections import length, place_on, shorter_section
from labeler.geometry.snapping import border, met, rounded, snapped_to_ring, straightened
from labeler.tools.context import Context
from labeler.tools.events import PointerEvent
from labeler.tools.picking import PICK_TOLERANCE_PX
from labeler.tools.state import Mark, MarkKind

#: What lies on a ring may be this far (px) beside it: coordinates are rounded to thousandths.
ON_RING = 0.002

Refs = Collection[PolygonRef]


@dataclass(frozen=True)
class Aim:
    """Where the pointer would put a point, and the way there."""

    position: Position
    #: It is drawn there by something.
    snaps: bool = False
    #: The points on the way, when it follows a neighbour's outline.
    via: tuple[Position, ...] = ()
    #: The draft would end here.
    ends: bool = False

    @property
    def marks(self) -> tuple[Mark, ...]:
        return (Mark(MarkKind.SNAP, (self.position,)),) if self.snaps else ()


def aimed(
    context: Context,
    event: PointerEvent,
    origin: Position | None = None,
    *,
    straight: bool = False,
    but: Refs = (),
) -> Aim:
    """Where the pointer puts a point; ``straight``: in a direction of 45° from ``origin``.

    Straight ahead it goes up to the outline it meets, if that is within reach. Nothing snaps
    to the polygons ``but``, because they are being moved.
    """
    wants = context.options.snap and not event.unsnapped
    if straight and origin is not None and origin != event.position:
        ahead = straightened(origin, event.position)
        met_at = _met_ahead(context, origin, ahead, but) if wants else None
        return Aim(met_at or ahead, snaps=met_at is not None)
    snapped = snapped_to(context, event.position, but) if wants else None
    return Aim(snapped or event.position, snaps=snapped is not None)


def snapped_to(context: Context, position: Position, but: Refs = ()) -> Position | None:
    """The vertex within reach of ``position``, else the place on an edge, else on the image's border."""
    tolerance = PICK_TOLERANCE_PX * context.pixel
    targets = context.snap_targets
    vertex = targets.vertex(position, tolerance, but=but)
    if vertex:
        x, y = targets.points(vertex.ref)[vertex.vertex].tolist()
        return x, y
    edge = targets.edge(position, tolerance, but=but)
    return rounded(edge.position) if edge else snapped_to_ring(_border(context), position, tolerance)


def traced(context: Context, start: Position, end: Position, but: Refs = ()) -> tuple[Position, ...]:
    """The points between ``start`` and ``end`` along the outline that both lie on, the shortest such way.

    None at all when they lie on no common outline or on one edge of it.
    """
    ways: list[Ring] = []
    for ring in _rings_at(context, end, but):
        first, last = place_on(ring, start, ON_RING), place_on(ring, end, ON_RING)
        if first and last:
            ways.append(shorter_section(ring, first, last))
    way = min(ways, key=lambda points: length([start, *points, end]), default=np.empty((0, 2)))
    return tuple((x, y) for x, y in way.tolist())


def _rings_at(context: Context, position: Position, but: Refs) -> Iterator[Ring]:
    targets = context.snap_targets
    yield from (targets.points(ref) for ref in targets.near(position, ON_RING, but=but))
    yield _border(context)


def _met_ahead(context: Context, origin: Position, ahead: Position, but: Refs) -> Position | None:
    """Where the way from ``origin`` meets an outline, within reach of ``ahead``."""
    tolerance = PICK_TOLERANCE_PX * context.pixel
    targets = context.snap_targets
    rings = (targets.points(ref) for ref in targets.near(ahead, tolerance, but=but))
    places = (met(ring, origin, ahead, tolerance) for ring in (*rings, _border(context)))
    return min(filter(None, places), key=lambda at: length([at, ahead]), default=None)


def _border(context: Context) -> Ring:
    image = context.base.image
    return border(image.width, image.height)
