"""Thumbnails look like the image, are small, and cost little."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from labeler.errors import LabelerError
from labeler.raster import thumbnails
from labeler.raster.images import read_image
from labeler.raster.thumbnails import read_thumbnail, shrunk
from tests.raster.pictures import FORMATS, WITH_EXIF, encoded, scene, with_orientation


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("size", [(400, 300), (301, 1000), (20, 30)])
def test_it_looks_like_the_image(tmp_path, format, size):
    path = tmp_path / f"a{FORMATS[format]}"
    path.write_bytes(encoded(scene(*size), format))
    small = read_thumbnail(path, 64)
    assert max(small.shape) == min(64, max(size))
    expected = shrunk(read_image(path), 64)
    assert small.shape == expected.shape
    assert np.abs(small.astype(int) - expected).max() <= 16


@pytest.mark.parametrize("orientation", [3, 6, 7])
@pytest.mark.parametrize("format", WITH_EXIF)
def test_it_is_turned_like_the_image(tmp_path, format, orientation):
    path = tmp_path / f"a{FORMATS[format]}"
    path.write_bytes(encoded(scene(200, 100), format, exif=with_orientation(orientation)))
    expected = shrunk(read_image(path), 50)
    small = read_thumbnail(path, 50)
    assert small.shape == expected.shape
    assert np.abs(small.astype(int) - expected).max() <= 16


def test_deep_images_are_stretched(tmp_path):
    values = np.linspace(0, 900, 200 * 100).reshape(100, 200).astype(np.uint16)
    (tmp_path / "a.png").write_bytes(cv2.imencode(".png", values)[1].tobytes())
    small = read_thumbnail(tmp_path / "a.png", 50)
    assert small.min() < 10
    assert small.max() > 245


def test_a_long_thin_image_keeps_a_pixel_of_width(tmp_path):
    Image.new("RGB", (3000, 2)).save(tmp_path / "a.png")
    assert read_thumbnail(tmp_path / "a.png", 50).shape == (1, 50, 3)


def test_what_is_too_large_to_be_made_small_quickly_has_none(tmp_path, monkeypatch):
    monkeypatch.setattr(thumbnails, "MOST_PIXELS", 999)
    for name in ("a.png", "a.jpg"):
        Image.new("RGB", (100, 10)).save(tmp_path / name)
    assert read_thumbnail(tmp_path / "a.png", 50) is None
    assert read_thumbnail(tmp_path / "a.jpg", 50) is not None


def test_half_a_file_is_said_not_shown(tmp_path):
    data = encoded(scene(400, 300), "JPEG")
    (tmp_path / "a.jpg").write_bytes(data[: len(data) // 2])
    with pytest.raises(LabelerError, match=r"a\.jpg"):
        read_thumbnail(tmp_path / "a.jpg", 64)
