"""Masks as PNG files: 1-bit grey, 8-bit grey, 8-bit with a palette, colours, and 16-bit grey for numbers.

Written here and not by OpenCV, which is slower and has no palettes. The same pixels always give the same
bytes: no time stamp, no text, one fixed way to compress. Binary masks are the same on every machine, the
others wherever zlib is.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from labeler.raster import sparse
from labeler.raster.runs import Runs
from labeler.raster.toggles import Toggles

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE = 0, 2, 3
UP = 2  # filter: each byte less the one above it; masks change little from row to row


def encode_runs(runs: Runs, bits: int = 1) -> bytes:
    """A binary mask as grey of 1 bit, or of 8: 0 and 255. What it costs follows the outline, not the area.

    The same bytes as ``encode_mask`` and ``encode_mask_8bit`` give.
    """
    if bits not in (1, 8):
        raise ValueError(f"a binary mask has 1 bit or 8, not {bits}")
    across = -(-runs.width * bits // 8)
    places, changes = (_changed_bytes if bits == 1 else _changed_pixels)(runs, across + 1)
    rows = np.arange(runs.height, dtype=np.int64) * (across + 1)
    keys = np.concatenate([rows << 8 | UP, places << 8 | changes])
    keys.sort()
    size = runs.height * (across + 1)
    data = _compressed_changes(keys >> 8, keys.astype(np.uint8), size, bits)
    return _file(data, runs.width, runs.height, bits=bits, colour=GREY)


def _changed_bytes(runs: Runs, stride: int) -> tuple[Toggles, Toggles]:
    """Where in the rows of 1 bit a byte is not as the one above it, and what it is more, modulo 256."""
    column = runs.toggles // (runs.height + 1)
    row = runs.toggles - column * (runs.height + 1)
    # Down each column of bytes: eight columns of the mask together.
    keys = ((column >> 3) * (runs.height + 1) + row) << 3 | column & 7
    keys.sort()
    values = np.bitwise_xor.accumulate(np.right_shift(0x80, keys & 7))
    place = keys >> 3
    last = np.empty(len(keys), dtype=np.bool_)
    last[-1:] = True
    np.not_equal(place[1:], place[:-1], out=last[:-1])
    place, values = place[last], values[last]
    # At its foot a column is 0 again, as it was at the head of the next.
    changes = np.diff(values, prepend=0) & 255
    column = place // (runs.height + 1)
    row = place - column * (runs.height + 1)
    shown = (row < runs.height) & (changes != 0)
    return (row * stride + column + 1)[shown], changes[shown]


def _changed_pixels(runs: Runs, stride: int) -> tuple[Toggles, Toggles]:
    """The same for rows of 8 bits."""
    column = runs.toggles // (runs.height + 1)
    row = runs.toggles - column * (runs.height + 1)
    changes = np.tile(np.array([255, 1]), len(row) // 2)
    shown = row < runs.height
    return (row * stride + column + 1)[shown], changes[shown]


def encode_mask(plane: NDArray[np.uint8], width: int, height: int) -> bytes:
    """1-bit grey from packed rows, (height, ceil(width / 8)) uint8 as ``Runs.to_packed`` gives them."""
    return _file(_compressed_mask(plane, 1), width, height, bits=1, colour=GREY)


def encode_mask_8bit(mask: NDArray[np.bool_]) -> bytes:
    """8-bit grey, 0 and 255, from (height, width) bool."""
    height, width = mask.shape
    data = _compressed_mask(mask.view(np.uint8) * np.uint8(255), 8)
    return _file(data, width, height, bits=8, colour=GREY)


def encode_8bit(values: NDArray[np.uint8]) -> bytes:
    """8-bit grey from (height, width) uint8."""
    height, width = values.shape
    return _file(_compressed(values), width, height, bits=8, colour=GREY)


def encode_indexed(indices: NDArray[np.uint8], palette: Sequence[tuple[int, int, int]]) -> bytes:
    """8-bit palette PNG from (height, width) uint8; ``palette``: red, green, blue of every index used."""
    height, width = indices.shape
    colours = _chunk(b"PLTE", np.array(palette, dtype=np.uint8).tobytes())
    return _file(_compressed(indices), width, height, bits=8, colour=PALETTE, chunks=colours)


def encode_16bit(values: NDArray[np.uint16]) -> bytes:
    """16-bit grey from (height, width) uint16."""
    height, width = values.shape
    rows = values.astype(">u2").view(np.uint8)
    return _file(_compressed(rows), width, height, bits=16, colour=GREY)


def encode_rgb(colours: NDArray[np.uint8]) -> bytes:
    """8-bit colours from (height, width, 3) uint8: red, green, blue."""
    height, width, _three = colours.shape
    return _file(_compressed(colours.reshape(height, 3 * width)), width, height, bits=8, colour=RGB)


def _filtered(rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    filtered = np.empty((rows.shape[0], rows.shape[1] + 1), dtype=np.uint8)
    filtered[:, 0] = UP
    filtered[:1, 1:] = rows[:1]
    np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
    return filtered


def _compressed(rows: NDArray[np.uint8]) -> bytes:
    return _by_zlib(_filtered(rows))


def _compressed_mask(rows: NDArray[np.uint8], bits: int) -> bytes:
    filtered = _filtered(rows).ravel()
    places = np.flatnonzero(filtered != 0)  # numpy is slow to ask numbers
    return _compressed_changes(places, filtered[places], len(filtered), bits)


def _compressed_changes(places: Toggles, changes: NDArray[np.uint8], size: int, bits: int) -> bytes:
    """The rows whose filtered bytes are 0 but for the ``changes``."""
    if 2 * len(places) <= size:
        return sparse.compressed(places, changes, size, 8 // bits)
    # Noise, or an image of a few columns.
    filtered = np.zeros(size, dtype=np.uint8)
    filtered[places] = changes
    return _by_zlib(filtered)


def _by_zlib(filtered: NDArray[np.uint8]) -> bytes:
    # Runs of one byte are nearly all there is to find in a mask: smaller files than by the usual search, in a
    # sixth of the time.
    compressor = zlib.compressobj(strategy=zlib.Z_RLE)
    return compressor.compress(filtered.data) + compressor.flush()


def _file(data: bytes, width: int, height: int, *, bits: int, colour: int, chunks: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", header) + chunks + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
