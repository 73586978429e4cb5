"""Anyone's zlib reads what we compress, and the bytes are these for ever."""

from __future__ import annotations

import hashlib
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.raster import sparse


@st.composite
def sparse_bytes(draw: st.DrawFn) -> bytes:
    """Any bytes but a zero, each before any number of zeros."""
    gaps = st.integers(0, 12) | st.integers(250, 270) | st.integers(1020, 1050) | st.integers(0, 9000)
    parts = draw(st.lists(st.tuples(st.integers(1, 255), gaps), min_size=1, max_size=30))
    return b"".join(bytes([value]) + bytes(zeros) for value, zeros in parts)


def compressed(content: bytes, pixels: int = 8) -> bytes:
    values = np.frombuffer(content, dtype=np.uint8)
    places = np.flatnonzero(values)
    return sparse.compressed(places, values[places], len(values), pixels)


@given(sparse_bytes(), st.sampled_from([1, 8]))
def test_zlib_reads_the_same_bytes(content: bytes, pixels: int) -> None:
    assert zlib.decompress(compressed(content, pixels)) == content


@pytest.mark.parametrize("pixels", [1, 8])
def test_every_byte_before_every_number_of_zeros(pixels: int) -> None:
    every = b"".join(bytes([1 + number % 255]) + bytes(number % 1100) for number in range(2300))
    for content in (every, bytes(range(1, 256)) * 9):
        assert zlib.decompress(compressed(content, pixels)) == content


@pytest.mark.parametrize("pixels", [1, 8])
def test_a_step_has_64_bits_at_most(pixels: int) -> None:
    codes = sparse._codes(pixels)
    assert codes.byte_lengths.max() <= 15, "what the format allows"
    assert codes.byte_lengths.max() + codes.zero_lengths.max() + codes.end_length <= 64


def test_the_largest_images_checksum_does_not_overflow() -> None:
    size = 1 << 37
    places = np.arange(3000, dtype=np.int64) * (size // 3000)
    found = sparse._checksum(places, np.full(3000, 255, dtype=np.uint8), size)
    low = 1 + 3000 * 255
    high = size + sum(255 * (size - place) for place in places.tolist())
    assert found == (high % 65521).to_bytes(2, "big") + (low % 65521).to_bytes(2, "big")


def test_the_bytes_are_the_same_everywhere() -> None:
    content = b"".join(bytes([2, *bytes(100), 1 << row % 8, *bytes(300)]) for row in range(500))
    found = [hashlib.blake2b(compressed(content, pixels), digest_size=8).hexdigest() for pixels in (8, 1)]
    assert found == ["8d8cccfdfd5b05d9", "14dd7058da1268a4"]
