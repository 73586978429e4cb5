"""Random annotations, edits and views for the painters, and what a freshly painted layer looks like."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from labeler.document import edits
from labeler.document.model import Annotation, Instance, Owner, Polygon, PolygonRef, Role
from labeler.document.table import PolygonTable
from labeler.editor.painting.camera import Camera
from labeler.editor.painting.labels import MARGIN_PX, LabelPainter
from labeler.editor.painting.layer import Layer
from labeler.editor.painting.style import Style
from tests.builders import annotation_of, rectangle

WIDTH, HEIGHT = 120, 90
STYLE = Style({"a": "#3cb44b", "b": "#4363d8"})

near = st.tuples(st.integers(-20, WIDTH + 20), st.integers(-20, HEIGHT + 20)).map(
    lambda at: (float(at[0]), float(at[1]))
)
far = st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
near_rings = st.lists(near, min_size=3, max_size=7)
rings = near_rings | st.lists(near | far, min_size=3, max_size=5)
Rings = st.SearchStrategy[list[tuple[float, float]]]


def polygons(role: Role, rings: Rings = rings) -> st.SearchStrategy[Polygon]:
    return rings.map(lambda ring: Polygon(role, np.array(ring)))


def instances(id: str, rings: Rings = rings) -> st.SearchStrategy[Instance]:
    roles = st.sampled_from([Role.INCLUDE, Role.INCLUDE, Role.EXCLUDE])
    any_role = roles.flatmap(lambda role: polygons(role, rings))
    return st.builds(
        Instance, st.just(id), st.sampled_from("ab"), st.lists(any_role, min_size=1, max_size=3).map(tuple)
    )


@st.composite
def annotations(draw: st.DrawFn) -> Annotation:
    things = [draw(instances(f"i{number}")) for number in range(draw(st.integers(0, 4)))]
    exclude = draw(st.lists(polygons(Role.EXCLUDE), max_size=2))
    ignore = draw(st.lists(polygons(Role.IGNORE), max_size=2))
    return annotation_of(*things, exclude=exclude, ignore=ignore, width=WIDTH, height=HEIGHT)


@st.composite
def edited(draw: st.DrawFn, annotation: Annotation) -> Annotation:
    """One edit further, of any kind."""
    kinds = [_with_instance, _with_polygon]
    if annotation.instances:
        kinds += [_with_class, _reordered]
    if any(True for _ in annotation.refs()):
        kinds += [_with_vertex, _reshaped, _reshaped, _moved, _placed]
    return draw(st.sampled_from(kinds))(draw, annotation)


def _with_instance(draw: st.DrawFn, annotation: Annotation) -> Annotation:
    return edits.add_instance(annotation, draw(instances(edits.new_id(annotation))))


def _with_polygon(draw: st.DrawFn, annotation: Annotation) -> Annotation:
    owners: list[Owner] = [i.id for i in annotation.instances]
    owner = draw(st.sampled_from([*owners, Role.EXCLUDE, Role.IGNORE]))
    role = owner if isinstance(owner, Role) else draw(st.sampled_from([Role.INCLUDE, Role.EXCLUDE]))
    return edits.add_polygon(annotation, owner, draw(polygons(role)))[0]


def _with_class(draw: st.DrawFn, annotation: Annotation) -> Annotation:
    id = draw(st.sampled_from(annotation.instances)).id
    return edits.set_class(annotation, [id], draw(st.sampled_from("ab")))


def _reordered(draw: st.DrawFn, annotation: Annotation) -> Annotation:
    id = draw(st.sampled_from(annotation.instances)).id
    return edits.reorder_instances(annotation, [id], draw(st.integers(0, len(annotation.instances))))


def _with_vertex(draw: st.DrawFn, annotation: Annotation) -> Annotation:
    ref, vertex = _a_vertex(draw, annotation)
    return edits.insert_vertex(annotation, ref, vertex, draw(near))


def _reshaped(draw: st.DrawFn, annotation: Annotation) -> Annotation:
    ref, vertex = _a_vertex(draw, annotation)
    if draw(st.integers(0, 3)) == 0:
        return edits.delete_vertex(annotation, ref, vertex)
    return edits.move_vertex(annotation, ref, vertex, draw(near | far))


def _moved(draw: st.DrawFn, annotation: Annotation) -> Annotation:
    dx, dy = draw(near)
    return edits.translate(annotation, draw(st.lists(_refs(annotation), max_size=3)), dx, dy)


def _placed(draw: st.DrawFn, annotation: Annotation) -> Annotation:
    """Another role, another place in its instance, or gone."""
    ref = draw(_refs(annotation))
    kind = draw(st.sampled_from(["role", "front", "remove"]))
    if kind == "role":
        return edits.set_role(annotation, [ref], draw(st.sampled_from(Role)), "a")[0]
    if kind == "front":
        return edits.reorder_polygons(
            annotation, ref.owner, [ref.index], len(annotation.polygons(ref.owner))
        )[0]
    return edits.remove_polygons(annotation, [ref])


def _refs(annotation: Annotation) -> st.SearchStrategy[PolygonRef]:
    return st.sampled_from(list(annotation.refs()))


def _a_vertex(draw: st.DrawFn, annotation: Annotation) -> tuple[PolygonRef, int]:
    ref = draw(_refs(annotation))
    return ref, draw(st.integers(0, len(annotation.polygon(ref).points) - 1))


@st.composite
def cameras(draw: st.DrawFn) -> Camera:
    """Views that show a part of the image at any zoom."""
    scale = draw(st.sampled_from([0.05, 0.37, 1.0, 1.7, 4.0, 40.0, 64.0]))
    x, y = draw(st.tuples(st.floats(0, WIDTH), st.floats(0, HEIGHT)))
    ratio = draw(st.sampled_from([1.0, 1.0, 1.5, 2.0]))
    return Camera(scale, 80 - x * scale, 60 - y * scale, 160, 120, ratio)


def panned(camera: Camera, dx: int, dy: int) -> Camera:
    return Camera(camera.scale, camera.left + dx, camera.top + dy, camera.width, camera.height, camera.ratio)


def rendered(
    annotation: Annotation, camera: Camera, hidden: frozenset[Owner] = frozenset()
) -> NDArray[np.uint8]:
    """(height, width, 4) BGRA of the label layer, painted at once."""
    painter = LabelPainter(PolygonTable.of(annotation), STYLE, hidden)
    layer = Layer(lambda: painter, MARGIN_PX)
    return pixels_of(layer, camera)


def pixels_of(layer: Layer, camera: Camera) -> NDArray[np.uint8]:
    image = layer.sync(camera)
    assert (image.width(), image.height()) == (camera.width, camera.height)
    return np.array(image.constBits(), np.uint8).reshape(camera.height, camera.width, 4)


def many(count: int) -> Annotation:
    """``count`` small squares, an instance each."""
    squares = [rectangle(x, y, x + 2, y + 2) for x in range(0, 117, 3) for y in range(0, 87, 3)]
    return annotation_of(*squares[:count], width=WIDTH, height=HEIGHT, class_name="a")
