"""JPEG: segments up to the scans, EXIF in APP1."""

from __future__ import annotations

import re
import struct
from typing import BinaryIO

from labeler.raster.containers.base import CutOff, Damaged, Header, take
from labeler.raster.containers.exif import PREFIX, orientation_of

START_OF_FRAME = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
END, SCAN, APP1 = 0xD9, 0xDA, 0xE1
STANDALONE = {0x01, *range(0xD0, 0xD8)}
#: A marker among the bits of a scan: not a stuffed 0, a restart, or filling.
MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def matches(start: bytes) -> bool:
    return start.startswith(b"\xff\xd8\xff")


def header(stream: BinaryIO) -> Header:
    stream.seek(2)
    width, height, orientation = 0, 0, None
    while (marker := _marker(stream)) not in (SCAN, END):
        if marker in STANDALONE:
            continue
        length = struct.unpack(">H", take(stream, 2))[0] - 2
        if length < 0:
            raise Damaged
        if marker in START_OF_FRAME:
            height, width = struct.unpack(">xHH", take(stream, length)[:5].ljust(5, b"\0"))
        elif marker == APP1 and orientation is None:
            block = take(stream, length)
            orientation = orientation_of(block) if block.startswith(PREFIX) else None
        else:
            stream.seek(length, 1)
    return Header(width, height, orientation or 1)


def _marker(stream: BinaryIO) -> int:
    if take(stream, 1) != b"\xff":
        raise Damaged
    while (code := take(stream, 1)[0]) == 0xFF:
        pass
    return code


def check(data: bytes) -> None:
    """Follows the segments and scans to the end marker; what a camera put behind it does not matter."""
    at, scans = 2, 0
    while found := MARKER.search(data, at):
        code, at = data[found.start() + 1], found.end()
        if code == END:
            if not scans:
                raise Damaged
            return
        if code not in STANDALONE:
            at += struct.unpack(">H", data[at : at + 2].rjust(2, b"\0"))[0]
        scans += code == SCAN
    raise CutOff
