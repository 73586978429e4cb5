"""What number every pixel of a mask image has, beside what Pillow says."""

from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from labeler.errors import LabelerError
from labeler.raster import png
from labeler.raster.labelmaps import Kind, read_label_map, runs_by_value

SHAPE = (13, 21)
RANDOM = np.random.default_rng(5)
COLOURS = [(7 * n % 256, 31 * n % 256, 255 - n) for n in range(256)]


def saved(tmp_path, image: Image.Image, name: str = "mask.png", **options):
    path = tmp_path / name
    image.save(path, **options)
    return path


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_a_palette_keeps_its_indices(bits, tmp_path):
    indices = RANDOM.integers(0, 1 << bits, SHAPE, dtype=np.uint8)
    image = Image.new("P", SHAPE[::-1])
    image.putdata(indices.ravel().tolist())
    image.putpalette([part for colour in COLOURS[: 1 << bits] for part in colour])
    path = saved(tmp_path, image, bits=bits)
    with Image.open(path) as again:
        assert np.array_equal(np.asarray(again), indices)
    found = read_label_map(path)
    assert (found.kind, found.bits) == (Kind.PALETTE, bits)
    assert np.array_equal(found.values, indices)
    assert found.color(1) == "#{:02x}{:02x}{:02x}".format(*COLOURS[1])
    assert found.color(300) is None


@pytest.mark.parametrize("transparency", [0, bytes([0, 255, 128])])
def test_a_palette_with_transparency_keeps_its_indices(transparency, tmp_path):
    indices = RANDOM.integers(0, 3, SHAPE, dtype=np.uint8)
    image = Image.new("P", SHAPE[::-1])
    image.putdata(indices.ravel().tolist())
    image.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0])
    found = read_label_map(saved(tmp_path, image, transparency=transparency))
    assert np.array_equal(found.values, indices)


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_grey_keeps_its_numbers(bits, tmp_path):
    numbers = RANDOM.integers(0, 1 << bits, SHAPE, dtype=np.uint16)
    path = tmp_path / "grey.png"
    path.write_bytes(grey_png(numbers, bits))
    found = read_label_map(path)
    assert (found.kind, found.bits) == (Kind.GREY, bits)
    assert np.array_equal(found.values, numbers)


def grey_png(numbers: np.ndarray, bits: int) -> bytes:
    if bits == 16:
        return png.encode_16bit(numbers)
    wide = ((numbers[..., None] >> np.arange(bits)[::-1]) & 1).reshape(len(numbers), -1).astype(np.uint8)
    height, width = numbers.shape
    data = png.encode_mask(np.packbits(wide, axis=1), width, height)
    if bits == 1:
        return data
    # The same rows with another header.
    header = data[12:24] + bytes([bits]) + data[25:29]
    head = data[:12] + header + zlib.crc32(header).to_bytes(4, "big")
    rows = np.packbits(wide, axis=1)
    filtered = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1).tobytes()
    return head + chunk(b"IDAT", zlib.compress(filtered)) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "webp"])
def test_colours_are_numbers_of_their_own(suffix, tmp_path):
    choice = RANDOM.integers(0, 4, SHAPE)
    colours = np.array([(0, 0, 0), (255, 0, 0), (1, 2, 3), (3, 2, 1)], np.uint8)
    options = {"lossless": True} if suffix == "webp" else {}
    found = read_label_map(saved(tmp_path, Image.fromarray(colours[choice]), f"mask.{suffix}", **options))
    assert found.kind is Kind.COLOUR
    assert np.array_equal(found.values, np.array([0, 0xFF0000, 0x010203, 0x030201])[choice])
    assert found.color(0x010203) == "#010203"


def test_grey_in_three_channels_is_grey(tmp_path):
    mask = RANDOM.integers(0, 2, SHAPE).astype(np.uint8) * 255
    found = read_label_map(saved(tmp_path, Image.fromarray(np.dstack([mask] * 3))))
    assert found.kind is Kind.GREY
    assert np.array_equal(found.values, mask)


def test_what_is_transparent_is_nothing(tmp_path):
    alpha = RANDOM.integers(0, 2, SHAPE).astype(np.uint8) * 255
    red = np.dstack([np.full(SHAPE, 255, np.uint8), *[np.zeros(SHAPE, np.uint8)] * 2, alpha])
    assert np.array_equal(read_label_map(saved(tmp_path, Image.fromarray(red))).values > 0, alpha > 0)
    white = np.dstack([np.full(SHAPE, 255, np.uint8), alpha])
    assert np.array_equal(read_label_map(saved(tmp_path, Image.fromarray(white, "LA"))).values, alpha)


def test_black_with_holes_is_its_transparency(tmp_path):
    alpha = RANDOM.integers(0, 256, SHAPE).astype(np.uint8)
    black = np.dstack([*[np.zeros(SHAPE, np.uint8)] * 3, alpha])
    found = read_label_map(saved(tmp_path, Image.fromarray(black)))
    assert (found.kind, found.bits) == (Kind.GREY, 8)
    assert np.array_equal(found.values, alpha)


def test_masks_are_turned_as_they_are_displayed(tmp_path):
    mask = RANDOM.integers(0, 200, SHAPE).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    path = saved(tmp_path, Image.fromarray(mask), exif=exif)
    assert np.array_equal(read_label_map(path).values, np.rot90(mask, -1))


@pytest.mark.parametrize("values", [np.float32([[0.5, 1.0]]), np.int32([[-1, 2]])])
def test_numbers_that_are_none_of_a_mask_are_refused(values, tmp_path):
    with pytest.raises(LabelerError, match=r"mask\.tif has numbers"):
        read_label_map(saved(tmp_path, Image.fromarray(values), "mask.tif"))


def test_a_palette_that_is_cut_off_is_refused(tmp_path):
    data = png.encode_indexed(RANDOM.integers(0, 4, SHAPE, dtype=np.uint8), COLOURS)
    path = tmp_path / "mask.png"
    for end in range(0, len(data) - 1, 7):
        path.write_bytes(data[:end])
        with pytest.raises(LabelerError, match=r"mask\.png"):
            read_label_map(path)


def test_interlaced_palettes_are_read(tmp_path):
    # Seven passes over one pixel: only the first has it.
    data = png.encode_indexed(np.array([[3]], np.uint8), COLOURS)
    header = data[12:28] + bytes([1])
    path = tmp_path / "mask.png"
    path.write_bytes(data[:12] + header + zlib.crc32(header).to_bytes(4, "big") + data[33:])
    assert np.asarray(Image.open(io.BytesIO(path.read_bytes()))).tolist() == [[3]]
    assert read_label_map(path).values.tolist() == [[3]]


@given(
    values=st.sampled_from([np.uint8, np.uint16, np.int32, np.int64]).flatmap(
        lambda kind: arrays(
            kind, array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.integers(0, 3)
        )
    )
)
def test_the_runs_of_every_value_are_its_pixels(values):
    found = dict(runs_by_value(values))
    assert list(found) == sorted(set(values.ravel().tolist()) - {0})
    for value, runs in found.items():
        assert np.array_equal(runs.to_mask(), values == value)
        assert runs.area == (values == value).sum()
