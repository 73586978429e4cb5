"""Other readers see in our PNGs the pixels that we wrote."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from PIL import Image

from labeler.raster import png
from labeler.raster.runs import Runs, rasterize, union_of
from tests.builders import annotation_of, ring_with_hole

shapes = st.tuples(st.integers(1, 12), st.integers(1, 20))


def by_opencv(data: bytes) -> NDArray[np.uint8]:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)


def by_pillow(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@given(arrays.arrays(bool, shapes))
def test_one_bit_masks_are_read_as_0_and_255(mask: NDArray[np.bool_]) -> None:
    height, width = mask.shape
    data = png.encode_mask(np.packbits(mask, axis=1), width, height)
    assert by_pillow(data).mode == "1"
    assert (np.asarray(by_pillow(data)) == mask).all()
    assert (by_opencv(data) == 255 * mask.astype(np.uint8)).all()


@given(arrays.arrays(bool, shapes))
def test_eight_bit_masks_are_0_and_255(mask: NDArray[np.bool_]) -> None:
    data = png.encode_mask_8bit(mask)
    assert by_pillow(data).mode == "L"
    assert (np.asarray(by_pillow(data)) == 255 * mask.astype(np.uint8)).all()
    assert (by_opencv(data) == 255 * mask.astype(np.uint8)).all()


#: Wide enough for every way to tell of zeros.
wide_masks = st.builds(
    lambda mask, times: np.repeat(mask, times, axis=1),
    arrays.arrays(bool, st.tuples(st.integers(1, 5), st.integers(1, 6)), fill=st.just(False)),
    st.sampled_from([1, 8, 19, 700, 4200]),
)


@given(wide_masks | arrays.arrays(bool, shapes), st.sampled_from([1, 8]))
@settings(max_examples=200)
def test_runs_give_the_file_that_their_pixels_give(mask: NDArray[np.bool_], bits: int) -> None:
    height, width = mask.shape
    data = png.encode_runs(Runs.from_mask(mask), bits)
    if bits == 1:
        assert data == png.encode_mask(np.packbits(mask, axis=1), width, height)
    else:
        assert data == png.encode_mask_8bit(mask)
    assert (by_opencv(data) == 255 * mask.astype(np.uint8)).all()
    assert (np.asarray(by_pillow(data)).astype(bool) == mask).all()


def test_noise_takes_no_more_than_its_bits() -> None:
    mask = np.random.default_rng(5).random((300, 800)) < 0.5
    data = png.encode_runs(Runs.from_mask(mask))
    assert len(data) < 1.02 * mask.size / 8
    assert (np.asarray(by_pillow(data)) == mask).all()


@pytest.mark.parametrize("bits", [2, 16])
def test_a_binary_mask_has_one_bit_or_eight(bits: int) -> None:
    with pytest.raises(ValueError, match=f"not {bits}"):
        png.encode_runs(union_of((), 3, 2), bits)


@given(arrays.arrays(np.uint8, shapes))
def test_indexed_masks_keep_their_numbers_and_colours(indices: NDArray[np.uint8]) -> None:
    palette = [(index, 255 - index, index // 2) for index in range(256)]
    image = by_pillow(png.encode_indexed(indices, palette))
    assert image.mode == "P"
    assert (np.asarray(image) == indices).all()
    assert (np.asarray(image.convert("RGB")) == np.array(palette, np.uint8)[indices]).all()
    assert (
        by_opencv(png.encode_indexed(indices, palette)) == np.array(palette, np.uint8)[indices, ::-1]
    ).all()


@given(arrays.arrays(np.uint8, shapes))
def test_greys_are_the_same_greys(values: NDArray[np.uint8]) -> None:
    data = png.encode_8bit(values)
    assert by_pillow(data).mode == "L"
    assert (np.asarray(by_pillow(data)) == values).all()
    assert (by_opencv(data) == values).all()


@given(arrays.arrays(np.uint16, shapes))
def test_numbers_of_16_bits_come_back(values: NDArray[np.uint16]) -> None:
    data = png.encode_16bit(values)
    assert by_pillow(data).mode == "I;16"
    assert (np.asarray(by_pillow(data)) == values).all()
    read = by_opencv(data)
    assert read.dtype == np.uint16
    assert (read == values).all()


@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))))
def test_colours_come_back(colours: NDArray[np.uint8]) -> None:
    data = png.encode_rgb(colours)
    assert by_pillow(data).mode == "RGB"
    assert (np.asarray(by_pillow(data)) == colours).all()
    assert (by_opencv(data) == colours[..., ::-1]).all()


def test_the_same_mask_gives_the_same_bytes() -> None:
    runs = rasterize(annotation_of(ring_with_hole())).instances[0]
    first, second = (png.encode_mask(runs.to_packed(), runs.width, runs.height) for _ in range(2))
    assert first == second
    assert (np.asarray(by_pillow(first)) == runs.to_mask()).all()
