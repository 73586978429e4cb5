"""Any edit with any arguments it may get, for tests of everything that must hold whatever was done."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from labeler.document import edits
from labeler.document.model import Annotation, Owner, PolygonRef, Role
from tests.builders import annotation_of, instance_of, ring_with_hole, square, triangle

Draw = Callable[[st.SearchStrategy[Any]], Any]

roles = st.sampled_from(Role)
class_names = st.sampled_from(["coin", "cup", "object"])
_coordinates = st.integers(-2000, 2000).map(float)
positions = st.tuples(_coordinates, _coordinates)


_FORMS = [square(), triangle(), triangle(30, 30), ring_with_hole()[1], square(role=Role.EXCLUDE)]
_lists = st.lists(st.sampled_from(_FORMS), max_size=3)
#: What edits start from: which polygons there are and whose, not what shape they have. An object may be there
#: twice.
starts = st.builds(
    lambda instances, exclude, ignore: annotation_of(*instances, exclude=exclude, ignore=ignore),
    st.lists(st.lists(st.sampled_from(_FORMS), min_size=1, max_size=4), max_size=4),
    _lists,
    _lists,
)


def _some_refs(draw: Draw, annotation: Annotation) -> list[PolygonRef]:
    refs = list(annotation.refs())
    return draw(st.lists(st.sampled_from(refs), unique=True)) if refs else []


def _some_ids(draw: Draw, annotation: Annotation) -> set[str]:
    return {ref.owner for ref in _some_refs(draw, annotation) if isinstance(ref.owner, str)}


def _place(draw: Draw, count: int) -> int:
    return draw(st.integers(0, count))


def _any_owner(draw: Draw, annotation: Annotation) -> Owner:
    return draw(st.sampled_from([Role.EXCLUDE, Role.IGNORE, *(i.id for i in annotation.instances)]))


def _add_polygon(draw: Draw, annotation: Annotation) -> Annotation:
    return edits.add_polygon(annotation, _any_owner(draw, annotation), draw(st.sampled_from(_FORMS)))[0]


def _with_one(
    edit: Callable[[Draw, Annotation, PolygonRef], Annotation],
) -> Callable[[Draw, Annotation], Annotation]:
    def apply(draw: Draw, annotation: Annotation) -> Annotation:
        refs = list(annotation.refs())
        return edit(draw, annotation, draw(st.sampled_from(refs))) if refs else annotation

    return apply


def _reorder_polygons(draw: Draw, annotation: Annotation) -> Annotation:
    owner = _any_owner(draw, annotation)
    count = len(annotation.polygons(owner))
    indices = draw(st.sets(st.integers(0, count - 1))) if count else set()
    return edits.reorder_polygons(annotation, owner, indices, _place(draw, count))[0]


def _with_polygons(draw: Draw, annotation: Annotation) -> Annotation:
    owner = _any_owner(draw, annotation)
    return edits.with_polygons(annotation, owner, annotation.polygons(owner)[::-1])


def _some_vertices(draw: Draw, annotation: Annotation) -> dict[PolygonRef, set[int]]:
    refs = _some_refs(draw, annotation)
    return {ref: draw(st.sets(st.integers(0, _corners(annotation, ref) - 1), min_size=1)) for ref in refs}


def _corners(annotation: Annotation, ref: PolygonRef) -> int:
    return len(annotation.polygon(ref).points)


#: Name of a function in ``edits`` → the annotation after it.
ANY_EDIT: dict[str, Callable[[Draw, Annotation], Annotation]] = {
    "add_instance": lambda draw, a: edits.add_instance(a, instance_of(triangle(), id=edits.new_id(a))),
    "add_polygon": _add_polygon,
    "remove_polygons": lambda draw, a: edits.remove_polygons(a, _some_refs(draw, a)),
    "remove_instances": lambda draw, a: edits.remove_instances(a, _some_ids(draw, a)),
    "duplicate": lambda draw, a: edits.duplicate(a, _some_refs(draw, a), draw(positions))[0],
    "update_polygons": lambda draw, a: edits.update_polygons(
        a, _some_refs(draw, a), lambda p: replace(p, points=p.points[::-1])
    ),
    "translate": lambda draw, a: edits.translate(a, _some_refs(draw, a), *draw(positions)),
    "move_vertex": _with_one(
        lambda draw, a, ref: edits.move_vertex(a, ref, _place(draw, _corners(a, ref) - 1), draw(positions))
    ),
    "insert_vertex": _with_one(
        lambda draw, a, ref: edits.insert_vertex(a, ref, _place(draw, _corners(a, ref)), draw(positions))
    ),
    "delete_vertex": _with_one(
        lambda draw, a, ref: edits.delete_vertex(a, ref, _place(draw, _corners(a, ref) - 1))
    ),
    "move_vertices": lambda draw, a: edits.move_vertices(a, _some_vertices(draw, a), *draw(positions)),
    "delete_vertices": lambda draw, a: edits.delete_vertices(a, _some_vertices(draw, a)),
    "transform": lambda draw, a: edits.transform(
        a, _some_refs(draw, a), np.array(draw(st.lists(_coordinates, min_size=6, max_size=6))).reshape(2, 3)
    ),
    "merge": lambda draw, a: edits.merge(a, draw(starts))[0],
    "part": lambda draw, a: edits.part(a, _some_refs(draw, a)),
    "set_role": lambda draw, a: edits.set_role(a, _some_refs(draw, a), draw(roles), draw(class_names))[0],
    "set_class": lambda draw, a: edits.set_class(a, _some_ids(draw, a), draw(class_names)),
    "rename_class": lambda draw, a: edits.rename_class(a, draw(class_names), draw(class_names)),
    "reorder_instances": lambda draw, a: edits.reorder_instances(
        a, _some_ids(draw, a), _place(draw, len(a.instances))
    ),
    "reorder_polygons": _reorder_polygons,
    "with_polygons": _with_polygons,
}


def any_edit(draw: Draw, annotation: Annotation) -> tuple[str, Annotation]:
    """Its name and the annotation after it."""
    name = draw(st.sampled_from(sorted(ANY_EDIT)))
    return name, ANY_EDIT[name](draw, annotation)
