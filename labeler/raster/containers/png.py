"""PNG: a chain of chunks with checksums, EXIF in one of them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from labeler.raster.containers.base import CutOff, Damaged, Header, take
from labeler.raster.containers.exif import orientation_of

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def matches(start: bytes) -> bool:
    return start.startswith(SIGNATURE)


def header(stream: BinaryIO) -> Header:
    width, height, orientation = 0, 0, 1
    for kind, length in _chunks(stream):
        if kind == b"IHDR" and length == 13:
            width, height = struct.unpack(">II", take(stream, 8))
        elif kind == b"eXIf":
            orientation = orientation_of(take(stream, length))
    return Header(width, height, orientation)


def _chunks(stream: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Kind and length of every chunk, the stream at its data."""
    at = len(SIGNATURE)
    kind = b""
    while kind != b"IEND":
        stream.seek(at)
        length, kind = struct.unpack(">I4s", take(stream, 8))
        at += length + 12
        yield kind, length


def check(data: bytes) -> None:
    at = len(SIGNATURE)
    kind = b""
    while kind != b"IEND":
        kind = data[at + 4 : at + 8]
        length = struct.unpack(">I", data[at : at + 4].rjust(4, b"\0"))[0]
        end = at + length + 12
        if end > len(data) or len(kind) < 4:
            raise CutOff
        if data[end - 4 : end] != struct.pack(">I", zlib.crc32(memoryview(data)[at + 4 : end - 4])):
            raise Damaged
        at = end
