"""Decoded pixels of any kind as 8-bit RGB for the screen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.raster.late import cv2

#: What shines through transparent pixels. One flat grey: a pattern would make edges that are in no image.
BACKDROP = 128
#: Between these parts of the sorted values the range of an image with more than 8 bits is stretched.
STRETCH = (0.001, 0.999)
#: Values looked at for that.
SAMPLES = 1_000_000
#: Pixels converted at once, which bounds the memory that floats take.
STRIP = 1 << 20


def rgb(pixels: NDArray[Any], *, premultiplied: bool) -> NDArray[np.uint8]:
    """(height, width, 3) RGB of (height, width[, channels]) grey, BGR or BGRA as OpenCV decodes it.

    ``premultiplied``: whether the colours are multiplied by alpha already.
    """
    colours = pixels if pixels.ndim == 2 else pixels[..., :3] if pixels.shape[2] >= 3 else pixels[..., 0]
    shown = _to_8_bits(np.ascontiguousarray(colours))
    order = cv2.COLOR_GRAY2RGB if shown.ndim == 2 else cv2.COLOR_BGR2RGB
    shown = np.asarray(cv2.cvtColor(shown, order), dtype=np.uint8)
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        shown = _over_grey(shown, opacity_of(pixels[..., 3]), premultiplied)
    return shown


def _to_8_bits(values: NDArray[Any]) -> NDArray[np.uint8]:
    if values.dtype == np.uint8:
        return np.asarray(values, dtype=np.uint8)
    low, high = shown_range(values)
    if values.dtype == np.uint16:
        steps = np.arange(65536, dtype=np.float32)
        return np.asarray(_scaled(steps, low, high)[values], dtype=np.uint8)
    shown = np.empty(values.shape, np.uint8)
    rows = max(1, STRIP // max(1, values[0].size))
    for top in range(0, len(values), rows):
        shown[top : top + rows] = _scaled(values[top : top + rows], low, high)
    return shown


def shown_range(values: NDArray[Any]) -> tuple[float, float]:
    """What is shown as black and as white of values with more than 8 bits."""
    sample = values.reshape(-1)[:: max(1, values.size // SAMPLES)].astype(np.float64)
    sample = sample[np.isfinite(sample)]
    if not len(sample):
        return 0.0, 1.0
    low, high = np.quantile(sample, STRETCH)
    if low == high:  # hardly anything but one value: then what there is besides
        low, high = sample.min(), sample.max()
    return float(low), float(high)


def _scaled(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = (values.astype(np.float64) - low) * (255 / (high - low) if high > low else 0)
    whole = np.nan_to_num(np.rint(scaled), posinf=255, neginf=0)
    return np.asarray(np.clip(whole, 0, 255), dtype=np.uint8)


def opacity_of(alpha: NDArray[Any]) -> NDArray[np.uint8]:
    """Opacity as 0 to 255."""
    if alpha.dtype == np.uint8:
        return np.asarray(alpha, dtype=np.uint8)
    full = np.iinfo(alpha.dtype).max if alpha.dtype.kind in "iu" else 1
    return _scaled(alpha, 0, full)


def _over_grey(
    colours: NDArray[np.uint8], alpha: NDArray[np.uint8], premultiplied: bool
) -> NDArray[np.uint8]:
    if alpha.min() == 255 or alpha.max() == 0:
        return colours  # opaque; or all transparent, which is how careless programs write opaque
    opacity = alpha[..., None].astype(np.uint32)
    own = colours.astype(np.uint32) * (255 if premultiplied else opacity)
    mixed = (own + BACKDROP * (255 - opacity) + 127) // 255
    return np.asarray(np.minimum(mixed, 255), dtype=np.uint8)
