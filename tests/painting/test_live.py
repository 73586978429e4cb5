"""What is painted live: each frame repaints all that differs from the one before, and not much more."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from labeler.document import edits
from labeler.document.model import Annotation, PolygonRef, Role
from labeler.document.table import PolygonTable
from labeler.editor.painting.live import Live, LivePainter, SelectedRows, box_around, screen_rect
from labeler.geometry.viewport import Viewport
from labeler.tools.picking import VertexHit
from labeler.tools.state import EMPTY_OVERLAY, Overlay
from tests.builders import annotation_of, ring_with_hole, square
from tests.painting import scenes
from tests.painting.scenes import STYLE

WIDTH, HEIGHT = 200, 150


@pytest.fixture(autouse=True)
def _qt(qapp):
    """Painting needs a running Qt."""


def painted(live: Live, view: Viewport, part: QRect | None = None) -> NDArray[np.uint8]:
    pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    image = QImage(pixels.data, WIDTH, HEIGHT, QImage.Format.Format_ARGB32_Premultiplied)
    with QPainter(image) as painter:
        if part:
            painter.setClipRect(part)
        LivePainter(STYLE).paint(painter, view, live)
    return pixels


def live(annotation: Annotation, selection: tuple[PolygonRef, ...], overlay: Overlay, *, many: bool) -> Live:
    """A frame; ``many``: as of so many selected polygons that their boxes are asked."""
    table = PolygonTable.of(annotation)
    rows = SelectedRows(table, table.rows(selection)) if many else None
    return Live(annotation, selection, overlay, rows)


def repainted(before: Live, after: Live, view: Viewport) -> NDArray[np.bool_]:
    """The part of the canvas that is painted anew from one frame to the next."""
    covered = np.zeros((HEIGHT, WIDTH), bool)
    for box in before.changes(after):
        rect = (screen_rect(box, view) & QRectF(0, 0, WIDTH, HEIGHT)).toAlignedRect()
        covered[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1] = True
    return covered


def view_at(scale: float) -> Viewport:
    return Viewport(WIDTH, HEIGHT, 120, 90, scale, 100 - 60 * scale, 75 - 45 * scale)


@st.composite
def overlays(draw: st.DrawFn, annotation: Annotation, draft: tuple = ()) -> Overlay:
    refs = list(annotation.refs())
    some_ref = st.none() | st.sampled_from(refs) if refs else st.none()
    ref = draw(some_ref)
    draft = draft if draw(st.booleans()) else ()
    draft = draft + tuple(draw(st.lists(scenes.near, max_size=4)))
    return Overlay(
        draft=draft,
        rubber=draw(st.none() | scenes.near) if draft else None,
        is_open=draw(st.booleans()),
        role=draw(st.sampled_from(Role)) if draft else None,
        closes=draw(st.booleans()),
        hovered=draw(some_ref),
        vertex=VertexHit(ref, draw(st.integers(0, 3))) if ref else None,
        adds=draw(st.none() | scenes.near),
        deletes=draw(st.booleans()),
    )


@settings(max_examples=200, deadline=None)
@given(data=st.data(), scale=st.sampled_from([0.3, 1.0, 3.0]))
def test_whatever_looks_different_is_repainted(data, scale):
    view = view_at(scale)
    annotation = data.draw(scenes.annotations())
    some = st.lists(st.sampled_from(list(annotation.refs())), unique=True).map(tuple)
    selection = data.draw(some) if any(True for _ in annotation.refs()) else ()
    before = live(
        annotation, selection, data.draw(overlays(annotation)), many=(many := data.draw(st.booleans()))
    )
    edited = data.draw(st.just(annotation) | scenes.edited(annotation))
    kept = tuple(ref for ref in selection if ref.in_(edited))
    after = live(edited, kept, data.draw(overlays(edited, before.overlay.draft)), many=many)
    differs = (painted(before, view) != painted(after, view)).any(axis=2)
    missed = differs & ~repainted(before, after, view)
    assert not missed.any(), f"{missed.sum()} pixels were left as they were"


@pytest.mark.parametrize("overlay", [{"adds": (40.0, 20.0)}, {"deletes": True, "vertex": True}])
def test_where_a_vertex_is_added_or_deleted_the_others_are_not_in_the_way(overlay):
    annotation = annotation_of(square(20, 20, 40))
    ref = next(iter(annotation.refs()))
    vertex = VertexHit(ref, 0)
    overlay = Overlay(hovered=ref, **overlay | ({"vertex": vertex} if overlay.get("vertex") else {}))
    before = Live(annotation, (ref,), EMPTY_OVERLAY)
    after = Live(annotation, (ref,), overlay)
    view = view_at(1.0)
    x, y = (round(c) for c in view.to_screen((60, 60)))
    assert painted(before, view)[y, x].tolist() == [255, 255, 255, 255]
    assert painted(after, view)[y, x].tolist() != [255, 255, 255, 255]
    assert repainted(before, after, view)[y, x]


@settings(max_examples=50, deadline=None)
@given(data=st.data(), scale=st.sampled_from([0.3, 1.0, 8.0]))
def test_a_selection_looks_the_same_whether_all_of_it_is_looked_at_or_what_is_in_sight(data, scale):
    annotation = data.draw(scenes.annotations())
    selection = tuple(annotation.refs())
    frames = [live(annotation, selection, EMPTY_OVERLAY, many=many) for many in (False, True)]
    one, other = (painted(frame, view_at(scale)) for frame in frames)
    np.testing.assert_array_equal(one, other)


def test_nothing_new_repaints_nothing():
    live = Live(annotation_of(square()), (PolygonRef("i1", 0),), EMPTY_OVERLAY)
    assert list(live.changes(live)) == []


def test_hovering_does_not_repaint_the_selection():
    annotation = annotation_of(square(0, 0, 20), square(60, 0, 20), square(100, 70, 10))
    selection = (PolygonRef("i1", 0), PolygonRef("i2", 0))
    before = Live(annotation, selection, EMPTY_OVERLAY)
    after = Live(annotation, selection, Overlay(hovered=PolygonRef("i3", 0)))
    assert list(before.changes(after)) == [(100, 70, 110, 80)]


def test_a_long_stroke_repaints_only_what_it_gained():
    stroke = tuple((float(n), 50 + 30 * np.sin(n / 7)) for n in range(100))
    before = Live(annotation_of(), (), Overlay(draft=stroke[:-1], rubber=stroke[-2], role=Role.INCLUDE))
    after = Live(annotation_of(), (), Overlay(draft=stroke, rubber=stroke[-1], role=Role.INCLUDE))
    # The rubber line to the first point is as long as the stroke, but not as high.
    heights = [bottom - top for _, top, _, bottom in before.changes(after)]
    whole = box_around(stroke)
    assert max(heights) < (whole[3] - whole[1]) / 2


@pytest.mark.parametrize("count", [3, 62, 63, 64, 65, 150])
def test_a_stroke_that_grows_looks_as_if_painted_at_once(count):
    view = view_at(1.0)
    stroke = tuple((n * 0.6, 50 + 30 * np.sin(n / 7)) for n in range(count + 1))
    frames = [
        Live(annotation_of(), (), Overlay(draft=stroke[:n], role=Role.INCLUDE)) for n in (count, count + 1)
    ]
    before, after = (painted(frame, view) for frame in frames)
    differs = (before != after).any(axis=2)
    assert differs.any()
    assert not (differs & ~repainted(*frames, view)).any()


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(1, 6) | st.sampled_from([63, 64]),
    corners=st.tuples(st.integers(0, 190), st.integers(0, 140), st.integers(1, 60), st.integers(1, 60)),
    scale=st.sampled_from([0.3, 1.0, 8.0]),
)
def test_a_part_of_a_draft_is_painted_as_in_the_whole(seed, count, corners, scale):
    view, part = view_at(scale), QRect(*corners)
    points = np.random.default_rng(seed).uniform((-20, -20), (140, 110), (count, 2)).tolist()
    draft = tuple((x, y) for x, y in points)
    frame = Live(annotation_of(), (), Overlay(draft=draft, rubber=(50.0, 40.0), role=Role.EXCLUDE))
    rows, columns = slice(part.top(), part.bottom() + 1), slice(part.left(), part.right() + 1)
    whole, alone = painted(frame, view), painted(frame, view, part)
    # Qt rounds differently where it clips and where lines lie on each other; a line more or less is more.
    np.testing.assert_allclose(alone[rows, columns].astype(int), whole[rows, columns].astype(int), atol=48)


def test_a_moved_selected_polygon_is_repainted_alone():
    annotation = annotation_of(ring_with_hole(), square(70, 20, 20))
    refs = tuple(annotation.refs())
    moved = edits.translate(annotation, refs[2:], 5, 5)
    changes = list(Live(annotation, refs, EMPTY_OVERLAY).changes(Live(moved, refs, EMPTY_OVERLAY)))
    assert changes == [(70, 20, 90, 40), (75, 25, 95, 45)]
