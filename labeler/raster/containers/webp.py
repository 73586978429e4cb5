"""WebP: a RIFF file of chunks; lossy, lossless or extended (with EXIF, alpha, animation)."""

from __future__ import annotations

import struct
from typing import BinaryIO

from labeler.raster.containers.base import CutOff, Damaged, Header, take
from labeler.raster.containers.exif import orientation_of


def matches(start: bytes) -> bool:
    return start[:4] == b"RIFF" and start[8:12] == b"WEBP"


def header(stream: BinaryIO) -> Header:
    stream.seek(4)
    end = 8 + struct.unpack("<I", take(stream, 4))[0]
    at, size, orientation = 12, None, 1
    while at + 8 <= end:
        stream.seek(at)
        kind, length = struct.unpack("<4sI", take(stream, 8))
        if size is None:
            size = _size(kind, stream)
            if kind != b"VP8X":
                break  # a plain file: one picture and nothing else
        elif kind == b"EXIF":
            orientation = orientation_of(take(stream, length))
            break
        at += 8 + length + length % 2
    return Header(*(size or (0, 0)), orientation)


def _size(kind: bytes, stream: BinaryIO) -> tuple[int, int]:
    data = take(stream, 10)
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")
    if kind == b"VP8L" and data[0] == 0x2F:
        bits = int.from_bytes(data[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and data[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", data[6:])
        return width & 0x3FFF, height & 0x3FFF
    raise Damaged


def check(data: bytes) -> None:
    if len(data) < 8 + struct.unpack("<I", data[4:8])[0]:
        raise CutOff
