"""Masks of other programs, as values: what number, or which colour, every pixel of a mask image has.

Unlike pictures these are never turned into what looks right: a palette's indices stay indices, 16 bits stay
16 bits, and nothing is stretched.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.errors import LabelerError
from labeler.i18n import _
from labeler.raster.images import decoded, image_bytes, turned
from labeler.raster.late import cv2
from labeler.raster.png import PALETTE, SIGNATURE
from labeler.raster.runs import Runs

Colour = tuple[int, int, int]

_HEADER_END = len(SIGNATURE) + 8 + 13


class Kind(Enum):
    """What the values of a label map are."""

    #: Brightness, or a number.
    GREY = "grey"
    #: The index in ``palette``.
    PALETTE = "palette"
    #: red · 65536 + green · 256 + blue.
    COLOUR = "colour"


@dataclass(frozen=True, eq=False)
class LabelMap:
    """``values`` is (height, width) of whole numbers, as displayed; 0 where alpha says that nothing shows.

    ``bits`` is how many a grey value or an index has in the file: 1, 2, 4, 8, 16 or 32, and 24 for colours.
    """

    values: NDArray[Any]
    kind: Kind
    bits: int
    palette: tuple[Colour, ...] = ()

    def color(self, value: int) -> str | None:
        """The colour that a value stands for, "#rrggbb"; None where it stands for none."""
        if self.kind is Kind.COLOUR:
            return f"#{value:06x}"
        if value < len(self.palette):
            red, green, blue = self.palette[value]
            return f"#{red:02x}{green:02x}{blue:02x}"
        return None

    def runs(self) -> Iterator[tuple[int, Runs]]:
        """Every value but 0, from the smallest, with its pixels; what it costs follows the outlines."""
        return runs_by_value(self.values)


def read_label_map(path: Path) -> LabelMap:
    """The values of a mask image: grey or with a palette of up to 16 bits, whole numbers of 32, or colours.

    A colour image whose pixels are all grey counts as grey. One that is black where it can be seen, and
    transparent elsewhere, is its own transparency.

    Raises LabelerError, naming the file, like ``read_image``, and for numbers that are negative or not whole.
    Look at ``image_size`` first: this takes the memory.
    """
    data = image_bytes(path)
    header = _PngHeader.of(data)
    palette = header.palette(data) if header else ()
    data = header.as_grey(data) if header and palette else data
    depth = header.depth if header and header.is_single else 0

    def use(pixels: NDArray[Any], _dimmed: bool, orientation: int) -> LabelMap:
        values, kind, bits = _values(path, pixels)
        if depth in (1, 2, 4):
            # OpenCV spreads them over 0 to 255.
            values, bits = values // (255 // ((1 << depth) - 1)), depth
        kind = Kind.PALETTE if palette else kind
        return LabelMap(turned(values, orientation), kind, bits, palette)

    return decoded(path, use, data)


def runs_by_value(values: NDArray[Any]) -> Iterator[tuple[int, Runs]]:
    """Every value but 0 in (height, width) whole numbers, from the smallest, with the runs of its pixels."""
    height, width = values.shape
    # OpenCV turns images in a tenth of numpy's time, where it knows the type.
    turns = values.dtype in (np.uint8, np.uint16, np.int32)
    columns = np.ascontiguousarray(cv2.transpose(values) if turns else values.T).ravel()
    begins = np.empty(len(columns), dtype=np.bool_)
    np.not_equal(columns[1:], columns[:-1], out=begins[1:])
    begins[::height] = True
    starts = np.flatnonzero(begins)
    stops = np.append(starts[1:], len(columns))
    numbers = columns[starts]
    order = np.argsort(numbers, kind="stable")
    order = order[numbers[order] != 0]
    numbers = numbers[order]
    bounds = np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1])) if len(numbers) else numbers
    for first, last in pairwise([*bounds.tolist(), len(numbers)]):
        mine = order[first:last]
        toggles = np.empty(2 * len(mine), dtype=np.int64)
        # Between the last pixel of a column and the first of the next there is one place more.
        toggles[::2] = starts[mine] + starts[mine] // height
        toggles[1::2] = stops[mine] + starts[mine] // height
        yield int(numbers[first]), Runs(width, height, toggles)


def _values(path: Path, pixels: NDArray[Any]) -> tuple[NDArray[Any], Kind, int]:
    if pixels.dtype.kind not in "ui" or (pixels.dtype.kind == "i" and (pixels < 0).any()):
        raise LabelerError(
            _("{file} has numbers that are negative or not whole: it is no mask.").format(file=path)
        )
    if pixels.ndim == 2:
        return pixels, Kind.GREY, 8 * pixels.dtype.itemsize
    if pixels.shape[2] in (2, 4) and not pixels[..., :-1].any():
        return pixels[..., -1], Kind.GREY, 8 * pixels.dtype.itemsize
    if pixels.shape[2] in (2, 4):
        pixels = pixels * (pixels[..., -1:] > 0)
    if pixels.shape[2] < 3 or _all_grey(pixels):
        return np.ascontiguousarray(pixels[..., 0]), Kind.GREY, 8 * pixels.dtype.itemsize
    if pixels.dtype != np.uint8:
        raise LabelerError(_("{file} has colours of more than 8 bits: it is no mask.").format(file=path))
    blue, green, red = (pixels[..., channel].astype(np.int32) for channel in range(3))
    return red << 16 | green << 8 | blue, Kind.COLOUR, 24


def _all_grey(pixels: NDArray[Any]) -> bool:
    first = pixels[..., 0]
    return bool((pixels[..., 1] == first).all() and (pixels[..., 2] == first).all())


@dataclass(frozen=True)
class _PngHeader:
    """Bits of a sample and what samples are, as PNG's header says."""

    depth: int
    colour: int

    @classmethod
    def of(cls, data: bytes) -> _PngHeader | None:
        """None when this is no PNG. Nothing is checked: who decodes does that."""
        if not data.startswith(SIGNATURE) or data[12:16] != b"IHDR" or len(data) < _HEADER_END + 4:
            return None
        return cls(data[24], data[25])

    @property
    def is_single(self) -> bool:
        """One sample a pixel."""
        return self.colour in (0, PALETTE)

    def palette(self, data: bytes) -> tuple[Colour, ...]:
        """The colours; none when it has no palette."""
        if self.colour != PALETTE:
            return ()
        for kind, start, end in _chunks(data):
            if kind == b"PLTE":
                numbers = list(data[start : end - (end - start) % 3])
                return tuple(zip(numbers[::3], numbers[1::3], numbers[2::3]))
        return ()

    def as_grey(self, data: bytes) -> bytes:
        """The same file with its indices as brightness: OpenCV would look the colours up."""
        header = data[len(SIGNATURE) + 4 : 25] + bytes([0]) + data[26:_HEADER_END]
        parts = [data[: len(SIGNATURE) + 4], header, struct.pack(">I", zlib.crc32(header))]
        end = _HEADER_END + 4
        for kind, start, after in _chunks(data):
            end = after + 4
            if kind not in (b"IHDR", b"PLTE", b"tRNS"):
                parts.append(data[start - 8 : end])
        return b"".join([*parts, data[end:]])


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, and where the content begins and ends, of every whole chunk."""
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        length = struct.unpack_from(">I", data, at)[0]
        if at + 12 + length > len(data):
            return
        yield data[at + 4 : at + 8], at + 8, at + 8 + length
        at += 12 + length
