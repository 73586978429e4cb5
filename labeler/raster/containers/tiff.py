"""TIFF: the first page's fields, and where its strips or tiles are."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from labeler.raster.containers.base import CutOff, Damaged, Header
from labeler.raster.containers.exif import ORIENTATION, valid_orientation
from labeler.raster.containers.ifd import TYPES, read_ifd

WIDTH, HEIGHT = 256, 257
#: Where the strips or tiles start, and how many bytes they are.
PIECES = ((273, 279), (324, 325))


def matches(start: bytes) -> bool:
    return start[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def header(stream: BinaryIO) -> Header:
    ifd = read_ifd(stream)
    width, height = ifd.values(WIDTH), ifd.values(HEIGHT)
    if not (width and height):
        raise Damaged
    return Header(width[0], height[0], valid_orientation(ifd.values(ORIENTATION)))


def check(data: bytes) -> None:
    ifd = read_ifd(io.BytesIO(data))
    for starts, sizes in PIECES:
        if any(start + size > len(data) for start, size in zip(ifd.values(starts), ifd.values(sizes))):
            raise CutOff


def upright(data: bytes) -> bytes:
    """The file as if there were nothing to turn: OpenCV always turns a TIFF, and 16-bit ones wrongly."""
    ifd = read_ifd(io.BytesIO(data))
    if valid_orientation(ifd.values(ORIENTATION)) == 1:
        return data
    field = ifd.fields[ORIENTATION]
    one = struct.pack(f"{ifd.order}{TYPES[field.type]}", 1)
    return data[: field.at] + one + data[field.at + len(one) :]
