"""Masks that a model made for an image: grey PNGs, on from half brightness."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.raster.images import decoded
from labeler.raster.late import cv2

#: From this grey on a pixel is on.
ON = 128


def read_model_mask(path: Path, width: int, height: int) -> NDArray[np.uint8] | None:
    """(height, width) uint8, 255 where the mask is on and 0 where not; None when there is no such file.

    A mask of another size is resized smoothly before it is cut at half. Raises LabelerError for a file that
    is no whole image.
    """
    if not path.exists():
        return None
    grey = decoded(path, lambda pixels, dimmed, orientation: _grey(pixels))
    if grey.shape != (height, width):
        shrinks = width * height < grey.size
        method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        grey = np.asarray(cv2.resize(grey, (width, height), interpolation=method), np.uint8)
    return np.where(grey >= ON, np.uint8(255), np.uint8(0))


def _grey(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    if pixels.dtype == np.uint16:
        pixels = pixels >> 8
    pixels = np.clip(pixels, 0, 255).astype(np.uint8)
    if pixels.ndim == 2 or pixels.shape[2] < 3:
        return pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[..., 0])
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_BGR2GRAY), np.uint8)
