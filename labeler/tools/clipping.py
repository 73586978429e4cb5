"""A new polygon without what its neighbours cover."""

from __future__ import annotations

from dataclasses import replace

from labeler.document import edits
from labeler.document.model import Annotation, Instance, Owner, Polygon, PolygonRef, Role
from labeler.geometry.booleans import without_holes
from labeler.geometry.combining import Rings, difference, ordered
from labeler.geometry.rings import Box, Ring
from labeler.tools.context import Context


def clipped(context: Context, polygon: Polygon) -> tuple[Annotation, tuple[PolygonRef, ...]] | None:
    """The annotation with a new include in which the masks of the other shown instances are left out.

    A new instance gets what is left as includes and excludes; a further part only as includes, because an
    exclude would cut the other parts too. None when nothing is left.
    """
    owner = context.target(Role.INCLUDE)
    neighbours = _neighbours(context, polygon.bounds, owner)
    areas = difference([(polygon.points, True)], neighbours) if neighbours else None
    if areas == []:
        return None
    if owner is None:
        polygons = [polygon]
        if areas is not None:
            polygons = [_polygon(polygon, ring, adds) for ring, adds in ordered(areas)]
        new = Instance(context.draft_id, context.current_class, tuple(polygons))
        refs = tuple(PolygonRef(new.id, index) for index in range(len(polygons)))
        return edits.add_instance(context.base, new), refs
    rings = [polygon.points] if areas is None else [ring for area in areas for ring in without_holes(area)]
    annotation, refs = context.base, ()
    for ring in rings:
        annotation, ref = edits.add_polygon(annotation, owner, replace(polygon, points=ring))
        refs = (*refs, ref)
    return annotation, refs


def _polygon(like: Polygon, ring: Ring, adds: bool) -> Polygon:
    return replace(like, points=ring, role=Role.INCLUDE if adds else Role.EXCLUDE)


def _neighbours(context: Context, box: Box, owner: Owner | None) -> list[Rings]:
    """The other shown instances that reach into the box, as things to cut out."""
    owners = {ref.owner for ref in context.snap_targets.meeting(box)} - {owner}
    ids = sorted(owner for owner in owners if isinstance(owner, str))
    return [[(p.points, p.role is Role.INCLUDE) for p in context.base.polygons(id)] for id in ids]
