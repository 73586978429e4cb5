"""A repaired layer looks like a freshly painted one, whatever was changed, panned or zoomed."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.document import edits
from labeler.document.model import Annotation, Role
from labeler.document.session import changed_owners
from labeler.document.table import PolygonTable
from labeler.editor.painting.camera import Camera, Pixels, Rect
from labeler.editor.painting.changes import changed_boxes
from labeler.editor.painting.labels import MARGIN_PX, LabelPainter
from labeler.editor.painting.layer import Layer
from tests.builders import annotation_of, instance_of, polygon, rectangle, ring_with_hole
from tests.painting import scenes
from tests.painting.scenes import STYLE, pixels_of, rendered

#: OpenCV's lines depend a little on where it cuts them: single pixels at the rim of an outline may come out
#: otherwise in a repaired rectangle. Nobody sees those; more than this share, or two by two, would be a seam.
SHADE = 24
SHARE = 0.01


class Watched:
    """A painter that notes what it paints."""

    def __init__(self, painter: LabelPainter, painted: list[Rect]) -> None:
        self._painter, self._painted = painter, painted
        self.cost = painter.cost

    def steps(self, pixels: Pixels, rect: Rect, camera: Camera) -> Iterator[None]:
        self._painted.append(rect)
        return self._painter.steps(pixels, rect, camera)


class Shown:
    """A label layer that is kept up with an annotation as the canvas does it."""

    def __init__(self, annotation: Annotation, camera: Camera) -> None:
        self.annotation = annotation
        self.camera = camera
        self.painted: list[Rect] = []
        self.layer = Layer(self._renderer, MARGIN_PX)
        self.layer.sync(camera)
        self.painted.clear()

    def change(self, annotation: Annotation) -> None:
        owners = changed_owners(self.annotation, annotation)
        self.layer.mark(changed_boxes(self.annotation, annotation, owners))
        self.annotation = annotation

    def _renderer(self) -> Watched:
        return Watched(LabelPainter(PolygonTable.of(self.annotation), STYLE), self.painted)

    def assert_as_new(self) -> None:
        repaired = pixels_of(self.layer, self.camera).astype(int)
        new = rendered(self.annotation, self.camera).astype(int)
        differs = (np.abs(repaired - new).max(axis=2) > SHADE).astype(np.uint8)
        assert differs.mean() <= SHARE, f"{differs.sum()} of {differs.size} pixels differ"
        assert not cv2.erode(differs, np.ones((2, 2), np.uint8)).any(), "a seam"


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_repaired_layer_looks_like_a_new_one(data):
    shown = Shown(data.draw(scenes.annotations()), data.draw(scenes.cameras()))
    for _ in range(data.draw(st.integers(1, 5))):
        for _ in range(data.draw(st.integers(0, 3))):
            shown.change(data.draw(scenes.edited(shown.annotation)))
        view = data.draw(st.sampled_from(["stay", "stay", "pan", "pan", "zoom"]))
        if view == "pan":
            dx, dy = data.draw(st.tuples(st.integers(-200, 200), st.integers(-150, 150)))
            shown.camera = scenes.panned(shown.camera, dx, dy)
        elif view == "zoom":
            shown.camera = data.draw(scenes.cameras())
        shown.assert_as_new()


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_what_is_painted_later_looks_like_a_new_one_whatever_changed_meanwhile(data):
    shown = Shown(data.draw(scenes.annotations()), data.draw(scenes.cameras()))
    for _ in range(data.draw(st.integers(1, 8))):
        what = data.draw(st.sampled_from(["edit", "edit", "pan", "zoom", "all", "work", "work"]))
        if what == "edit":
            shown.change(data.draw(scenes.edited(shown.annotation)))
        elif what == "pan":
            dx, dy = data.draw(st.tuples(st.integers(-200, 200), st.integers(-150, 150)))
            shown.camera = scenes.panned(shown.camera, dx, dy)
        elif what == "zoom":
            shown.camera = data.draw(scenes.cameras())
        elif what == "all":
            shown.layer.mark_all()
        else:
            shown.layer.work(until=0)
            continue
        shown.layer.paint_later(shown.camera)
    while shown.layer.is_pending:
        shown.layer.work(until=0)
    shown.assert_as_new()


@pytest.mark.parametrize("offset", [0.0, 0.25, 0.5, 0.75])
def test_the_patterns_of_panned_excludes_and_ignore_regions_have_no_seam(offset):
    big = rectangle(-500, -500, 500, 500)
    annotation = annotation_of(
        big, exclude=[rectangle(-400, -400, 60, 400)], ignore=[rectangle(70, -400, 400, 400)]
    )
    shown = Shown(annotation, Camera(1.0, offset, -offset, 160, 120))
    for dx, dy in [(1, 0), (1, 1), (-7, 3), (5, -20), (0, 1)]:
        shown.camera = scenes.panned(shown.camera, dx, dy)
        repaired, new = pixels_of(shown.layer, shown.camera), rendered(annotation, shown.camera)
        between = round(shown.camera.left) + 65  # the outlines
        for part in (np.s_[:, : between - 12], np.s_[:, between + 12 :]):
            np.testing.assert_array_equal(repaired[part], new[part])


def test_a_dragged_vertex_repaints_its_neighbourhood_only():
    angles = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * 50 + (80, 60)
    shown = Shown(annotation_of(polygon(ring), width=160, height=120), Camera(1.0, 0.0, 0.0, 160, 120))
    ref = next(shown.annotation.refs())
    shown.change(edits.move_vertex(shown.annotation, ref, 0, (135, 62)))
    shown.assert_as_new()
    assert sum(width * height for _, _, width, height in shown.painted) < 20 * 25


def test_nothing_is_painted_when_nothing_changed():
    shown = Shown(annotation_of(ring_with_hole()), Camera(1.0, 0.0, 0.0, 160, 120))
    shown.layer.sync(shown.camera)
    assert shown.painted == []


def test_a_pan_paints_only_what_it_uncovers():
    shown = Shown(annotation_of(ring_with_hole()), Camera(1.0, 0.5, 0.0, 160, 120))
    shown.camera = scenes.panned(shown.camera, -10, 0)
    shown.layer.sync(shown.camera)
    assert shown.painted == [(150, 0, 10, 120)]


def test_changes_out_of_sight_cost_nothing():
    shown = Shown(annotation_of(rectangle(500, 500, 520, 520)), Camera(1.0, 0.0, 0.0, 160, 120))
    ref = next(shown.annotation.refs())
    shown.change(edits.translate(shown.annotation, [ref], 5, 5))
    shown.layer.sync(shown.camera)
    assert shown.painted == []


def test_a_change_of_another_role_is_seen():
    annotation = annotation_of(ring_with_hole())
    shown = Shown(annotation, Camera(2.0, 0.0, 0.0, 160, 120))
    hole = list(annotation.refs())[1]
    shown.change(edits.set_role(annotation, [hole], Role.IGNORE, "a")[0])
    shown.assert_as_new()


def test_a_border_that_two_classes_share_keeps_its_colour_where_it_is_repaired():
    front, back = (
        instance_of(rectangle(10, top, 150, 60), id=id, class_name=name)
        for id, name, top in (("i2", "a", 5), ("i1", "b", 20))
    )
    speck = instance_of(rectangle(12, 50, 14, 52), id="i0", class_name="a")  # seen by the whole only
    shown = Shown(annotation_of(speck, back, front), Camera(1.0, 0.0, 0.0, 160, 120))
    shown.layer.mark([(100, 55, 110, 65)])
    shown.assert_as_new()


def test_outlines_do_not_fray_where_slow_pans_meet():
    rng = np.random.default_rng(4)
    annotation = annotation_of(*(polygon(rng.uniform(-100, 260, (5, 2))) for _ in range(4)))
    shown = Shown(annotation, Camera(1.0, 0.5, 0.25, 160, 120))
    for _ in range(60):
        shown.camera = scenes.panned(shown.camera, 1, 1)
        shown.layer.sync(shown.camera)
    repaired = pixels_of(shown.layer, shown.camera).astype(int)
    differs = np.abs(repaired - rendered(annotation, shown.camera)).max(axis=2) > SHADE
    assert differs.mean() < 0.001
