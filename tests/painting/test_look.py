"""Tones, the model mask's shade, the pixel grid: exact where pixels are whole, repaired without a seam."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labeler.editor.painting.camera import Camera
from labeler.editor.painting.look import GRID_FROM, Look
from labeler.editor.painting.model_mask import ModelMask
from labeler.editor.painting.picture import Picture, PicturePainter
from labeler.raster.deep import Deep
from labeler.raster.tones import Tones, table_8, table_16

RNG = np.random.default_rng(1)
GREY = (0x27, 0x24, 0x23, 255)
EIGHT = Picture(RNG.integers(0, 255, (90, 130, 3), np.uint8))
Y, X = np.mgrid[:90, :130]
#: Smooth, and of more values than 8 bits hold.
VALUES = (1000 + X * 40 + Y * 60).astype(np.uint16)
DEEP = Deep(VALUES, 1000.0, 1000.0 + 255 * 45)
SIXTEEN = Picture(table_16(Tones(), DEEP.low, DEEP.high)[VALUES], DEEP)
COLOURS = np.stack([VALUES, VALUES[::-1], VALUES[:, ::-1]], axis=2)
SIXTEEN_RGB = Picture(
    table_16(Tones(), DEEP.low, DEEP.high)[COLOURS], Deep(np.ascontiguousarray(COLOURS), DEEP.low, DEEP.high)
)
LARGE = Picture(RNG.integers(0, 255, (700, 1301, 3), np.uint8))
MASK = ModelMask(np.where(np.hypot(X - 60, Y - 40) < 30, np.uint8(255), np.uint8(0)))
STRONG = Tones(black=10, white=70, brightness=-20, contrast=40, gamma=1.7)


def painted(picture, camera: Camera, look: Look, rect=None) -> NDArray[np.uint8]:
    painter = PicturePainter("#232427")
    painter.picture, painter.look = picture, look
    _, _, width, height = rect or camera.whole
    pixels = np.zeros((height, width, 4), np.uint8)
    painter.paint(pixels, rect or camera.whole, camera)
    return pixels


# --- tones -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1, 4])
def test_each_pixel_is_shown_in_its_tone(scale):
    shown = painted(EIGHT, Camera(float(scale), 7, 3, 160, 120), Look(STRONG))
    for column, row in [(0, 0), (11, 5), (20, 20)]:
        place = shown[3 + row * scale, 7 + column * scale]
        assert place.tolist() == [*table_8(STRONG)[EIGHT.pixels[row, column, ::-1]], 255]


@pytest.mark.parametrize("scale", [0.3, 1.0, 4.0])
def test_the_surroundings_keep_their_colour(scale):
    shown = painted(EIGHT, Camera(scale, 40.0, 40.0, 300, 200), Look(STRONG))
    assert (shown[:38] == GREY).all()
    assert (shown[:, :38] == GREY).all()


@pytest.mark.parametrize("scale", [1, 3])
@pytest.mark.parametrize("picture", [SIXTEEN, SIXTEEN_RGB], ids=["grey", "colour"])
def test_adjusted_deep_pixels_come_from_their_own_values(picture, scale):
    tones = Tones(black=20, white=21)
    shown = painted(picture, Camera(float(scale), 0, 0, 130 * scale, 90 * scale), Look(tones))
    expected = table_16(tones, DEEP.low, DEEP.high)[picture.deep.values]
    if expected.ndim == 2:
        expected = np.repeat(expected[..., None], 3, axis=2)
    np.testing.assert_array_equal(shown[::scale, ::scale, 2::-1], expected)
    # 8 bits have two or three in one percent.
    assert len(np.unique(shown)) > 6


@pytest.mark.parametrize("scale", [0.4, 0.77, 1.0, 1.6])
def test_adjusting_deep_pixels_moves_nothing(scale):
    """What Qt paints untouched and what is painted from deep values lie at the same place."""
    camera = Camera(scale, 13.3, -4.6, 160, 120)
    plain = painted(SIXTEEN, camera, Look()).astype(int)
    nearly = painted(SIXTEEN, camera, Look(Tones(brightness=1e-6))).astype(int)
    inside = (slice(3, 30), slice(18, 60))
    assert np.abs(plain[inside] - nearly[inside]).max() <= 2


# --- model mask --------------------------------------------------------------------------------------------


def test_outside_of_the_model_mask_it_is_darker_by_the_shade():
    camera = Camera(1.0, 0, 0, 130, 90)
    plain, shown = painted(EIGHT, camera, Look()), painted(EIGHT, camera, Look(mask=MASK, shade=0.5))
    on = MASK.level_for(1.0).pixels > 0
    np.testing.assert_array_equal(shown[on], plain[on])
    halved = plain[~on][:, :3].astype(int) / 2
    assert np.abs(shown[~on][:, :3] - halved).max() <= 1.5
    assert (shown[..., 3] == 255).all()


def test_a_full_shade_is_black_and_none_is_nothing():
    camera = Camera(1.0, 0, 0, 130, 90)
    off = MASK.level_for(1.0).pixels == 0
    assert not painted(EIGHT, camera, Look(mask=MASK, shade=1.0))[off][:, :3].any()
    plain = painted(EIGHT, camera, Look())
    np.testing.assert_array_equal(painted(EIGHT, camera, Look(mask=MASK, shade=0.0)), plain)


# --- grid --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [8.0, 8.5, 32.0])
def test_the_grid_runs_along_the_first_device_pixel_of_each_image_pixel(scale):
    camera = Camera(scale, 5.2, 3.7, 160, 120)
    differs = (
        painted(EIGHT, camera, Look(grid=True)) != painted(EIGHT, camera, Look())
    ).any(axis=2)  # fmt: skip
    columns = np.floor((np.arange(160) + 0.5 - 5.2) / scale)
    rows = np.floor((np.arange(120) + 0.5 - 3.7) / scale)
    starts_x = (columns != np.floor((np.arange(160) - 0.5 - 5.2) / scale)) & (columns >= 0)
    starts_y = (rows != np.floor((np.arange(120) - 0.5 - 3.7) / scale)) & (rows >= 0)
    inside = (rows >= 0)[:, None] & (columns >= 0)
    np.testing.assert_array_equal(differs, (starts_y[:, None] | starts_x) & inside)


def test_below_its_zoom_there_is_no_grid():
    camera = Camera(GRID_FROM - 0.1, 5.2, 3.7, 160, 120)
    np.testing.assert_array_equal(
        painted(EIGHT, camera, Look(grid=True)), painted(EIGHT, camera, Look())
    )  # fmt: skip


@pytest.mark.parametrize("value", [0, 100, 127, 128, 255])
def test_the_grid_shows_on_every_grey(value):
    flat = Picture(np.full((4, 4, 3), value, np.uint8))
    shown = painted(flat, Camera(16.0, 0, 0, 64, 64), Look(grid=True))[..., 0].astype(int)
    assert abs(shown[0, 0] - shown[5, 5]) >= 30


# --- repairs -----------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(
    scale=st.sampled_from([0.05, 0.13, 0.37, 0.5, 0.99, 1.0, 1.7, 2.0, 3.0, 7.3, 8.5, 64.0]),
    at=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    data=st.data(),
)
@pytest.mark.parametrize("picture", [EIGHT, SIXTEEN, SIXTEEN_RGB, LARGE], ids=["8", "16", "16 rgb", "large"])
@pytest.mark.parametrize("tones", [Tones(gamma=1.4), Tones(brightness=5, contrast=20)])
def test_a_repaired_rectangle_equals_the_whole(picture, tones, scale, at, data):
    look = Look(tones, MASK if picture is not LARGE else None, 0.6, True)
    camera = Camera(scale, 80 - at[0] * picture.width * scale, 60 - at[1] * picture.height * scale, 160, 120)
    x, y = data.draw(st.tuples(st.integers(0, 159), st.integers(0, 119)))
    width, height = data.draw(st.tuples(st.integers(1, 160 - x), st.integers(1, 120 - y)))
    part = painted(picture, camera, look, (x, y, width, height)).astype(int)
    whole = painted(picture, camera, look)[y : y + height, x : x + width]
    # As in test_picture, times what the tones make of it: noise between mips is the worst there is.
    assert np.abs(part - whole).max() <= 45


@pytest.mark.parametrize("picture", [SIXTEEN, SIXTEEN_RGB], ids=["grey", "colour"])
@pytest.mark.parametrize("scale", [0.37, 1.0, 2.0, 9.0])
def test_a_pan_meets_what_is_there(picture, scale):
    look = Look(STRONG, MASK, 0.6, True)
    camera = Camera(scale, -20.1, -20.1, 160, 120)
    before = painted(picture, camera, look)
    for dx in (1, 7, -3):
        after = painted(picture, Camera(scale, camera.left + dx, camera.top, 160, 120), look).astype(int)
        kept, there = after[:, max(dx, 0) : 160 + min(dx, 0)], before[:, max(-dx, 0) : 160 + min(-dx, 0)]
        assert np.abs(kept - there).max() <= 6


# --- auto --------------------------------------------------------------------------------------------------


def test_auto_points_use_what_is_there():
    flat = np.full((90, 130, 3), 100, np.uint8)
    flat[:45] = 150
    black, white = Picture(flat).auto_points()
    assert (black, white) == pytest.approx((100 / 2.55, 150 / 2.55), abs=0.2)
    assert SIXTEEN.auto_points()[1] == pytest.approx(np.quantile(DEEP.shares(VALUES), 0.995) * 100, abs=0.5)


def test_what_the_file_holds_is_told():
    assert SIXTEEN.value_at(3, 2) == (float(VALUES[2, 3]),)
    assert EIGHT.value_at(3, 2) == tuple(EIGHT.pixels[2, 3].tolist())
