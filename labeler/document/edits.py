"""Edits: pure functions from an annotation to the next one.

What an edit does not touch is the same object before and after, so undo steps are cheap and caches exact.
An edit that moves polygons to another place also returns where they are now, so that a selection can follow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import COORDINATE_LIMIT, Annotation, Instance, Owner, Polygon, PolygonRef, Role

_ID_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_ID_LENGTH = 4

Refs = tuple[PolygonRef, ...]


def new_id(annotation: Annotation) -> str:
    """A short id that no instance of this annotation has."""
    import secrets  # with its cryptography not before the first instance is drawn

    length = _ID_LENGTH
    while True:
        id = "".join(secrets.choice(_ID_ALPHABET) for _ in range(length))
        if not annotation.has_instance(id):
            return id
        length += 1


# --- adding and removing -----------------------------------------------------------------------------------


def add_instance(annotation: Annotation, instance: Instance) -> Annotation:
    """Append an instance: it is painted over the ones before."""
    return annotation.with_instance_on_top(instance)


def add_polygon(annotation: Annotation, owner: Owner, polygon: Polygon) -> tuple[Annotation, PolygonRef]:
    """Give ``owner`` one more polygon.

    In an instance an include goes before the first exclude and everything else to the end, so that the
    instance reads as all its includes minus all its excludes. In an image-wide list the polygon takes the
    list's role.
    """
    polygons = annotation.polygons(owner)
    if isinstance(owner, Role):
        polygon, index = with_role(polygon, owner), len(polygons)
    else:
        index = _canonical_index(polygons, polygon.role)
    polygons = (*polygons[:index], polygon, *polygons[index:])
    return with_polygons(annotation, owner, polygons), PolygonRef(owner, index)


def remove_polygons(annotation: Annotation, refs: Iterable[PolygonRef]) -> Annotation:
    """Remove these polygons, and every instance that has none left."""
    left = {
        owner: tuple(p for i, p in enumerate(annotation.polygons(owner)) if i not in indices)
        for owner, indices in _by_owner(refs).items()
    }
    gone = {owner for owner, polygons in left.items() if isinstance(owner, str) and not polygons}
    annotation = _with_all_polygons(annotation, left)
    return remove_instances(annotation, gone) if gone else annotation


def remove_instances(annotation: Annotation, ids: Collection[str]) -> Annotation:
    return replace(annotation, instances=tuple(i for i in annotation.instances if i.id not in ids))


def duplicate(
    annotation: Annotation, refs: Iterable[PolygonRef], offset: tuple[float, float]
) -> tuple[Annotation, Refs]:
    """Copy these polygons, moved by ``offset`` px: whole instances become new instances right above
    themselves, single polygons join their owner."""
    copies: list[PolygonRef] = []
    for owner, indices in _by_owner(refs).items():
        polygons = annotation.polygons(owner)
        if isinstance(owner, str) and len(indices) == len(polygons):
            original = annotation.instance(owner)
            copy = replace(
                original,
                id=new_id(annotation),
                polygons=tuple(translated(p, *offset) for p in polygons),
            )
            place = annotation.instances.index(original) + 1
            instances = (*annotation.instances[:place], copy, *annotation.instances[place:])
            annotation = replace(annotation, instances=instances)
            copies += [PolygonRef(copy.id, index) for index in range(len(polygons))]
        else:
            for index in sorted(indices):
                annotation, ref = add_polygon(annotation, owner, translated(polygons[index], *offset))
                copies = [_shifted_by_insert(c, ref) for c in copies] + [ref]
    return annotation, tuple(copies)


def merge(annotation: Annotation, other: Annotation, owner: Owner | None = None) -> tuple[Annotation, Refs]:
    """Add everything that is drawn in ``other``, instances on top and with new ids.

    Polygons of ``other``'s image-wide excludes join ``owner`` instead, if one is given.
    """
    added: list[PolygonRef] = []
    for instance in other.instances:
        new = replace(instance, id=new_id(annotation))
        annotation = add_instance(annotation, new)
        added += [PolygonRef(new.id, index) for index in range(len(new.polygons))]
    for role in (Role.EXCLUDE, Role.IGNORE):
        home = owner if owner is not None and role is Role.EXCLUDE else role
        for polygon in other.polygons(role):
            annotation, ref = add_polygon(annotation, home, polygon)
            added = [_shifted_by_insert(known, ref) for known in added] + [ref]
    return annotation, tuple(added)


def part(annotation: Annotation, refs: Iterable[PolygonRef]) -> Annotation:
    """Only these polygons, as an annotation of the same image: instances keep what makes them theirs.

    What would be an instance without an include is image-wide: alone it would mean nothing.
    """
    chosen = _by_owner(refs)
    taken = {owner: [annotation.polygons(owner)[i] for i in sorted(found)] for owner, found in chosen.items()}
    instances: list[Instance] = []
    exclude: list[Polygon] = []
    for instance in annotation.instances:
        polygons = taken.get(instance.id, [])
        if any(polygon.role is Role.INCLUDE for polygon in polygons):
            instances.append(replace(instance, polygons=tuple(polygons)))
        else:
            exclude += polygons
    return Annotation(
        annotation.image,
        tuple(instances),
        (*exclude, *taken.get(Role.EXCLUDE, ())),
        tuple(taken.get(Role.IGNORE, ())),
    )


# --- points ------------------------------------------------------------------------------------------------


def update_polygons(
    annotation: Annotation,
    refs: Iterable[PolygonRef],
    update: Callable[[Polygon], Polygon],
) -> Annotation:
    """Put ``update(polygon)`` in the place of each of these polygons."""
    updated = {
        owner: tuple(update(p) if i in indices else p for i, p in enumerate(annotation.polygons(owner)))
        for owner, indices in _by_owner(refs).items()
    }
    return _with_all_polygons(annotation, updated)


def translate(annotation: Annotation, refs: Iterable[PolygonRef], dx: float, dy: float) -> Annotation:
    return update_polygons(annotation, refs, lambda polygon: translated(polygon, dx, dy))


def move_vertex(
    annotation: Annotation, ref: PolygonRef, vertex: int, position: tuple[float, float]
) -> Annotation:
    """Move one vertex, as far as coordinates go."""
    points = annotation.polygon(ref).points.copy()
    points[vertex] = np.clip(position, -COORDINATE_LIMIT, COORDINATE_LIMIT)
    return update_polygons(annotation, [ref], lambda polygon: replace(polygon, points=points))


def insert_vertex(
    annotation: Annotation, ref: PolygonRef, vertex: int, position: tuple[float, float]
) -> Annotation:
    """Insert before ``vertex``; ``vertex`` equal to the number of points appends."""
    points = np.insert(annotation.polygon(ref).points, vertex, position, axis=0)
    return update_polygons(annotation, [ref], lambda polygon: replace(polygon, points=points))


def delete_vertex(annotation: Annotation, ref: PolygonRef, vertex: int) -> Annotation:
    """Delete a vertex; a polygon that would have fewer than three goes as a whole."""
    points = np.delete(annotation.polygon(ref).points, vertex, axis=0)
    if len(points) < 3:
        return remove_polygons(annotation, [ref])
    return update_polygons(annotation, [ref], lambda polygon: replace(polygon, points=points))


Vertices = Mapping[PolygonRef, Collection[int]]


def move_vertices(annotation: Annotation, vertices: Vertices, dx: float, dy: float) -> Annotation:
    """Move several vertices by the same way, as far as coordinates go."""
    rings: dict[PolygonRef, NDArray[np.float64]] = {}
    for ref, indices in vertices.items():
        rings[ref] = points = annotation.polygon(ref).points.copy()
        moved = points[list(indices)] + (dx, dy)
        points[list(indices)] = np.clip(moved, -COORDINATE_LIMIT, COORDINATE_LIMIT)
    return _with_rings(annotation, rings)


def delete_vertices(annotation: Annotation, vertices: Vertices) -> Annotation:
    """Delete several vertices; polygons that would have fewer than three go as a whole."""
    left = {ref: np.delete(annotation.polygon(ref).points, list(vertices[ref]), axis=0) for ref in vertices}
    annotation = _with_rings(annotation, {ref: points for ref, points in left.items() if len(points) >= 3})
    return remove_polygons(annotation, [ref for ref, points in left.items() if len(points) < 3])


def transform(annotation: Annotation, refs: Iterable[PolygonRef], matrix: NDArray[np.float64]) -> Annotation:
    """Give these polygons an affine transform: ``matrix`` is (2, 3), points become matrix · (x, y, 1).

    A polygon that would reach farther than coordinates go stays as it is.
    """

    def transformed(polygon: Polygon) -> Polygon:
        points = polygon.points @ matrix[:, :2].T + matrix[:, 2]
        if not (np.abs(points) <= COORDINATE_LIMIT).all():
            return polygon
        return replace(polygon, points=points)

    return update_polygons(annotation, refs, transformed)


# --- role, class, order ------------------------------------------------------------------------------------


def set_role(
    annotation: Annotation, refs: Iterable[PolygonRef], role: Role, class_name: str
) -> tuple[Annotation, Refs]:
    """Give these polygons a role and put each where that role is at home.

    Inside an instance include and exclude take their canonical place; ignore is an image-wide list; an
    image-wide polygon that becomes an include is a new instance of ``class_name``. An instance that gave all
    its polygons away goes.
    """
    placed: list[tuple[Owner, Polygon]] = []
    for owner, indices in _by_owner(refs).items():
        polygons = annotation.polygons(owner)
        changing = [index for index in sorted(indices) if polygons[index].role is not role]
        if not changing:
            continue
        kept = tuple(p for index, p in enumerate(polygons) if index not in changing)
        annotation = with_polygons(annotation, owner, kept)
        for index in changing:
            new = with_role(polygons[index], role)
            annotation, home = _add_at_home(annotation, owner, new, class_name)
            placed.append((home, new))
        if isinstance(owner, str) and not annotation.polygons(owner):
            annotation = remove_instances(annotation, {owner})
    return annotation, tuple(_find(annotation, owner, polygon) for owner, polygon in placed)


def _add_at_home(
    annotation: Annotation, owner: Owner, polygon: Polygon, class_name: str
) -> tuple[Annotation, Owner]:
    """Add a polygon that was ``owner``'s where its role, new to it, is at home."""
    if polygon.role is Role.INCLUDE and isinstance(owner, Role):
        instance = Instance(new_id(annotation), class_name, (polygon,))
        return add_instance(annotation, instance), instance.id
    home = polygon.role if polygon.role is Role.IGNORE or isinstance(owner, Role) else owner
    return add_polygon(annotation, home, polygon)[0], home


def set_class(annotation: Annotation, ids: Collection[str], class_name: str) -> Annotation:
    return _update_instances(
        annotation,
        lambda i: replace(i, class_name=class_name) if i.id in ids and i.class_name != class_name else i,
    )


def rename_class(annotation: Annotation, old: str, new: str) -> Annotation:
    """The same annotation with one class called differently; the same object when it has none of it."""
    return _update_instances(annotation, lambda i: replace(i, class_name=new) if i.class_name == old else i)


def reorder_instances(annotation: Annotation, ids: Collection[str], index: int) -> Annotation:
    """Move these instances, in their present order, to before the instance now at ``index``."""
    before = [i for i in annotation.instances[:index] if i.id not in ids]
    moved = [i for i in annotation.instances if i.id in ids]
    after = [i for i in annotation.instances[index:] if i.id not in ids]
    instances = (*before, *moved, *after)
    if all(a is b for a, b in zip(instances, annotation.instances, strict=True)):
        return annotation
    return replace(annotation, instances=instances)


def reorder_polygons(
    annotation: Annotation, owner: Owner, indices: Collection[int], place: int
) -> tuple[Annotation, Refs]:
    """Move these polygons of one owner, in their present order, to before the one now at ``place``.

    The mask is made in this order: an include after an exclude is an island in its hole.
    """
    polygons, chosen = annotation.polygons(owner), set(indices)
    before = [p for i, p in enumerate(polygons) if i < place and i not in chosen]
    moved = [p for i, p in enumerate(polygons) if i in chosen]
    after = [p for i, p in enumerate(polygons) if i >= place and i not in chosen]
    ordered = (*before, *moved, *after)
    if any(a is not b for a, b in zip(ordered, polygons, strict=True)):
        annotation = with_polygons(annotation, owner, ordered)
    return annotation, tuple(PolygonRef(owner, len(before) + order) for order in range(len(moved)))


# --- pieces ------------------------------------------------------------------------------------------------


def translated(polygon: Polygon, dx: float, dy: float) -> Polygon:
    """The polygon elsewhere; where coordinates end it stops, in its shape."""
    left, top, right, bottom = polygon.bounds
    dx = min(max(dx, -COORDINATE_LIMIT - left), COORDINATE_LIMIT - right)
    dy = min(max(dy, -COORDINATE_LIMIT - top), COORDINATE_LIMIT - bottom)
    return replace(polygon, points=polygon.points + (dx, dy))


def with_role(polygon: Polygon, role: Role) -> Polygon:
    return polygon if polygon.role is role else replace(polygon, role=role)


def with_polygons(annotation: Annotation, owner: Owner, polygons: tuple[Polygon, ...]) -> Annotation:
    """The annotation with this owner's polygons replaced as a whole; KeyError for an unknown instance."""
    return _with_all_polygons(annotation, {owner: polygons})


def _with_all_polygons(annotation: Annotation, polygons: Mapping[Owner, tuple[Polygon, ...]]) -> Annotation:
    """The same for several owners: in one pass, because there may be 10,000."""
    changed: dict[int, Instance] = {}
    for owner, new in polygons.items():
        if owner is Role.EXCLUDE:
            annotation = replace(annotation, exclude=new)
        elif owner is Role.IGNORE:
            annotation = replace(annotation, ignore=new)
        elif isinstance(owner, str):
            position = annotation.position(owner)
            changed[position] = replace(annotation.instances[position], polygons=new)
    return annotation.with_instances(changed) if changed else annotation


def _with_rings(annotation: Annotation, rings: Mapping[PolygonRef, NDArray[np.float64]]) -> Annotation:
    """Other points for these polygons."""
    polygons: dict[Owner, list[Polygon]] = {}
    for ref, points in rings.items():
        if ref.owner not in polygons:
            polygons[ref.owner] = list(annotation.polygons(ref.owner))
        polygons[ref.owner][ref.index] = replace(annotation.polygon(ref), points=points)
    return _with_all_polygons(annotation, {owner: tuple(some) for owner, some in polygons.items()})


def _update_instances(annotation: Annotation, update: Callable[[Instance], Instance]) -> Annotation:
    instances = tuple(update(i) for i in annotation.instances)
    if all(a is b for a, b in zip(instances, annotation.instances)):
        return annotation
    return replace(annotation, instances=instances)


def _canonical_index(polygons: tuple[Polygon, ...], role: Role) -> int:
    if role is Role.INCLUDE:
        for index, polygon in enumerate(polygons):
            if polygon.role is Role.EXCLUDE:
                return index
    return len(polygons)


def _by_owner(refs: Iterable[PolygonRef]) -> Mapping[Owner, set[int]]:
    owners: dict[Owner, set[int]] = {}
    for ref in refs:
        owners.setdefault(ref.owner, set()).add(ref.index)
    return owners


def _find(annotation: Annotation, owner: Owner, polygon: Polygon) -> PolygonRef:
    for index, candidate in enumerate(annotation.polygons(owner)):
        if candidate is polygon:
            return PolygonRef(owner, index)
    raise KeyError(owner)


def _shifted_by_insert(ref: PolygonRef, inserted: PolygonRef) -> PolygonRef:
    if ref.owner == inserted.owner and ref.index >= inserted.index:
        return PolygonRef(ref.owner, ref.index + 1)
    return ref
