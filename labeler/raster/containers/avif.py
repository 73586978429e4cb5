"""AVIF: boxes in boxes. The primary item's properties say size, rotation and mirroring.

EXIF in an AVIF does not turn the picture: its own properties do.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

from labeler.raster.containers.base import FARTHEST, CutOff, Damaged, Header, take

BRANDS = {b"avif", b"avis"}
#: A meta box describes; one larger than this is none.
LARGEST_META = 64 * 2**20
#: Quarter turns anticlockwise and then a mirror (None, top-bottom, left-right) as EXIF orientations.
ORIENTATIONS = {0: (1, 4, 2), 1: (8, 5, 7), 2: (3, 2, 4), 3: (6, 7, 5)}


def matches(start: bytes) -> bool:
    return start[4:8] == b"ftyp" and any(start[at : at + 4] in BRANDS for at in range(8, len(start), 4))


def header(stream: BinaryIO) -> Header:
    properties = _properties_of_primary(_meta(stream))
    width = height = turns = mirror = 0
    for kind, body in properties:
        if kind == b"ispe":
            width, height = struct.unpack(">4xII", body[:12].ljust(12, b"\0"))
        elif kind == b"irot":
            turns = int.from_bytes(body[:1], "big") & 3
        elif kind == b"imir":
            mirror = 1 + (int.from_bytes(body[:1], "big") & 1)
    return Header(width, height, ORIENTATIONS[turns][mirror])


def check(data: bytes) -> None:
    """Every top-level box must be whole."""
    stream = io.BytesIO(data)
    for _, at, length in _boxes(stream, 0, None):
        if at + length > len(data):
            raise CutOff


def _boxes(stream: BinaryIO, at: int, end: int | None) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and length of the contents of each box up to ``end``, or to the end of the file."""
    while end is None or at + 8 <= end:
        stream.seek(at)
        start = stream.read(16)
        if not start and end is None:
            return
        if len(start) < 8:
            raise CutOff
        length, kind = struct.unpack(">I4s", start[:8])
        skip = 8
        if length == 1 and len(start) == 16:
            length, skip = struct.unpack(">Q", start[8:])[0], 16
        if length == 0:  # up to the end
            length = (stream.seek(0, 2) if end is None else end) - at
        if not skip <= length <= FARTHEST:
            raise Damaged
        yield kind, at + skip, length - skip
        at += length


def _meta(stream: BinaryIO) -> bytes:
    for kind, at, length in _boxes(stream, 0, None):
        if kind == b"meta":
            if length > LARGEST_META:
                raise Damaged
            stream.seek(at)
            return take(stream, length)
    raise Damaged


def _children(data: bytes, skip: int = 0) -> list[tuple[bytes, bytes]]:
    boxes = _boxes(io.BytesIO(data), skip, len(data))
    return [(kind, data[at : at + length]) for kind, at, length in boxes]


def _properties_of_primary(meta: bytes) -> list[tuple[bytes, bytes]]:
    boxes = dict(_children(meta, 4))
    try:
        form = ">H" if boxes[b"pitm"][0] == 0 else ">I"
        (primary,) = struct.unpack_from(form, boxes[b"pitm"], 4)
        described = dict(_children(boxes[b"iprp"]))
        properties = _children(described[b"ipco"])
        return [properties[index - 1] for index in _associations(described[b"ipma"])[primary] if index]
    except (KeyError, IndexError, struct.error) as error:
        raise Damaged from error


def _associations(ipma: bytes) -> dict[int, list[int]]:
    """The numbers of the properties (from 1) of each item."""
    version, wide = ipma[0], ipma[3] & 1
    (count,) = struct.unpack_from(">I", ipma, 4)
    at, found = 8, {}
    for _ in range(count):
        (item,) = struct.unpack_from(">I" if version else ">H", ipma, at)
        at += 4 if version else 2
        form = f">{ipma[at]}{'H' if wide else 'B'}"
        numbers = struct.unpack_from(form, ipma, at + 1)
        at += 1 + struct.calcsize(form)
        found[item] = [number & (0x7FFF if wide else 0x7F) for number in numbers]
    return found
