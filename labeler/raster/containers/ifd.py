"""TIFF's directory of numbered fields, which EXIF uses too: both byte orders, classic and BigTIFF."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from labeler.raster.containers.base import FARTHEST, Damaged, take

#: struct's letters of the whole-number types: byte, short, long, long8, IFD offsets.
TYPES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
#: More fields or values than any honest file has.
MOST_FIELDS, MOST_VALUES = 10_000, 50_000_000


@dataclass(frozen=True)
class Field:
    type: int
    count: int
    at: int  # where its values are in the file


@dataclass(frozen=True)
class Ifd:
    stream: BinaryIO
    order: str  # struct's sign of the byte order
    fields: dict[int, Field]

    def values(self, tag: int) -> list[int]:
        """The whole numbers of a field; none when it is not there or holds something else."""
        field = self.fields.get(tag)
        if field is None or field.type not in TYPES or not 0 < field.count <= MOST_VALUES:
            return []
        form = f"{self.order}{field.count}{TYPES[field.type]}"
        self.stream.seek(field.at)
        return list(struct.unpack(form, take(self.stream, struct.calcsize(form))))


def read_ifd(stream: BinaryIO) -> Ifd:
    """The first directory of a TIFF file. Raises Damaged."""
    stream.seek(0)
    start = take(stream, 8)
    order = {b"II": "<", b"MM": ">"}.get(start[:2])
    if order is None:
        raise Damaged
    (version,) = struct.unpack(f"{order}H", start[2:4])
    if version == 42:
        (at,) = struct.unpack(f"{order}I", start[4:])
        return Ifd(stream, order, _fields(stream, at, f"{order}H", f"{order}HHI4s"))
    if version == 43:
        (at,) = struct.unpack(f"{order}Q", take(stream, 8))
        return Ifd(stream, order, _fields(stream, at, f"{order}Q", f"{order}HHQ8s"))
    raise Damaged


def _fields(stream: BinaryIO, at: int, counter: str, entry: str) -> dict[int, Field]:
    stream.seek(min(at, FARTHEST))
    (count,) = struct.unpack(counter, take(stream, struct.calcsize(counter)))
    if count > MOST_FIELDS:
        raise Damaged
    size = struct.calcsize(entry)
    first = stream.tell()
    fields: dict[int, Field] = {}
    for number, (tag, kind, values, inside) in enumerate(
        struct.iter_unpack(entry, take(stream, count * size))
    ):
        short = values * struct.calcsize(TYPES.get(kind, "Q")) <= len(inside)
        here = first + (number + 1) * size - len(inside)
        pointer = "I" if len(inside) == 4 else "Q"
        fields.setdefault(tag, Field(kind, values, here if short else _number(entry[0] + pointer, inside)))
    return fields


def _number(form: str, data: bytes) -> int:
    number: int = struct.unpack(form, data)[0]
    return min(number, FARTHEST)
