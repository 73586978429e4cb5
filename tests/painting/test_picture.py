"""The picture under the polygons: levels, sharp pixels, repairs without a seam, the baked mask."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labeler.editor.painting.baked import BakedPicture
from labeler.editor.painting.camera import Camera
from labeler.editor.painting.picture import Picture, PicturePainter

GREY = (0x27, 0x24, 0x23, 255)
RNG = np.random.default_rng(0)
NOISE = Picture(RNG.integers(0, 255, (90, 130, 3), np.uint8))
LARGE = Picture(RNG.integers(0, 255, (700, 1301, 3), np.uint8))


def painted(source, camera: Camera, rect=None) -> NDArray[np.uint8]:
    painter = PicturePainter("#232427")
    painter.picture = source
    _, _, width, height = rect or camera.whole
    pixels = np.zeros((height, width, 4), np.uint8)
    painter.paint(pixels, rect or camera.whole, camera)
    return pixels


# --- levels ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scale", "width"),
    [(40.0, 4000), (1.0, 4000), (0.51, 4000), (0.5, 2000), (0.3, 2000), (0.2, 1000), (0.01, 500)],
)
def test_the_smallest_level_that_has_a_pixel_for_each_on_screen(scale, width):
    picture = Picture(np.zeros((3000, 4000, 3), np.uint8))
    assert picture.level_for(scale).size[0] == width


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (511, 513), (1023, 1025)])
def test_every_size_has_its_levels(size):
    width, height = size
    picture = Picture(np.full((height, width, 3), 200, np.uint8))
    for scale in (0.001, 0.1, 1.0, 10.0):
        assert min(picture.level_for(scale).size) >= 1
    assert (painted(picture, Camera(1.0, 0, 0, 60, 60))[0, 0, :3] == 200).all()


def test_a_grey_picture_is_shown_grey():
    picture = Picture(np.array([[0, 100], [200, 255]], np.uint8))
    assert painted(picture, Camera(1.0, 0, 0, 2, 2))[..., 1].tolist() == [[0, 100], [200, 255]]


def test_red_is_red():
    picture = Picture(np.array([[[250, 20, 10]]], np.uint8))
    assert painted(picture, Camera(4.0, 0, 0, 4, 4))[1, 1].tolist() == [10, 20, 250, 255]


# --- sharp -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [2.0, 2.5, 7.3, 64.0])
def test_pixels_are_sharp_squares_from_200_percent_on(scale):
    camera = Camera(scale, -10.3, 5.7, 160, 120)
    shown = painted(NOISE, camera)
    column = np.floor((np.arange(160) + 0.5 - camera.left) / scale).astype(int)
    row = np.floor((np.arange(120) + 0.5 - camera.top) / scale).astype(int)
    for y in range(0, 120, 7):
        for x in range(0, 160, 7):
            inside = 0 <= column[x] < 130 and 0 <= row[y] < 90
            expected = (*NOISE.pixels[row[y], column[x], ::-1], 255) if inside else GREY
            assert tuple(shown[y, x]) == expected


def test_below_200_percent_pixels_are_smoothed():
    stripes = Picture(np.tile(np.array([0, 255], np.uint8), (40, 20)))
    shown = painted(stripes, Camera(1.5, 0, 0, 60, 60))[10:50, 5:55, 0]
    assert ((shown > 20) & (shown < 235)).any()


def test_one_for_one_the_pixels_are_the_pictures_own():
    shown = painted(NOISE, Camera(1.0, 12.5, 3.25, 160, 120))
    np.testing.assert_array_equal(shown[3:93, 12:142, 2::-1], NOISE.pixels)


# --- repairs -----------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(
    scale=st.sampled_from([0.05, 0.13, 0.37, 0.5, 0.99, 1.0, 1.7, 2.0, 3.0, 7.3, 64.0]),
    at=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    half=st.booleans(),
    data=st.data(),
)
@pytest.mark.parametrize("source", [NOISE, LARGE])
def test_a_repaired_rectangle_equals_the_whole(source, scale, at, half, data):
    left = 80 - at[0] * source.width * scale
    top = 60 - at[1] * source.height * scale
    camera = Camera(
        scale, round(left * 2) / 2 if half else left, round(top * 2) / 2 if half else top, 160, 120
    )
    x, y = data.draw(st.tuples(st.integers(0, 159), st.integers(0, 119)))
    width, height = data.draw(st.tuples(st.integers(1, 160 - x), st.integers(1, 120 - y)))
    part = painted(source, camera, (x, y, width, height)).astype(int)
    whole = painted(source, camera)[y : y + height, x : x + width]
    # Qt interpolates in 1/256: in noise, its worst case, up to 10 were seen. A pixel aside would be over 100.
    assert np.abs(part - whole).max() <= 24


@pytest.mark.parametrize("scale", [0.37, 1.0, 2.0, 3.3])
@pytest.mark.parametrize("offset", [0.0, 0.25, 0.5, 0.1])
def test_a_pan_meets_what_is_there(scale, offset):
    camera = Camera(scale, offset - 20, offset - 20, 160, 120)
    before = painted(LARGE, camera)
    for dx in (1, 2, 7, -3):
        moved = Camera(scale, camera.left + dx, camera.top, 160, 120)
        after = painted(LARGE, moved).astype(int)
        kept, there = after[:, max(dx, 0) : 160 + min(dx, 0)], before[:, max(-dx, 0) : 160 + min(-dx, 0)]
        assert np.abs(kept - there).max() <= 3


def test_without_a_picture_there_are_the_surroundings():
    assert (painted(None, Camera(1.0, 0, 0, 5, 5)) == GREY).all()


def test_a_picture_out_of_sight_is_not_there():
    for scale in (0.5, 1.0, 5.0):
        assert (painted(NOISE, Camera(scale, 5000, 0, 50, 50)) == GREY).all()
        assert (painted(NOISE, Camera(scale, 0, -5000, 50, 50)) == GREY).all()


# --- baked -------------------------------------------------------------------------------------------------


def test_a_baked_mask_is_white_on_black_and_repaired_in_place():
    mask = np.zeros((30, 41), bool)
    mask[5:10, 7:20] = True
    baked = BakedPicture(mask)
    baked.repair(10, 8, np.ones((4, 6), bool))
    mask[8:12, 10:16] = True
    np.testing.assert_array_equal(baked.mask, mask)
    for scale in (1, 3):
        shown = painted(baked, Camera(float(scale), 0, 0, 41 * scale, 30 * scale))
        expected = np.repeat(np.repeat(mask, scale, 0), scale, 1) * 255
        np.testing.assert_array_equal(shown[..., 0], expected)
        assert (shown[..., 3] == 255).all()
