"""Image files of every kind, made by Pillow."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

#: Format names as Pillow has them, with a suffix for each.
FORMATS = {"JPEG": ".jpg", "PNG": ".png", "TIFF": ".tif", "WEBP": ".webp", "BMP": ".bmp", "AVIF": ".avif"}
WITH_EXIF = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF")
WIDTH, HEIGHT = 48, 32


def scene(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """No two corners and no two sides alike, and smooth, so that lossy formats keep it."""
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    pixels = np.stack([40 + 170 * x, 30 + 190 * y, 220 - 90 * x - 90 * y], axis=2)
    return Image.fromarray(pixels.astype(np.uint8))


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    if format in ("JPEG", "WEBP", "AVIF"):
        options = {"quality": 95} | options
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


def with_orientation(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[274] = orientation
    return exif


def array(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image.convert("RGB"))
