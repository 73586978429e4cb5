"""BMP: a header that says where the rows are."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from labeler.raster.containers.base import CutOff, Damaged, Header, take

UNCOMPRESSED = {0, 3, 6}


def matches(start: bytes) -> bool:
    return start.startswith(b"BM")


def header(stream: BinaryIO) -> Header:
    width, height, *_ = _layout(stream)
    return Header(width, height)


def _layout(stream: BinaryIO) -> tuple[int, int, int, int]:
    """Width, height, where the pixels start, and how many bytes they are at least."""
    stream.seek(10)
    start, size = struct.unpack("<II", take(stream, 8))
    if size == 12:  # OS/2
        width, height, _, bits = struct.unpack("<HHHH", take(stream, 8))
        compression, stated = 0, 0
    elif size >= 40:
        width, height, _, bits, compression, stated = struct.unpack("<iiHHII", take(stream, 20))
    else:
        raise Damaged
    height = abs(height)  # negative: from top to bottom
    row = (width * bits + 31) // 32 * 4
    length = row * (height - 1) + (width * bits + 7) // 8 if compression in UNCOMPRESSED else stated
    return width, height, start, length


def check(data: bytes) -> None:
    *_, start, length = _layout(io.BytesIO(data))
    if start + length > len(data):
        raise CutOff
