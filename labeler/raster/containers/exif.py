"""The orientation in a block of EXIF, which is a small TIFF file of its own."""

from __future__ import annotations

import io

from labeler.raster.containers.base import Damaged
from labeler.raster.containers.ifd import read_ifd

ORIENTATION = 274
PREFIX = b"Exif\0\0"


def orientation_of(block: bytes) -> int:
    """1 to 8; 1 when the block does not say, or says nonsense: a broken note spoils no picture."""
    try:
        values = read_ifd(io.BytesIO(block.removeprefix(PREFIX))).values(ORIENTATION)
    except Damaged:
        return 1
    return valid_orientation(values)


def valid_orientation(values: list[int]) -> int:
    return values[0] if values and 1 <= values[0] <= 8 else 1
