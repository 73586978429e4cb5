"""Small pictures of images, decoded at a fraction of their size where the format can."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.raster.containers import JPEG
from labeler.raster.containers.base import Container, Damaged, Header
from labeler.raster.display import rgb
from labeler.raster.images import image_bytes, pixels_of, recognise, sentence_for, turned
from labeler.raster.late import cv2

#: An image with more pixels that cannot be decoded at a fraction has no thumbnail: it would take gigabytes.
MOST_PIXELS = 64_000_000


def read_thumbnail(path: Path, side: int) -> NDArray[np.uint8] | None:
    """(height, width, 3) uint8 RGB as displayed, the longer side at most ``side``.

    None for an image that is too large to be made small quickly. Raises LabelerError like ``read_image``.
    """
    data = image_bytes(path)
    try:
        container, header = recognise(path, io.BytesIO(data))
        if container is not JPEG and header.width * header.height > MOST_PIXELS:
            return None
        container.check(data)
        pixels = _decoded(data, container, header, side)
    except Damaged as error:
        raise sentence_for(path, error) from error
    return turned(shrunk(rgb(pixels, premultiplied=False), side), header.orientation)


def shrunk(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The longer side at most ``side``; smaller ones stay as they are."""
    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return pixels
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _decoded(data: bytes, container: Container, header: Header, side: int) -> NDArray[Any]:
    longer = max(header.width, header.height)
    flags = cv2.IMREAD_UNCHANGED
    if container is JPEG:
        reduced = (
            (8, cv2.IMREAD_REDUCED_COLOR_8),
            (4, cv2.IMREAD_REDUCED_COLOR_4),
            (2, cv2.IMREAD_REDUCED_COLOR_2),
        )
        flags = next((flag for factor, flag in reduced if longer >= factor * side), cv2.IMREAD_COLOR)
        flags |= cv2.IMREAD_IGNORE_ORIENTATION
    pixels = pixels_of(data, container, flags)
    # Every so many pixels first: averaging all of a large picture would take longer than decoding it.
    step = max(1, max(pixels.shape[:2]) // (4 * side))
    return np.ascontiguousarray(pixels[::step, ::step])
