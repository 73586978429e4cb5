"""The stroke of a brush while it grows: only its new part is painted anew, and it looks as if all were."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QRegion

from labeler.document.model import Role
from labeler.editor.painting.live import Live, LivePainter, screen_rect
from labeler.geometry.viewport import Viewport
from labeler.tools.state import Mark, MarkKind, Overlay
from tests.builders import annotation_of
from tests.painting.scenes import STYLE

WIDTH, HEIGHT = 200, 150
EMPTY = annotation_of()

positions = st.tuples(st.floats(-20, 120), st.floats(-20, 100))


@pytest.fixture(autouse=True)
def _qt(qapp):
    """Painting needs a running Qt."""


def live(path: tuple, radius: float, role: Role = Role.INCLUDE) -> Live:
    marks = (Mark(MarkKind.STROKE, path, radius, role), Mark(MarkKind.RING, path[-1:], radius, role))
    return Live(EMPTY, (), Overlay(marks=marks))


def view_at(scale: float) -> Viewport:
    return Viewport(WIDTH, HEIGHT, 100, 80, scale, 100 - 50 * scale, 75 - 40 * scale)


def paint(pixels: NDArray[np.uint8], shown: Live, view: Viewport, region: QRegion | None = None) -> None:
    image = QImage(pixels.data, WIDTH, HEIGHT, QImage.Format.Format_ARGB32_Premultiplied)
    with QPainter(image) as painter:
        if region is not None:
            painter.setClipRegion(region)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            painter.fillRect(0, 0, WIDTH, HEIGHT, STYLE.exclude)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        LivePainter(STYLE).paint(painter, view, shown)


def changed(before: Live, after: Live, view: Viewport) -> QRegion:
    region = QRegion()
    for box in before.changes(after):
        region += QRegion((screen_rect(box, view) & QRectF(0, 0, WIDTH, HEIGHT)).toAlignedRect())
    return region


@given(
    st.lists(positions, min_size=2, max_size=12).map(tuple),
    st.floats(0.5, 40),
    st.sampled_from([0.3, 1.0, 4]),
)
@settings(max_examples=60, deadline=None)
def test_painting_what_changed_is_painting_all(path, radius_px, scale):
    view, radius = view_at(scale), radius_px / scale
    grown = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    paint(grown, live(path[:1], radius), view)
    for count in range(1, len(path)):
        before, after = live(path[:count], radius), live(path[: count + 1], radius)
        paint(grown, after, view, changed(before, after, view))
    fresh = np.zeros_like(grown)
    paint(fresh, live(path, radius), view)
    # A path of fewer parts has its edges smoothed a little differently; a part that is missing shows by 100.
    assert np.abs(grown.astype(int) - fresh.astype(int)).max() <= 80


def test_a_long_stroke_paints_only_what_it_gained():
    path = tuple((10 + n / 4, 40.0) for n in range(300))
    region = changed(live(path[:-1], 5), live(path, 5), view_at(1.0))
    assert region.boundingRect().width() < 50


def test_a_stroke_of_another_size_or_role_is_painted_anew():
    path = ((10.0, 40.0), (90.0, 40.0))
    for other in (live(path, 9), live(path, 5, Role.EXCLUDE), live(((10.0, 60.0), (90.0, 60.0)), 5)):
        assert changed(live(path, 5), other, view_at(1.0)).boundingRect().width() >= 80


def test_it_covers_what_is_under_it_evenly_also_where_it_crosses_itself():
    path = ((20.0, 20.0), (80.0, 60.0), (80.0, 20.0), (20.0, 60.0))
    pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    paint(pixels, live(path, 6), view_at(1.0))
    assert (pixels[75, 100] == pixels[75 - 13, 100 - 20]).all()
    assert 0 < pixels[75, 100, 3] < 255
