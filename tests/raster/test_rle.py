"""COCO's run lengths in files of anyone are the pixels that pycocotools sees, or one clear error."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from pycocotools import mask as coco

from labeler.raster import rle
from labeler.raster.runs import Runs

# pycocotools' own decode does not know numpy 2's copy keyword.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"
)

some_masks = arrays.arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 20)))


@st.composite
def counts_and_sizes(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Any run lengths that fill an image, among them runs of nothing."""
    height, width = draw(st.integers(1, 9)), draw(st.integers(1, 14))
    cuts = sorted(draw(st.lists(st.integers(0, height * width), max_size=12)))
    return np.diff([0, *cuts, height * width]).tolist(), [height, width]


def as_pycocotools_sees(counts: list[int], size: list[int]) -> tuple[str, NDArray[np.bool_]]:
    compressed = coco.frPyObjects({"size": size, "counts": counts}, *size)
    return compressed["counts"].decode(), coco.decode(compressed).astype(bool)


@given(counts_and_sizes())
def test_any_counts_are_the_pixels_that_pycocotools_sees(case: tuple[list[int], list[int]]) -> None:
    counts, size = case
    string, mask = as_pycocotools_sees(counts, size)
    for given_as in (counts, tuple(counts), string, string.encode()):
        assert (rle.runs_of(given_as, size).to_mask() == mask).all()
    # Nothing is left of how it was written: the runs are those of the pixels.
    assert rle.runs_of(string, size).toggles.tolist() == Runs.from_mask(mask).toggles.tolist()


@given(some_masks)
def test_what_we_write_comes_back(mask: NDArray[np.bool_]) -> None:
    runs = Runs.from_mask(mask)
    size = list(mask.shape)
    assert rle.runs_of(runs.rle()["counts"], size).toggles.tolist() == runs.toggles.tolist()
    assert rle.runs_of(runs.counts(), size).toggles.tolist() == runs.toggles.tolist()


@pytest.mark.parametrize(
    ("counts", "size", "problem"),
    [
        ([3, 4, 4], [3, 4], "do not add up"),
        ([3, 4, 6], [3, 4], "do not add up"),
        ([], [3, 4], "do not add up"),
        ("", [3, 4], "do not add up"),
        ([5, -2, 9], [3, 4], "shorter than nothing"),
        ([13], [3, 4], "longer than the image"),
        ([2**70], [3, 4], "longer than any image"),
        ([2**62, 2**62, 2**62, 2**62, 12], [3, 4], "longer than the image"),
        ([1.0, 11], [3, 4], "not whole numbers"),
        ([True, 11], [3, 4], "not whole numbers"),
        (["1", 11], [3, 4], "not whole numbers"),
        (None, [3, 4], "not whole numbers"),
        ({"a": 1}, [3, 4], "not whole numbers"),
        ("<P", [3, 4], "cut off"),
        ("P", [3, 4], "cut off"),
        ("PPPPPPPPPPPPPPPP0", [3, 4], "longer than any image"),
        ("3 9", [3, 4], "means nothing"),
        ("3p9", [3, 4], "means nothing"),
        ("3é", [3, 4], "ascii"),
        ("J", [3, 4], "shorter than nothing"),
        ([12], [3], "not .height, width."),
        ([12], [3, 4, 1], "not .height, width."),
        ([12], [3.0, 4], "not .height, width."),
        ([12], ["3", "4"], "not .height, width."),
        ([12], [True, 12], "not .height, width."),
        ([12], None, "not .height, width."),
        ([12], [-3, -4], "no image has this size"),
        ([0], [0, 4], "no image has this size"),
        ([10**12], [10**9, 10**3], "no image has this size"),
    ],
)
def test_what_is_no_mask_is_a_value_error(counts: Any, size: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        rle.runs_of(counts, size)


@given(st.text(st.characters(min_codepoint=44, max_codepoint=116), max_size=12))
def test_no_string_does_more_than_say_that_it_is_wrong(string: str) -> None:
    try:
        runs = rle.runs_of(string, [5, 7])
    except ValueError:
        return
    assert runs.to_mask().shape == (5, 7)
    assert (runs.toggles[1:] > runs.toggles[:-1]).all()


def test_the_largest_image_takes_memory_by_its_width_only() -> None:
    side = rle.LONGEST_SIDE
    runs = rle.runs_of([side**2 - 5, 5], [side, side])
    assert (runs.area, runs.bbox) == (5, (side - 1, side - 5, 1, 5))
    assert rle.runs_of([0, side**2], [side, side]).area == side**2
