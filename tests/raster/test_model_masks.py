"""Model masks: on from half grey, of the image's size, whatever PNG the model's owner wrote."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from labeler.errors import LabelerError
from labeler.raster.model_masks import read_model_mask


def written(path: Path, pixels: np.ndarray) -> Path:
    path.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    return path


def test_it_is_on_from_half_brightness(tmp_path):
    path = written(tmp_path / "m.png", np.array([[0, 127, 128, 255]], np.uint8))
    assert read_model_mask(path, 4, 1).tolist() == [[0, 0, 255, 255]]


@pytest.mark.parametrize(
    "pixels",
    [
        np.array([[0x7FFF, 0x8000]], np.uint16),
        np.array([[[127] * 3, [128] * 3]], np.uint8),
        np.array([[[127, 127, 127, 255], [128, 128, 128, 0]]], np.uint8),
    ],
    ids=["16-bit", "colour", "alpha"],
)
def test_other_kinds_of_png_mean_the_same(tmp_path, pixels):
    assert read_model_mask(written(tmp_path / "m.png", pixels), 2, 1).tolist() == [[0, 255]]


def test_a_smaller_one_becomes_a_smooth_shape_not_stairs(tmp_path):
    y, x = np.mgrid[:50, :50]
    disc = np.hypot(x - 24.5, y - 24.5) < 18
    mask = read_model_mask(written(tmp_path / "m.png", disc.astype(np.uint8) * 255), 400, 400) > 0
    y, x = np.mgrid[:400, :400]
    exact = np.hypot(x - 199.5, y - 199.5) < 144
    assert mask.shape == (400, 400)
    assert (mask != exact).mean() < 0.02


def test_a_larger_one_is_averaged(tmp_path):
    fine = np.zeros((8, 8), np.uint8)
    fine[:4, :4] = 255
    fine[::2, 5] = 255  # less than half of its place
    assert read_model_mask(written(tmp_path / "m.png", fine), 2, 2).tolist() == [[255, 0], [0, 0]]


def test_without_a_file_there_is_none(tmp_path):
    assert read_model_mask(tmp_path / "none.png", 2, 2) is None


def test_a_broken_file_is_said_by_name(tmp_path):
    path = written(tmp_path / "m.png", np.zeros((30, 30), np.uint8))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(LabelerError, match=r"m\.png"):
        read_model_mask(path, 30, 30)
