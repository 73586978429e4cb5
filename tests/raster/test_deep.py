"""Images with more than 8 bits keep their values, turned and laid over grey like the pixels shown."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from labeler.raster import deep as deep_module
from labeler.raster.images import read_image, read_picture
from labeler.raster.tones import NEUTRAL, Tones, table_16

HEIGHT, WIDTH = 20, 30


def written(path: Path, pixels: np.ndarray) -> Path:
    path.write_bytes(cv2.imencode(path.suffix, pixels)[1].tobytes())
    return path


def ramp(dtype=np.uint16, channels: int = 1, top: float = 4000.0) -> np.ndarray:
    values = np.linspace(0, top, HEIGHT * WIDTH * channels)
    return values.reshape((HEIGHT, WIDTH, channels) if channels > 1 else (HEIGHT, WIDTH)).astype(dtype)


def test_eight_bits_hold_all_there_is(tmp_path):
    assert read_picture(written(tmp_path / "a.png", ramp(np.uint8, top=255)))[1] is None


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_sixteen_bits_are_kept_as_they_are(tmp_path, channels, suffix):
    values = ramp(channels=channels)
    pixels, deep = read_picture(written(tmp_path / f"a{suffix}", values))
    np.testing.assert_array_equal(deep.values, values if channels == 1 else values[..., ::-1])
    assert deep.at(3, 2) == tuple(np.ravel(values[2, 3])[::-1].tolist())
    np.testing.assert_array_equal(pixels, read_image(tmp_path / f"a{suffix}"))


@pytest.mark.parametrize("dtype", [np.uint16, np.int16, np.float32])
def test_untouched_they_look_like_the_eight_bit_picture(tmp_path, dtype):
    values = ramp(dtype)
    values[0, :3] = 30_000
    pixels, deep = read_picture(written(tmp_path / "a.tif", values))
    shown = table_16(NEUTRAL, deep.low, deep.high)[deep.values]
    assert np.abs(shown.astype(int) - pixels[..., 0]).max() <= 1


@pytest.mark.parametrize("dtype", [np.int16, np.float32])
def test_other_kinds_keep_their_own_values_to_a_hair(tmp_path, dtype):
    values = ramp(dtype, top=4000) - 1000
    deep = read_picture(written(tmp_path / "a.tif", values.astype(dtype)))[1]
    assert deep.at(7, 11)[0] == pytest.approx(float(values[11, 7]), abs=0.2)


def test_values_that_are_no_numbers_are_black(tmp_path):
    values = ramp(np.float32)
    values[4, 4], values[5, 5], values[6, 6] = np.nan, np.inf, -np.inf
    deep = read_picture(written(tmp_path / "a.tif", values))[1]
    shown = table_16(NEUTRAL, deep.low, deep.high)[deep.values]
    assert [shown[4, 4], shown[5, 5], shown[6, 6]] == [0, 255, 0]


def test_adjusting_brings_out_what_eight_bits_have_lost(tmp_path):
    """A few bright pixels take the whole range: the rest is one shade of black on screen."""
    values = np.zeros((100, 100), np.uint16)
    values[:20], values[20:40, :50], values[20:40, 50:] = 60_000, 20, 100
    pixels, deep = read_picture(written(tmp_path / "a.png", values))
    assert pixels[30, 10, 0] == pixels[30, 60, 0] == 0
    table = table_16(Tones(white=0.2), deep.low, deep.high)
    assert table[values[30, 60]] - table[values[30, 10]] > 80


def test_they_are_turned_like_the_pixels(tmp_path):
    exif = Image.Exif()
    exif[274] = 6
    stream = io.BytesIO()
    Image.fromarray(ramp()).save(stream, "PNG", exif=exif)
    (tmp_path / "a.png").write_bytes(stream.getvalue())
    pixels, deep = read_picture(tmp_path / "a.png")
    assert deep.values.shape == pixels.shape[:2] == (WIDTH, HEIGHT)
    np.testing.assert_array_equal(deep.values, np.rot90(ramp(), -1))


def test_transparent_values_lie_over_the_same_grey(tmp_path):
    values = ramp(channels=4, top=60_000)
    values[..., 3] = 65535
    values[:5, :, 3] = 0
    values[5:10, :, 3] = 30_000
    pixels, deep = read_picture(written(tmp_path / "a.png", values))
    shown = table_16(NEUTRAL, deep.low, deep.high)[deep.values]
    assert np.abs(shown.astype(int) - pixels).max() <= 2
    assert (pixels[:5] == 128).all()


def test_too_many_values_are_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(deep_module, "MOST_BYTES", HEIGHT * WIDTH * 2 - 1)
    assert read_picture(written(tmp_path / "a.png", ramp()))[1] is None
