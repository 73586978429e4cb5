"""Crosshair and note: moving or changing repaints what they leave and where they come, and no more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from labeler.editor.painting.crosshair import Crosshair
from labeler.editor.painting.live import Live
from labeler.editor.painting.note import Note
from labeler.editor.painting.picture import Picture
from labeler.editor.painting.scene import Scene
from labeler.editor.view_options import ViewOptions
from labeler.geometry.viewport import Viewport
from labeler.tools.options import Options
from labeler.tools.state import EMPTY_OVERLAY
from tests.builders import annotation_of
from tests.painting.scenes import STYLE

WIDTH, HEIGHT = 200, 150
SCENE = Scene(
    Viewport(WIDTH, HEIGHT, 100, 80),
    Live(annotation_of(), (), EMPTY_OVERLAY),
    STYLE,
    Options(),
    Picture(np.zeros((80, 100, 3), np.uint8)),
    (100.0, 75.0),
    ViewOptions(crosshair=True),
)
scenes = st.builds(
    lambda pointer, on, note: replace(
        SCENE, pointer=pointer, view_options=ViewOptions(crosshair=on), note=note
    ),
    st.none() | st.tuples(st.floats(-5, WIDTH + 5), st.floats(-5, HEIGHT + 5)),
    st.booleans(),
    st.sampled_from(["", "No mask", "There is no model mask"]),
)


@pytest.fixture(autouse=True)
def _qt(qapp):
    """Painting needs a running Qt."""


def painted(thing, scene: Scene) -> NDArray[np.uint8]:
    pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    image = QImage(pixels.data, WIDTH, HEIGHT, QImage.Format.Format_ARGB32_Premultiplied)
    with QPainter(image) as painter:
        thing.paint(painter, scene)
    return pixels


def repainted(thing, before: Scene, after: Scene) -> NDArray[np.bool_]:
    covered = np.zeros((HEIGHT, WIDTH), bool)
    for rect in thing.changes(before, after):
        aligned = (rect & QRectF(0, 0, WIDTH, HEIGHT)).toAlignedRect()
        covered[aligned.top() : aligned.bottom() + 1, aligned.left() : aligned.right() + 1] = True
    return covered


@given(scenes, scenes)
@pytest.mark.parametrize("thing", [Crosshair(), Note()], ids=["crosshair", "note"])
def test_whatever_looks_different_is_repainted(thing, before, after):
    differs = (painted(thing, before) != painted(thing, after)).any(axis=2)
    assert not (differs & ~repainted(thing, before, after)).any()


def test_a_move_repaints_thin_bars_only():
    moved = replace(SCENE, pointer=(60.0, 40.0))
    assert repainted(Crosshair(), SCENE, moved).mean() < 0.1


def test_the_same_again_repaints_nothing():
    assert not list(Crosshair().changes(SCENE, replace(SCENE, pointer=(100.4, 75.4))))
    noted = replace(SCENE, note="No mask")
    assert not list(Note().changes(noted, noted))


def test_the_pixel_under_the_pointer_stays_in_sight():
    assert not painted(Crosshair(), SCENE)[70:81, 95:106].any()
    assert painted(Crosshair(), SCENE)[75, 0].any()
    assert painted(Crosshair(), SCENE)[0, 100].any()


def test_without_a_picture_there_are_no_lines():
    assert not painted(Crosshair(), replace(SCENE, picture=None)).any()
